import type { Readable } from "node:stream";
import {
  MailParser,
  type AttachmentStream,
  type Headers,
  type HeaderValue,
  type MessageText,
} from "mailparser";
import { MIB, MINUTE, SECOND } from "../core/units.ts";
import { refuse } from "../verify/refuse.ts";

/** What mailparser, which shares nothing with `src/mime` and `src/verify`, sees in a mail. */
export interface SecondReading {
  readonly subject: string;
  /** Of From, To, Cc and Reply-To, in this order. */
  readonly addresses: readonly string[];
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

const ADDRESS_FIELDS = ["from", "to", "cc", "reply-to"];
const PIECE_BYTES = 64 * 1024;
/** A 96 MiB mail takes about two seconds. */
const DEADLINE_MS = MINUTE / 2;
const DEADLINE_MS_PER_MIB = SECOND / 4;

/** VERIFIER_REFUSED when mailparser fails, or does not come to an end in time. */
export async function readSecond(
  bytes: Buffer,
  deadlineMs = deadlineFor(bytes.length),
): Promise<SecondReading> {
  const parser = new MailParser(OPTIONS);
  const attachments: AttachmentStream[] = [];
  let headers: Headers = new Map();
  let text: MessageText | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Deadline()), deadlineMs);
      parser.on("error", reject);
      parser.on("headers", (read) => (headers = read));
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
  return reading(headers, text, attachments);
}

class Deadline extends Error {}

function deadlineFor(bytes: number): number {
  return DEADLINE_MS + (bytes / MIB) * DEADLINE_MS_PER_MIB;
}

function reading(
  headers: Headers,
  text: MessageText | null,
  attachments: readonly AttachmentStream[],
): SecondReading {
  const subject = headers.get("subject");
  return {
    subject: typeof subject === "string" ? subject : "",
    addresses: ADDRESS_FIELDS.flatMap((name) => addressesOf(headers.get(name))),
    text: text?.text ?? "",
    hasHtml: typeof text?.html === "string" && text.html !== "",
    attachments: attachments.map((attachment) => ({
      name: attachment.filename ?? "",
      type: attachment.contentType,
      sha256: attachment.checksum,
    })),
  };
}

function addressesOf(field: HeaderValue | undefined): string[] {
  const lists = field === undefined ? [] : [field].flat();
  return lists.flatMap((list) =>
    typeof list === "object" && "value" in list && Array.isArray(list.value)
      ? list.value.map(({ address }) => address ?? "")
      : [],
  );
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
