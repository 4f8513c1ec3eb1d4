/** Documents that are ZIP files: Office Open XML (ECMA-376) and OpenDocument (OASIS ODF 1.2). */
import type { PitFinding } from "../../../src/wire/pit-codes.ts";
import { PitRefusal } from "../speak.ts";
import type { Look } from "./look.ts";
import { readEntry, readZip, type ZipEntry } from "./zip.ts";

const MIB = 1024 * 1024;
/** What all entries together may tell to hold. An office suite keeps a tree in memory that is many times that. */
const MAX_TOLD_BYTES = 300 * MIB;
/** The looks into entries, together. */
const MAX_LOOKED_BYTES = 48 * MIB;

/** By the content type of the main part; the more special ones first. */
const OOXML: readonly [type: RegExp, filter: string][] = [
  [/sheet\.binary\.macroEnabled\.main/, "Calc MS Excel 2007 Binary"],
  [
    /(?:spreadsheetml\.(?:sheet|template)|ms-excel\.(?:sheet|template|addin)\.macroEnabled)\.main\+xml/,
    "Calc MS Excel 2007 XML",
  ],
  [
    /(?:presentationml\.(?:presentation|template|slideshow)|ms-powerpoint\.(?:presentation|template|slideshow)\.macroEnabled)\.main\+xml/,
    "Impress MS PowerPoint 2007 XML",
  ],
  [
    /(?:wordprocessingml\.(?:document|template)|ms-word\.(?:document|template)\.macroEnabled(?:Template)?)\.main\+xml/,
    "MS Word 2007 XML",
  ],
  [
    /ms-visio\.(?:drawing|template|stencil)(?:\.macroEnabled)?\.main\+xml/,
    "Visio Document",
  ],
];

const ODF: Readonly<Record<string, string>> = {
  text: "writer8",
  "text-template": "writer8_template",
  spreadsheet: "calc8",
  "spreadsheet-template": "calc8_template",
  presentation: "impress8",
  "presentation-template": "impress8_template",
  graphics: "draw8",
};

/** Where an Office Open XML document keeps what can act, by the names of its parts. */
const NAMES: readonly [name: RegExp, finding: PitFinding][] = [
  [/(?:^|\/)vbaProject[^/]*\.bin$/i, "office-macro"],
  [/(?:^|\/)(?:macrosheets|dialogsheets|intlmacrosheets)\//i, "office-macro"],
  [/(?:^|\/)(?:Basic|Scripts)\//, "office-macro"],
  [/(?:^|\/)activeX\//i, "office-activex"],
  [/(?:^|\/)embeddings\//i, "office-ole"],
  [/(?:^|\/)externalLinks\/[^/]+$/i, "office-external-link"],
];

export function lookIntoPackage(document: Uint8Array): Look {
  const entries = readZip(document);
  const told = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (told > MAX_TOLD_BYTES) throw new PitRefusal("UNPACKED_TOO_BIG");
  const look = new PackageLook(document, entries);
  const mimetype = look.text("mimetype");
  if (mimetype.startsWith("application/vnd.oasis.opendocument."))
    return look.openDocument(mimetype.slice(35).trim());
  return look.officeOpenXml(look.text("[Content_Types].xml"));
}

class PackageLook {
  readonly #document: Uint8Array;
  readonly #entries: readonly ZipEntry[];
  readonly #findings = new Set<PitFinding>();
  #leftBytes = MAX_LOOKED_BYTES;

  constructor(document: Uint8Array, entries: readonly ZipEntry[]) {
    this.#document = document;
    this.#entries = entries;
    for (const { name } of entries)
      for (const [pattern, finding] of NAMES)
        if (pattern.test(name)) this.#findings.add(finding);
  }

  text(name: string): string {
    const entry = this.#entries.find((one) => one.name === name);
    return entry === undefined ? "" : this.#read(entry);
  }

  officeOpenXml(types: string): Look {
    const filter = OOXML.find(([type]) => type.test(types))?.[1];
    if (filter === undefined) throw new PitRefusal("DOCUMENT_UNKNOWN");
    for (const entry of this.#entries) {
      if (/\.rels$/i.test(entry.name)) this.#relations(this.#read(entry));
      else if (/^word\/[^/]+\.xml$/i.test(entry.name))
        this.#fields(this.#read(entry));
      else if (/externalLinks\/[^/]+\.xml$/i.test(entry.name)) {
        if (this.#read(entry).includes("ddeLink"))
          this.#findings.add("office-dde");
      }
    }
    return { filter, encrypted: false, findings: this.#findings };
  }

  openDocument(form: string): Look {
    const filter = Object.hasOwn(ODF, form) ? ODF[form] : undefined;
    if (filter === undefined) throw new PitRefusal("DOCUMENT_UNKNOWN");
    const manifest = this.text("META-INF/manifest.xml");
    if (manifest.includes("sun.star.oleobject"))
      this.#findings.add("office-ole");
    for (const name of ["content.xml", "styles.xml"]) {
      const xml = this.text(name);
      if (/<[a-z]+:dde-(?:source|link|connection-decl)/.test(xml))
        this.#findings.add("office-dde");
      if (EXTERNAL_IN_ODF.test(xml)) this.#findings.add("office-external-link");
    }
    const encrypted = /:encryption-data[\s>]/.test(manifest);
    return { filter, encrypted, findings: this.#findings };
  }

  /** Of relations to the outside a plain hyperlink is the everyday one: nothing is fetched for it, so it is not told. */
  #relations(xml: string): void {
    for (const [relation] of xml.matchAll(
      /<[^<>]{0,20}Relationship\s[^<>]*>/g,
    )) {
      if (/\/aFChunk["']/.test(relation)) this.#findings.add("office-ole");
      const outside = /TargetMode\s*=\s*["']External["']/i.test(relation);
      if (outside && !/\/hyperlink["']/.test(relation))
        this.#findings.add("office-external-link");
    }
  }

  /** A field's words may be spread over many runs; a simple one has them in an attribute. */
  #fields(xml: string): void {
    let words = "";
    for (const [, inRun, simple] of xml.matchAll(
      /<w:instrText(?:\s[^<>]*)?>([^<]*)|<w:fldSimple\s[^<>]*w:instr\s*=\s*"([^"]*)/g,
    ))
      words += inRun ?? ` ${simple ?? ""} `;
    if (/\bDDE(?:AUTO)?\b/i.test(words)) this.#findings.add("office-dde");
    if (/\bINCLUDE(?:PICTURE|TEXT)\b/i.test(words))
      this.#findings.add("office-external-link");
  }

  #read(entry: ZipEntry): string {
    const bytes = readEntry(this.#document, entry, this.#leftBytes);
    this.#leftBytes = Math.max(1, this.#leftBytes - (bytes?.length ?? 0));
    return bytes?.toString("utf8") ?? "";
  }
}

const EXTERNAL_IN_ODF =
  /<(?:draw:image|text:section-source|table:table-source|table:cell-range-source|draw:object|draw:plugin|draw:floating-frame)\s[^<>]*xlink:href="(?:[a-z][a-z0-9+.-]*:|\/|\.\.\/)/i;
