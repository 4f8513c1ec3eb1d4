import { decodeUtf8, requireLineText } from "./text.ts";
import { refuse } from "./refuse.ts";

/** Attachment types that may cross, with the endings that fit them. */
export const FILE_ENDINGS = {
  "text/plain": ["txt"],
  "text/csv": ["csv"],
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "application/pdf": ["pdf"],
  "application/zip": ["zip"],
} as const satisfies Record<string, readonly string[]>;

export type FileType = keyof typeof FILE_ENDINGS;

/** 100 of the sender's, and room for our own `-12 (3)`. */
const MAX_STEM_CHARACTERS = 112;
/** What no file system takes, and the full-width forms that look like it. */
const FORBIDDEN =
  /[/\\:*?"<>|\uff0f\uff3c\uff0e\uff1a\ufe68\ufe52\u2024\u2044\u2215\u2216\u29f5\u29f8\u29f9]/;
/** Names that Windows takes for devices, with or without an ending. */
const RESERVED =
  /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|clock\$|conin\$|conout\$)(?:\.|$)/i;
const OUTER = /^[\s.~-]|[\s.]$/;

const PLAIN = /^attachment; filename="([ !#-[\]-~]+)"$/;
const PIECE =
  /^filename(?:\*(\d{1,2}))?\*=(UTF-8'')?((?:[A-Za-z0-9!#$&+.^_`{|}~-]|%[0-9A-F]{2})+)$/;
const MAX_PIECES = 20;

/** `attachment` with a name: quoted ASCII, or RFC 2231 §4 in UTF-8, in pieces that count from 0 (§3) when it is long. */
export function readDisposition(value: string, at: number): string {
  const [, plain] = PLAIN.exec(value) ?? [];
  if (plain !== undefined) {
    if (plain.includes("=?") || plain.includes("%")) refuse("file-name", at);
    return plain;
  }
  const [kind, ...pieces] = value.split("; ");
  if (kind !== "attachment" || pieces.length === 0)
    refuse("content-disposition", at);
  return decodeUtf8(percentDecode(joinPieces(pieces, at)), at);
}

/** SECURITY: one name, one meaning on every desk. `type` decides which endings fit. */
export function verifyName(name: string, type: FileType, at: number): void {
  requireLineText(name, at);
  const dot = name.lastIndexOf(".");
  const stem = name.slice(0, dot);
  const ending = name.slice(dot + 1);
  const good =
    dot > 0 &&
    [...stem].length <= MAX_STEM_CHARACTERS &&
    !FORBIDDEN.test(name) &&
    !RESERVED.test(name) &&
    !OUTER.test(stem) &&
    (FILE_ENDINGS[type] as readonly string[]).includes(ending);
  if (!good) refuse("file-name", at);
}

function joinPieces(pieces: readonly string[], at: number): string {
  if (pieces.length > MAX_PIECES) refuse("content-disposition", at);
  let joined = "";
  for (const [index, piece] of pieces.entries()) {
    const [, number, charset, encoded] =
      PIECE.exec(piece) ?? refuse("content-disposition", at);
    const single = number === undefined && pieces.length === 1;
    const inOrder = single || number === String(index);
    if (!inOrder || (charset !== undefined) !== (index === 0))
      refuse("content-disposition", at);
    joined += encoded!;
  }
  return joined;
}

function percentDecode(encoded: string): Buffer {
  return Buffer.from(
    encoded.replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    ),
    "latin1",
  );
}
