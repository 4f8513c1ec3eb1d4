import { createHash } from "node:crypto";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import type { Workspace } from "../core/stores.ts";

/** Bytes as content from outside, with their true hash. */
export function content(bytes: Uint8Array): UntrustedContent {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return memoryContent(bytes, sha256) as UntrustedContent;
}

/** A workspace that keeps what it holds in memory. */
export const memoryWorkspace: Workspace = {
  hold: () => {
    const pieces: Uint8Array[] = [];
    return {
      get bytes() {
        return pieces.reduce((sum, piece) => sum + piece.length, 0);
      },
      add: (piece) => void pieces.push(Buffer.from(piece)),
      finish: async () => content(Buffer.concat(pieces)),
    };
  },
  dispose: async () => undefined,
};
