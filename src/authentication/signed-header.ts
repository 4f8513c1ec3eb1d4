import { domainToASCII } from "node:url";

/** A mail has one to three; each costs a key and may cost a reading of the whole mail of its own (RFC 6376 §6.1). */
export const MAX_SIGNATURES_A_MAIL = 5;

export interface SignedHeader {
  /** Without the signatures past the limit. Those that were written first, below, are the author's: they stay. */
  readonly block: Buffer;
  /** Where the keys of the signatures lie, to be asked for before anything is read. */
  readonly keyNames: readonly string[];
}

/** A line that a lenient reader may take for the beginning of a signature. */
const SIGNATURE = /^dkim-signature/i;
const ARC_SIGNATURE = /^arc-message-signature/i;
const FOLDED = /^[ \t]/;

export function boundSignatures(block: Buffer): SignedHeader {
  const fields = fieldsOf(block.toString("latin1"));
  const all = fields.filter((field) => SIGNATURE.test(field));
  const kept = all.slice(-MAX_SIGNATURES_A_MAIL);
  // The newest stands on top, and it alone is proven.
  const arc = fields.find((field) => ARC_SIGNATURE.test(field));
  const keyNames = [...kept, ...(arc === undefined ? [] : [arc])]
    .map(keyNameIn)
    .filter((name) => name !== null);
  if (all.length === kept.length) return { block, keyNames };
  let past = all.length - kept.length;
  const some = fields.filter((field) => !SIGNATURE.test(field) || past-- <= 0);
  return { block: Buffer.from(some.join(""), "latin1"), keyNames };
}

/** With its line ends and folded lines. */
function fieldsOf(text: string): readonly string[] {
  const fields: string[][] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const last = fields.at(-1);
    if (last !== undefined && FOLDED.test(line)) last.push(line);
    else fields.push([line]);
  }
  return fields.map((lines) => lines.join(""));
}

/** `selector._domainkey.domain` (RFC 6376 §3.6.2.1), in lower case. */
function keyNameIn(field: string): string | null {
  const value = field.slice(field.indexOf(":") + 1);
  const tags = new Map(
    value.split(";").map((tag) => {
      const at = tag.indexOf("=");
      const [name, word] = [tag.slice(0, at), tag.slice(at + 1)];
      return [name.trim(), word.replace(/\s+/g, "")] as const;
    }),
  );
  const [selector, domain] = [tags.get("s") ?? "", tags.get("d") ?? ""];
  if (selector === "" || domain === "") return null;
  const name = Buffer.from(`${selector}._domainkey.${domain}`, "latin1");
  return keyNameOf(name.toString("utf8"));
}

/** One spelling for one name. */
export function keyNameOf(name: string): string {
  const isAscii = !/[^\x20-\x7e]/.test(name);
  return (isAscii ? name : domainToASCII(name)).toLowerCase();
}
