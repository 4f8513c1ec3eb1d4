import { Readable } from "node:stream";
import { simpleParser } from "mailparser";
import type { ParsedMail, SimpleParserOptions } from "mailparser";
import { countText } from "../reading.ts";
import type { MailReader, Seen } from "../reading.ts";

/**
 * mailparser as it is at its quickest for this work: no HTML is made from text, no links are searched, no images are put into
 * the HTML. Attachments are hashed with the same algorithm as ours (its default is MD5).
 */
const OPTIONS: SimpleParserOptions & { checksumAlgo: string } = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  keepCidLinks: true,
  checksumAlgo: "sha256",
};

export const simpleParserReader: MailReader = readerWith(OPTIONS);

/** As its own documentation calls it; makes HTML of each text and looks for links in it. */
export const simpleParserDefaultsReader: MailReader = readerWith({});

function readerWith(options: SimpleParserOptions): MailReader {
  return {
    read: async (chunks) =>
      seen(await simpleParser(Readable.from(chunks), options)),
    readWhole: async (mail) => seen(await simpleParser(mail, options)),
  };
}

function seen(mail: ParsedMail): Seen {
  return {
    subject: mail.subject ?? "",
    textCharacters: countText(mail.text ?? "") + countText(mail.html || ""),
    attachments: mail.attachments.map((attachment) => attachment.checksum),
  };
}
