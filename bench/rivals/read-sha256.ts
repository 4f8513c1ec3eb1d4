import { createHash } from "node:crypto";
import type { MailReader } from "../reading.ts";

/** The least anyone can do with a mail: read it once and hash it. */
export const readSha256Reader: MailReader = {
  async read(chunks) {
    const hash = createHash("sha256");
    for await (const chunk of chunks) hash.update(chunk);
    hash.digest("hex");
    return null;
  },
  async readWhole(mail) {
    createHash("sha256").update(mail).digest("hex");
    return null;
  },
};
