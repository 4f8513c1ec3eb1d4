import type { Bench } from "./bench.ts";
export const pdf: Bench = {
  name: "pdf",
  unit: "pages/s",
  about: "PDF into an image PDF at 150 dpi",
  aboutSeconds: 60,
  run: async () => ({ ours: null, rivals: {}, note: "soon" }),
};
