import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { simpleParser, type AddressObject } from "mailparser";
import type { MailboxView, OpenedMail } from "../../src/console/mailbox.ts";
import { clock } from "../../src/console/words.ts";

const FILE_NAME = /^[0-9A-Za-z][0-9A-Za-z._-]{0,200}\.eml$/;

/** The built-in mailbox's folder. Names come from a URL, so they are matched before they touch a path. */
export function openMailbox(folder: string): MailboxView {
  const open = async (file: string): Promise<OpenedMail | null> => {
    if (!FILE_NAME.test(file)) return null;
    const bytes = await readFile(join(folder, file)).catch(() => null);
    if (bytes === null) return null;
    const mail = await simpleParser(bytes, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
    });
    return {
      subject: mail.subject ?? "",
      from: mail.from?.text ?? "",
      to: addresses(mail.to),
      date: mail.date === undefined ? "" : clock(mail.date.getTime()),
      text: mail.text ?? "",
      attachments: mail.attachments.map((attachment) => ({
        name: attachment.filename ?? "添付",
        type: attachment.contentType,
        bytes: attachment.content,
      })),
    };
  };
  return {
    open,
    list: async (limit) => {
      const names = (await readdir(folder).catch(() => [])).filter((name) =>
        FILE_NAME.test(name),
      );
      const newest = names.sort().reverse().slice(0, limit);
      const mails = await Promise.all(
        newest.map(async (file) => ({ file, mail: await open(file) })),
      );
      return mails.flatMap(({ file, mail }) =>
        mail === null
          ? []
          : [{ file, subject: mail.subject, from: mail.from, date: mail.date }],
      );
    },
  };
}

function addresses(value: AddressObject | AddressObject[] | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value)
    ? value.map((one) => one.text).join(", ")
    : value.text;
}
