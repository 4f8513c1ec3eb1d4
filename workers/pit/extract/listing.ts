/** The list of 7-Zip (`l -slt`): fields in lines, a blank line behind each entry. Line ends in names it has made `_` before. */
import { PitRefusal } from "../speak.ts";

export interface Listed {
  readonly kind: "file" | "folder" | "reference";
  readonly name: string;
  readonly bytes: number;
  readonly crc: number | null;
  readonly encrypted: boolean;
}

export function readListing(text: string): Listed[] {
  const listed: Listed[] = [];
  let fields = new Map<string, string>();
  for (const line of `${text}\n`.split("\n")) {
    const field = /^([A-Z][A-Za-z ]*) = ?(.*)$/.exec(line);
    if (field !== null) fields.set(field[1] ?? "", field[2] ?? "");
    if (line !== "" || fields.size === 0) continue;
    if (fields.has("Path")) listed.push(entryOf(fields));
    fields = new Map();
  }
  return listed;
}

function entryOf(fields: ReadonlyMap<string, string>): Listed {
  const attributes = fields.get("Attributes") ?? "";
  const size = fields.get("Size") ?? "";
  const crc = fields.get("CRC") ?? "";
  const isFolder =
    fields.get("Folder") === "+" || /^D|\bd[r-][w-]/.test(attributes);
  const isLink =
    (fields.get("Symbolic Link") ?? "") !== "" ||
    /\b[lcbps][r-][w-]/.test(attributes);
  const kind = isFolder ? "folder" : isLink ? "reference" : "file";
  // A member that does not say its size cannot be told from the next.
  if (kind !== "folder" && !/^\d+$/.test(size))
    throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  return {
    kind,
    name: fields.get("Path") ?? "",
    bytes: kind === "folder" ? 0 : Number(size),
    crc: /^[0-9A-F]{8}$/.test(crc) ? Number.parseInt(crc, 16) : null,
    encrypted: fields.get("Encrypted") === "+",
  };
}
