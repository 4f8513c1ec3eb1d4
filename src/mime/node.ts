import type { Anomaly, HeaderField } from "../core/part.ts";
import { trimBlanks } from "./header-block.ts";
import { USUAL, type Dialect } from "./dialect.ts";
import { decodeHeaderText } from "./encoded-word.ts";
import {
  readStructured,
  type Parameter,
  type StructuredOptions,
  type StructuredValue,
} from "./parameters.ts";
import { isIdentity, isKnownEncoding } from "./transfer.ts";

/** One node of the tree, told when its header block is complete. Strings are the sender's words. */
export interface MimeNode {
  /** Document order; 0 is the mail. */
  readonly id: number;
  readonly parent: number | null;
  /** `0` for the mail, then IMAP-like `1`, `1.2`; the message inside an attached message is its child `….1`. */
  readonly path: string;
  readonly depth: number;
  readonly headers: readonly HeaderField[];
  /** Lower case; `text/plain` when absent or not understood (RFC 2045 §5.2), `message/rfc822` in a digest. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Unknown words count as attachment (RFC 2183 §2.8). */
  readonly disposition: "inline" | "attachment" | null;
  readonly dispositionParameters: ReadonlyMap<string, Parameter>;
  /** Content-Transfer-Encoding, lower case, `7bit` when absent. */
  readonly encoding: string;
  /** Without angle brackets. */
  readonly contentId: string | null;
  /** False for a multipart and an attached message. */
  readonly isLeaf: boolean;
  /** message/rfc822, message/global or message/news, whose content is read as its one child. */
  readonly isMessage: boolean;
}

/** What a header block says about its content. */
export interface ContentFacts {
  readonly content: Omit<
    MimeNode,
    "id" | "parent" | "path" | "depth" | "headers"
  >;
  /** Latin1; null unless the content is a multipart that can be split. */
  readonly boundary: string | null;
  readonly anomalies: readonly Anomaly[];
}

/** RFC 2046 §5.1.1. */
const STANDARD_BOUNDARY_BYTES = 70;
/** More than this no reader is sure to compare. */
const MAX_BOUNDARY_BYTES = 256;
/** Without the blanks that RFC 2046 allows: where the value is folded, readers keep or drop them. */
const PLAIN_BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=?]{1,70}$/;
/** Some readers decode it though RFC 2047 §5 forbids it here. */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?[^?]*\?=/i;
/** RFC 6838 §4.2. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;
const MESSAGES: ReadonlySet<string> = new Set([
  "message/rfc822",
  "message/global",
  "message/news",
]);
/** Under message/ and yet no message; some readers look for one below every other type of this family. */
const REPORTS: ReadonlySet<string> = new Set([
  "message/partial",
  "message/external-body",
  "message/delivery-status",
  "message/disposition-notification",
  "message/feedback-report",
  "message/global-delivery-status",
  "message/global-disposition-notification",
  "message/global-headers",
]);
/** As old mailers name it. */
const UUENCODE = /^(?:x-)?uue(?:ncode)?$/;
/** Of an encoding only the word before any parameter counts. */
const LENIENT: StructuredOptions = {
  limits: {
    maxParameters: Number.POSITIVE_INFINITY,
    maxParameterBytes: Number.POSITIVE_INFINITY,
  },
  dialect: USUAL,
};
const NOTHING: StructuredValue = {
  value: "",
  parameters: new Map(),
  duplicates: new Set(),
  doubtful: new Set(),
  irregular: false,
};

/** Faults: MIME_TOO_MANY_PARAMETERS, MIME_PARAMETERS_TOO_BIG. */
export function readContentFacts(
  headers: readonly HeaderField[],
  defaultType: string,
  options: StructuredOptions,
): ContentFacts {
  const anomalies = new Set<Anomaly>();
  const fields = new ContentFields(headers, options.dialect, anomalies);
  const rawType = fields.value("content-type");
  const typed = structured(rawType, options, anomalies);
  const disposed = structured(
    fields.value("content-disposition"),
    options,
    anomalies,
  );
  const encoding = readEncoding(
    fields.value("content-transfer-encoding"),
    anomalies,
  );
  const type = readType(rawType, typed, defaultType, anomalies);
  const boundary = type.startsWith("multipart/")
    ? readBoundary(typed, options.dialect, anomalies)
    : null;
  const isMultipart = boundary !== null;
  // Some readers split whatever has a boundary.
  if (!type.startsWith("multipart/") && typed.parameters.has("boundary"))
    anomalies.add("bad-boundary");
  if (isMultipart && !isIdentity(encoding))
    anomalies.add("unknown-transfer-encoding");
  const isMessage = MESSAGES.has(type);
  // RFC 2046 §5.2.1 forbids it: half of all readers see a message here, the others an opaque file.
  if (isMessage && !isIdentity(encoding))
    anomalies.add("unknown-transfer-encoding");
  if (type.startsWith("message/") && !isMessage && !REPORTS.has(type))
    anomalies.add("malformed-header");
  const splits = isMessage && isKnownEncoding(encoding);
  const content = {
    type: type.startsWith("multipart/") && !isMultipart ? "text/plain" : type,
    parameters: typed.parameters,
    disposition: readDisposition(disposed.value),
    dispositionParameters: disposed.parameters,
    encoding,
    contentId: readContentId(fields.value("content-id")),
    isLeaf: !isMultipart && !splits,
    isMessage: splits,
  };
  return { content, boundary, anomalies: [...anomalies] };
}

/** Readers differ on whether the first or the last of these counts. */
const STRUCTURAL: ReadonlySet<string> = new Set([
  "content-type",
  "content-transfer-encoding",
  "content-disposition",
]);

/** A name that is almost one of these is one to some reader. */
const MIME_NAME = /^[a-z0-9-]+$/;

/** The first of each name, or the last. The same words twice are said once. */
class ContentFields {
  readonly #values = new Map<string, string>();

  constructor(
    headers: readonly HeaderField[],
    dialect: Dialect,
    anomalies: Set<Anomaly>,
  ) {
    for (const { name, untrustedValue } of headers) {
      const key = name.toLowerCase();
      if (!key.startsWith("content")) continue;
      if (!MIME_NAME.test(key)) anomalies.add("malformed-header");
      const before = this.#values.get(key);
      if (before === undefined || dialect.lastWins)
        this.#values.set(key, untrustedValue);
      if (before === undefined || !STRUCTURAL.has(key)) continue;
      if (before !== untrustedValue) anomalies.add("duplicate-mime-header");
    }
  }

  value(name: string): string | null {
    return this.#values.get(name) ?? null;
  }
}

function structured(
  raw: string | null,
  options: StructuredOptions,
  anomalies: Set<Anomaly>,
): StructuredValue {
  if (raw === null) return NOTHING;
  const read = readStructured(raw, options);
  if (read.duplicates.size > 0) anomalies.add("duplicate-parameter");
  return read;
}

function readType(
  raw: string | null,
  typed: StructuredValue,
  defaultType: string,
  anomalies: Set<Anomaly>,
): string {
  if (raw === null) return defaultType;
  if (typed.irregular) anomalies.add("malformed-header");
  if (MEDIA_TYPE.test(typed.value)) return typed.value;
  anomalies.add("malformed-header");
  const lenient = /^["']?\s*([^\s/"';,]+)\s*\/\s*([^\s/"';,]+)/.exec(
    typed.value,
  );
  return lenient === null
    ? "text/plain"
    : `${lenient[1] as string}/${lenient[2] as string}`;
}

function readBoundary(
  typed: StructuredValue,
  dialect: Dialect,
  anomalies: Set<Anomaly>,
): string | null {
  const written = typed.parameters.get("boundary");
  const boundary = dialect.looseBoundaries
    ? looseBoundary(written?.value ?? "")
    : trimBlanks(written?.value ?? "");
  const doubtful =
    typed.irregular ||
    typed.doubtful.has("boundary") ||
    typed.duplicates.has("boundary") ||
    written?.charset !== null ||
    boundary !== written.value ||
    !PLAIN_BOUNDARY.test(boundary) ||
    ENCODED_WORD.test(boundary);
  if (doubtful) anomalies.add("bad-boundary");
  const usable =
    boundary !== "" &&
    boundary.length <= MAX_BOUNDARY_BYTES &&
    !/[\r\n]/.test(boundary);
  return usable ? boundary : null;
}

function looseBoundary(written: string): string {
  const decoded = ENCODED_WORD.test(written)
    ? decodeHeaderText(written)
    : written;
  const [shown = ""] = decoded.split("\0", 1);
  return shown.replace(/[ \t]/g, "").slice(0, STANDARD_BOUNDARY_BYTES);
}

function readEncoding(raw: string | null, anomalies: Set<Anomaly>): string {
  if (raw === null) return "7bit";
  const written = raw.toLowerCase();
  if (isKnownEncoding(written) && written !== "uuencode") return written;
  if (UUENCODE.test(written)) {
    // Outside RFC 2045: some readers decode it, the others show it.
    anomalies.add("malformed-header");
    return "uuencode";
  }
  anomalies.add("unknown-transfer-encoding");
  // What a lenient reader takes: without comments, quotes, parameters.
  const bare = readStructured(written, LENIENT).value.replace(/["']/g, "");
  const word = trimBlanks(bare).split(/[\s,]/, 1)[0] ?? "";
  return word === "" ? "7bit" : word;
}

function readDisposition(value: string): "inline" | "attachment" | null {
  if (value === "") return null;
  return value === "inline" ? "inline" : "attachment";
}

function readContentId(raw: string | null): string | null {
  const id = trimBlanks(raw ?? "").replace(/^<|>$/g, "");
  return id === "" ? null : id;
}
