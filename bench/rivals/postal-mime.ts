import { createHash } from "node:crypto";
import PostalMime from "postal-mime";
import type { MailReader } from "../reading.ts";
import { countText } from "../reading.ts";

/** Reads a mail that is whole in memory; the chunks of a stream are put together first. */
export const postalMimeReader: MailReader = {
  async read(chunks) {
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks) pieces.push(chunk);
    return postalMimeReader.readWhole(Buffer.concat(pieces));
  },
  async readWhole(mail) {
    const read = await PostalMime.parse(mail);
    return {
      subject: read.subject ?? "",
      textCharacters: countText(read.text ?? "") + countText(read.html ?? ""),
      attachments: read.attachments.map(({ content }) =>
        createHash("sha256")
          .update(
            typeof content === "string" ? content : new Uint8Array(content),
          )
          .digest("hex"),
      ),
    };
  },
};
