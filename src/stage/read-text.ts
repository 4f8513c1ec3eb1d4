import { readUpTo } from "../core/content.ts";
import type { Limits } from "../core/limits.ts";
import type { Part } from "../core/part.ts";
import type { LinkMode, TextForm } from "../core/plan.ts";
import type { Finding, HoldCode } from "../core/verdict.ts";
import { calendarText } from "../mime/calendar-text.ts";
import { decodeText } from "../mime/charset.ts";
import { cleanLine, cleanText } from "../mime/clean-text.ts";
import { unfoldBytes } from "../mime/content-lines.ts";
import {
  deliveryStatusText,
  dispositionText,
  returnedHeaderText,
} from "../mime/delivery-report.ts";
import { removeEncodedBlocks } from "../mime/encoded-blocks.ts";
import { enrichedText } from "../mime/enriched-text.ts";
import { unwrapFlowed } from "../mime/flowed-text.ts";
import { htmlToText } from "../mime/html-text.ts";
import { showLinks } from "../mime/links.ts";
import { readPgpText } from "../mime/pgp-text.ts";
import type { StructuredText } from "../mime/structured-text.ts";
import { breakLongLines } from "../mime/long-lines.ts";
import { vcardText } from "../mime/vcard.ts";

export interface ReadingRules {
  readonly limits: Limits;
  readonly links: LinkMode;
}

export interface ReadText {
  readonly text: string;
  /** Why a part of the text is not in it and has to wait for a person; null when all of it is. */
  readonly hold: HoldCode | null;
  readonly findings: readonly Finding[];
}

/** More than this share of unreadable characters and the reader is told. */
const TOLD_SHARE = 0.01;
/** More than this share and it is no text any more: whoever gets it could only guess. */
const UNREADABLE_SHARE = 1 / 3;
const UNREADABLE_NOTE = "［文字を読み取れないため、本文を含めていません］";

/** One text leaf as the clean text that may be shown: decoded, freed of markup, of controls and of hidden files. */
export async function readText(
  part: Part,
  form: TextForm,
  { limits, links }: ReadingRules,
): Promise<ReadText> {
  const findings: Finding[] = [];
  const find = (code: string, detail: string) =>
    findings.push({ code, part: part.path, detail });
  if (part.leaf === null) return { text: "", hold: null, findings };

  const bytes = await readUpTo(part.leaf.content, limits.maxTextBytes);
  if (part.leaf.content.bytes > limits.maxTextBytes)
    find("text-shortened", `${limits.maxTextBytes} bytes`);
  const told = WORDED[form]?.(bytes, part.charset) ?? null;
  if (told !== null) {
    for (const finding of told.findings) find(finding, "");
    return { ...cleaned(told.text, links, find), hold: null, findings };
  }
  const inside =
    form === "html" && part.charset === null ? metaCharset(bytes) : null;
  const decoded = decodeText(bytes, part.charset ?? inside);
  if (decoded.decision === "guessed" || inside !== null)
    find("charset-guessed", `${declaredIn(part)} → ${decoded.charset}`);
  if (decoded.replaced > decoded.text.length * UNREADABLE_SHARE)
    return { text: UNREADABLE_NOTE, hold: "TEXT_UNREADABLE", findings };
  if (decoded.replaced > decoded.text.length * TOLD_SHARE)
    find("undecodable-text", String(decoded.replaced));

  let text = decoded.text;
  if (form === "plain") text = asLines(part, breakLongLines(text));
  if (form === "html") {
    const read = htmlToText(text, limits);
    text = breakLongLines(read.text);
    if (read.shortened)
      find("text-shortened", `${limits.maxHtmlBytes} characters of HTML`);
    for (const finding of read.findings) find(finding, "");
  }
  const pgp = readPgpText(text);
  if (pgp.signed) find("signature-not-kept", "");
  return {
    ...cleaned(pgp.text, links, find),
    hold: pgp.encrypted ? "ENCRYPTED" : null,
    findings,
  };
}

/** Plain text that was written for a program to lay out. */
function asLines(part: Part, text: string): string {
  if (part.declaredType === "text/enriched") return enrichedText(text);
  return part.flowed === undefined ? text : unwrapFlowed(text, part.flowed);
}

function cleaned(
  text: string,
  links: LinkMode,
  find: (code: string, detail: string) => void,
): { text: string } {
  const clean = cleanText(text);
  if (clean.removed > 0) find("controls-removed", String(clean.removed));
  const safe = removeEncodedBlocks(clean.text);
  if (safe.removed > 0) find("encoded-block-in-text", String(safe.removed));
  if (PRIVATE_USE.test(safe.text)) find("private-use-character", "");
  const shown = showLinks(safe.text, links);
  if (shown.changed > 0)
    find(
      links === "defang" ? "links-defanged" : "links-domain-only",
      String(shown.changed),
    );
  return { text: shown.text };
}

function declaredIn({ charset }: Part): string {
  return charset === null ? "(none)" : cleanLine(charset, 40);
}

const META_BYTES = 2048;
const META = /<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})/i;

/** What a page says of itself (HTML §13.2.3.2), which counts where the mail says nothing. */
function metaCharset(bytes: Uint8Array): string | null {
  const head = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, META_BYTES),
  );
  return META.exec(head.toString("latin1"))?.[1] ?? null;
}

/** 外字: characters that only the sender's machine has a shape for. They stay as they are. */
const PRIVATE_USE = /[\uE000-\uF8FF\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}]/u;

type Teller = (
  bytes: Uint8Array,
  charset: string | null,
) => StructuredText | null;

const lines =
  (tell: (unfolded: string) => StructuredText | null): Teller =>
  (bytes, charset) =>
    tell(decodeText(unfoldBytes(bytes), charset).text);
const fields =
  (tell: (latin1: string) => StructuredText | null): Teller =>
  (bytes) =>
    tell(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
        "latin1",
      ),
    );

/** Formats that are told in words; where there is nothing to tell, the text is shown as it is. */
const WORDED: Partial<Record<TextForm, Teller>> = {
  calendar: lines(calendarText),
  vcard: lines(vcardText),
  "delivery-status": fields(deliveryStatusText),
  disposition: fields(dispositionText),
  "returned-header": fields(returnedHeaderText),
};
