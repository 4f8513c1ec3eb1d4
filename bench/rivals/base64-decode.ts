import type { MailReader } from "../reading.ts";

/** The least a reader of attachments can do: Node's own base64 decoder, over the whole mail as if all of it were base64. */
export const base64DecodeReader: MailReader = {
  async read(chunks) {
    for await (const chunk of chunks)
      decode(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    return null;
  },
  async readWhole(mail) {
    decode(mail);
    return null;
  },
};

function decode(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1"), "base64");
}
