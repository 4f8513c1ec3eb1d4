import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { simpleParser } from "mailparser";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { decodeText } from "../src/mime/charset.ts";
import { OTHER_DIALECTS, USUAL, type Dialect } from "../src/mime/dialect.ts";
import {
  mail,
  multipart,
  readChunks,
  type ReadNode,
} from "../src/mime/mail-reading.testing.ts";

/**
 * Reads mails with mailparser too. Both must see the same content; where they do not, one of these must explain it, and the
 * rules are checked, not believed: a rule says what mailparser makes of the same bytes, and that is what must be there.
 */
type Rule =
  | "same"
  /** An attached message is one file to mailparser; read as a mail, that file has the very leaves that we saw. */
  | "message-is-a-file"
  /** mailparser leaves uuencode as it is; decoded, it is what we saw. */
  | "uuencode-is-not-decoded"
  /** mailparser shows delimiters and header fields that we have read as such, in a mail that is flagged. */
  | "structure-is-text"
  /** The mail is ambiguous, is flagged so, and one of our other dialects reads it as mailparser does. */
  | "ambiguous";

interface Theirs {
  /** Text and HTML of all parts, without white space. */
  readonly words: string;
  readonly text: string;
  readonly files: readonly Buffer[];
}

async function mailparserReads(bytes: Buffer): Promise<Theirs> {
  const read = await simpleParser(bytes, {
    skipTextToHtml: true,
    skipHtmlToText: true,
    skipTextLinks: true,
    skipImageLinks: true,
  });
  return {
    words: squeeze((read.text ?? "") + (read.html || "")),
    text: read.text ?? "",
    files: read.attachments
      .map((attachment) => attachment.content)
      .filter((content) => content.length > 0),
  };
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, "");
}

/** What is left of both sides when what is alike is taken away. */
function compare(
  nodes: readonly ReadNode[],
  theirs: Theirs,
  rules: Set<Rule>,
): string[] {
  const files = [...theirs.files];
  const take = (wanted: (file: Buffer) => boolean): boolean => {
    const at = files.findIndex(wanted);
    if (at >= 0) files.splice(at, 1);
    return at >= 0;
  };
  const left: string[] = [];
  let words = theirs.words;
  const gone = new Set<number>();
  for (const { part, body } of nodes) {
    if (part.parent !== null && gone.has(part.parent)) gone.add(part.id);
    if (gone.has(part.id)) continue;
    if (part.isMessage && take((file) => sameLeaves(file, part.id, nodes))) {
      rules.add("message-is-a-file");
      gone.add(part.id);
    }
    if (!part.isLeaf || body.length === 0) continue;
    if (take((file) => file.equals(body))) continue;
    const charset = part.parameters.get("charset")?.value ?? null;
    const said = squeeze(decodeText(body, charset).text);
    if (theirs.words.includes(said)) {
      words = words.replace(said, () => "");
      continue;
    }
    const isEncoded = uuencodes(body);
    const asText = Buffer.from(theirs.text, "latin1");
    if (
      part.encoding === "uuencode" &&
      (take(isEncoded) || isEncoded(asText))
    ) {
      if (isEncoded(asText)) words = words.replace(squeeze(theirs.text), "");
      rules.add("uuencode-is-not-decoded");
      continue;
    }
    left.push(`ours ${part.path} ${part.type} ${body.length}`);
  }
  const rest = files.map((file) => `theirs ${file.length}`);
  if (words !== "" && withoutStructure(words, nodes) === "")
    rules.add("structure-is-text");
  else if (words !== "") rest.push(`theirs ${words.length} letters`);
  return [...left, ...rest];
}

function withoutStructure(words: string, nodes: readonly ReadNode[]): string {
  if (nodes.every(({ anomalies }) => anomalies.length === 0)) return words;
  let rest = words;
  for (const { part } of nodes) {
    for (const { name, untrustedValue } of part.headers)
      rest = rest.replace(squeeze(`${name}:${untrustedValue}`), "");
    const boundary = part.parameters.get("boundary")?.value;
    if (boundary !== undefined) rest = rest.replaceAll(`--${boundary}`, "");
  }
  return rest;
}

function sameLeaves(
  file: Buffer,
  message: number,
  nodes: readonly ReadNode[],
): boolean {
  const below = new Set([message]);
  const ours: string[] = [];
  for (const { part, body } of nodes) {
    if (part.parent === null || !below.has(part.parent)) continue;
    below.add(part.id);
    if (part.isLeaf) ours.push(body.toString("latin1").trimEnd());
  }
  const read = readChunks([file], DEFAULT_LIMITS).nodes;
  const leaves = read
    .filter(({ part }) => part.isLeaf)
    .map(({ body }) => body.toString("latin1").trimEnd());
  return JSON.stringify(leaves) === JSON.stringify(ours);
}

function uuencodes(body: Buffer): (file: Buffer) => boolean {
  return (file) => {
    const bytes = mail(
      "Content-Transfer-Encoding: x-uuencode",
      "",
      file.toString("latin1"),
    );
    return (
      readChunks([bytes], DEFAULT_LIMITS).nodes[0]?.body.equals(body) ?? false
    );
  };
}

/** The rules that explain all differences, or what none explains. */
async function explain(bytes: Buffer): Promise<Rule[] | string[]> {
  const theirs = await mailparserReads(bytes);
  const tried: string[][] = [];
  for (const dialect of [USUAL, ...OTHER_DIALECTS] satisfies Dialect[]) {
    const rules = new Set<Rule>();
    const { nodes } = readChunks([bytes], DEFAULT_LIMITS, dialect);
    const left = compare(nodes, theirs, rules);
    const flagged = readChunks([bytes], DEFAULT_LIMITS).nodes.some(
      ({ anomalies }) => anomalies.length > 0,
    );
    if (dialect !== USUAL && !flagged) break;
    if (dialect !== USUAL) rules.add("ambiguous");
    if (left.length === 0) return rules.size === 0 ? ["same"] : [...rules];
    tried.push(left);
  }
  return tried[0] ?? [];
}

const RULES: readonly string[] = [
  "same",
  "message-is-a-file",
  "uuencode-is-not-decoded",
  "structure-is-text",
  "ambiguous",
] satisfies Rule[];

describe("our reader and mailparser", () => {
  const part = (...lines: string[]) => multipart("--B", ...lines, "--B--");
  it.each<[string, Rule[], Buffer]>([
    ["a text", ["same"], mail("", "hello")],
    ["two texts", ["same"], part("", "one", "--B", "", "two")],
    [
      "an attached message",
      ["message-is-a-file"],
      part("Content-Type: message/rfc822", "", "Subject: x", "", "inside"),
    ],
    [
      "a boundary that begins with another",
      ["structure-is-text"],
      mail(
        "Content-Type: multipart/mixed; boundary=ab",
        "",
        "--ab",
        "Content-Type: multipart/mixed; boundary=a",
        "",
        "--a",
        "",
        "one",
        "--ab",
        "Content-Type: text/plain",
        "",
        "two",
        "",
      ),
    ],
    [
      "two boundaries",
      ["ambiguous"],
      mail(
        "Content-Type: multipart/mixed; boundary=A; boundary=B",
        "",
        "--A",
        "",
        "first",
        "--A--",
        "--B",
        "",
        "second",
        "--B--",
      ),
    ],
  ])("read %s with these differences: %j", async (_, rules, bytes) => {
    expect(await explain(bytes)).toEqual(rules);
  });

  it("is not explained when one of them does not see a part", async () => {
    const bytes = part("Content-Type: a/b", "", "file");
    const { nodes } = readChunks([bytes], DEFAULT_LIMITS);
    const nothing = { words: "", text: "", files: [] };
    expect(compare(nodes, nothing, new Set())).toEqual(["ours 1 a/b 4"]);
    const more = {
      words: "hidden",
      text: "hidden",
      files: [Buffer.from("file")],
    };
    expect(compare(nodes, more, new Set())).toEqual(["theirs 6 letters"]);
  });
});

const CORPUS = fileURLToPath(new URL("../../shared/corpus/", import.meta.url));
const corpus = existsSync(CORPUS) ? describe : describe.skip;

corpus("our reader and mailparser on every mail of the corpus", () => {
  const names = existsSync(CORPUS)
    ? readdirSync(CORPUS, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".eml"))
        .sort()
    : [];

  it("have mails to read", () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)("explain every difference in %s", async (name) => {
    const found = await explain(readFileSync(join(CORPUS, name)));
    expect(found.filter((each) => !RULES.includes(each))).toEqual([]);
  });
});
