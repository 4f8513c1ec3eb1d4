import type { Readable } from "node:stream";
import {
  MailParser,
  type AttachmentStream,
  type MessageText,
} from "mailparser";
import { MINUTE, SECOND } from "../core/units.ts";
import { refuse } from "../verify/refuse.ts";

/** What mailparser, which shares nothing with `src/mime` and `src/verify`, sees in a mail. */
export interface SecondReading {
  readonly subject: string;
  readonly text: string;
  readonly hasHtml: boolean;
  readonly attachments: readonly {
    readonly name: string;
    readonly type: string;
    readonly sha256: string;
  }[];
}

/** Nothing is made of the content but what is compared: no HTML, no links, no pictures put in. */
const OPTIONS = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  checksumAlgo: "sha256",
} as const;

const PIECE_BYTES = 64 * 1024;
/** A 96 MiB mail takes about two seconds. */
const DEADLINE_MS = MINUTE / 2;
const DEADLINE_MS_PER_MIB = SECOND / 4;

/** VERIFIER_REFUSED when mailparser fails, or does not come to an end in time. */
export async function readSecond(bytes: Buffer): Promise<SecondReading> {
  const parser = new MailParser(OPTIONS);
  const deadlineMs =
    DEADLINE_MS + (bytes.length / (1024 * 1024)) * DEADLINE_MS_PER_MIB;
  const attachments: AttachmentStream[] = [];
  let subject = "";
  let text: MessageText | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Deadline()), deadlineMs);
      parser.on("error", reject);
      parser.on("headers", (headers) => {
        const value = headers.get("subject");
        subject = typeof value === "string" ? value : "";
      });
      parser.on("data", (data: AttachmentStream | MessageText) => {
        if (data.type === "text") text = data;
        else {
          attachments.push(data);
          drain(data, reject);
        }
      });
      parser.on("end", resolve);
      feed(parser, bytes);
    });
  } catch (error) {
    refuse(
      error instanceof Deadline ? "readers-deadline" : "readers-failed",
      0,
    );
  } finally {
    clearTimeout(timer);
    parser.destroy();
  }
  return reading(subject, text, attachments);
}

class Deadline extends Error {}

function reading(
  subject: string,
  text: MessageText | null,
  attachments: readonly AttachmentStream[],
): SecondReading {
  return {
    subject,
    text: text?.text ?? "",
    hasHtml: typeof text?.html === "string" && text.html !== "",
    attachments: attachments.map((attachment) => ({
      name: attachment.filename ?? "",
      type: attachment.contentType,
      sha256: attachment.checksum,
    })),
  };
}

/** The hash is made on the way; the bytes themselves are not kept. */
function drain(
  attachment: AttachmentStream,
  reject: (error: Error) => void,
): void {
  const content = attachment.content as Readable;
  content.on("error", reject);
  content.on("end", () => attachment.release());
  content.resume();
}

function feed(parser: MailParser, bytes: Buffer): void {
  if (bytes.length <= PIECE_BYTES) {
    parser.end(bytes);
    return;
  }
  let at = 0;
  const more = (): void => {
    while (at < bytes.length) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      at += piece.length;
      if (!parser.write(piece)) {
        parser.once("drain", more);
        return;
      }
    }
    parser.end();
  };
  more();
}
