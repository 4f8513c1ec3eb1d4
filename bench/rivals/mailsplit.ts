import { once } from "node:events";
import { Readable } from "node:stream";
import { Splitter } from "@zone-eu/mailsplit";
import { inChunks } from "../reading.ts";
import type { MailReader } from "../reading.ts";

/** The splitter below mailparser: finds headers and parts, decodes nothing, hashes nothing. */
export const mailsplitReader: MailReader = {
  async read(chunks) {
    const splitter = Readable.from(chunks).pipe(new Splitter());
    splitter.resume();
    await once(splitter, "end");
    return null;
  },
  readWhole: (mail) => mailsplitReader.read(inChunks(mail)),
};
