import { charsetOf } from "./mapi.ts";

/** Groups whose text is no text of the document. */
const SILENT = new Set([
  ..."fonttbl colortbl stylesheet info pict object themedata datastore".split(
    " ",
  ),
  ..."colorschememapping latentstyles listtable listoverridetable generator xmlnstbl".split(
    " ",
  ),
]);
const BREAKS: Readonly<Record<string, string>> = {
  par: "\n",
  line: "\n",
  row: "\n",
  cell: "\t",
  tab: "\t",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  bullet: "・",
  endash: "–",
  emdash: "—",
};
const MAX_GROUPS = 1000;

interface Group {
  readonly silent: boolean;
  /** Characters to skip after `\u`, for readers that do not know it. */
  readonly skip: number;
}

/**
 * The text of an RTF body as Outlook makes it (RTF 1.9.1), and of one that wraps HTML (MS-OXRTFEX): tags and what they
 * hide are left out, words stay. Linear; anything odd is passed over.
 */
export function rtfText(rtf: Uint8Array): string {
  const source = Buffer.from(
    rtf.buffer,
    rtf.byteOffset,
    rtf.byteLength,
  ).toString("latin1");
  const pattern =
    /\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)/g;
  let group: Group = { silent: false, skip: 1 };
  const stack: Group[] = [];
  let charset = "shift_jis";
  let pending: number[] = [];
  let toSkip = 0;
  let text = "";
  const flush = () => {
    if (pending.length === 0) return;
    text += new TextDecoder(charset).decode(Uint8Array.from(pending));
    pending = [];
  };
  const word = (name: string, value: number | null) => {
    if (name === "ansicpg" && value !== null) charset = charsetOf(value);
    else if (name === "uc" && value !== null)
      group = { ...group, skip: Math.max(0, value) };
    else if (SILENT.has(name)) group = { ...group, silent: true };
    // What stands between \htmlrtf and \htmlrtf0 is for readers of RTF only, when the RTF wraps HTML.
    else if (name === "htmlrtf") group = { ...group, silent: value !== 0 };
    else if (group.silent) return;
    else if (name === "u" && value !== null) {
      flush();
      text += String.fromCharCode(value < 0 ? value + 0x10000 : value & 0xffff);
      toSkip = group.skip;
    } else if (BREAKS[name] !== undefined) {
      flush();
      text += BREAKS[name];
    }
  };
  for (const match of source.matchAll(pattern)) {
    const [, hex, name, value, symbol, brace, plain] = match;
    if (brace === "{") {
      if (stack.length < MAX_GROUPS) stack.push(group);
    } else if (brace === "}") group = stack.pop() ?? group;
    else if (symbol === "*") group = { ...group, silent: true };
    else if (name !== undefined)
      word(name, value === undefined ? null : Number(value));
    else if (group.silent) continue;
    else if (hex !== undefined) {
      if (toSkip > 0) toSkip -= 1;
      else pending.push(Number.parseInt(hex, 16));
    } else if (symbol !== undefined) {
      if (symbol === "~") pending.push(0x20);
      else if ("\\{}".includes(symbol)) pending.push(symbol.charCodeAt(0));
    } else if (plain !== undefined) {
      const said = plain.slice(toSkip);
      toSkip = Math.max(0, toSkip - plain.length);
      for (let at = 0; at < said.length; at++)
        pending.push(said.charCodeAt(at));
    }
  }
  flush();
  return text.trim();
}
