import { readUpTo } from "../core/content.ts";
import type { Limits } from "../core/limits.ts";
import type { Part } from "../core/part.ts";
import type { Finding } from "../core/verdict.ts";
import { decodeText } from "../mime/charset.ts";
import { cleanText } from "../mime/clean-text.ts";
import { removeEncodedBlocks } from "../mime/encoded-blocks.ts";
import { htmlToText } from "../mime/html-text.ts";

export interface ReadText {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** More than this share of unreadable characters and the reader is told. */
const UNREADABLE_SHARE = 0.01;

/** One text leaf as the clean text that may be shown: decoded, freed of markup, of controls and of hidden files. */
export async function readText(
  part: Part,
  form: "plain" | "html",
  limits: Limits,
): Promise<ReadText> {
  const findings: Finding[] = [];
  const find = (code: string, detail: string) =>
    findings.push({ code, part: part.path, detail });
  if (part.leaf === null) return { text: "", findings };

  const bytes = await readUpTo(part.leaf.content, limits.maxTextBytes);
  if (part.leaf.content.bytes > limits.maxTextBytes)
    find("text-shortened", `${limits.maxTextBytes} bytes`);
  const decoded = decodeText(bytes, part.charset);
  if (decoded.decision === "guessed") find("charset-guessed", decoded.charset);
  if (decoded.replaced > decoded.text.length * UNREADABLE_SHARE)
    find("undecodable-text", String(decoded.replaced));

  let text = decoded.text;
  if (form === "html") {
    const read = htmlToText(text, limits);
    text = read.text;
    if (read.shortened)
      find("text-shortened", `${limits.maxHtmlBytes} characters of HTML`);
    for (const finding of read.findings) find(finding, "");
  }
  const cleaned = cleanText(text);
  if (cleaned.removed > 0) find("controls-removed", String(cleaned.removed));
  const safe = removeEncodedBlocks(cleaned.text);
  if (safe.removed > 0) find("encoded-block-in-text", String(safe.removed));
  return { text: safe.text, findings };
}
