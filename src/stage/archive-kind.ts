import { readUpTo, type UntrustedContent } from "../core/content.ts";
import type { FileKind, Leaf } from "../core/part.ts";

/** Kinds that the pit unpacks; each comes back as one ZIP. */
export const ARCHIVES: ReadonlySet<string> = new Set([
  "application/zip",
  "application/gzip",
  "application/x-tar",
  "application/x-lzh-compressed",
  "application/x-7z-compressed",
  "application/x-rar-compressed",
  "application/vnd.ms-cab-compressed",
  "application/x-iso9660-image",
  "application/x-xz",
  "application/x-bzip2",
]);

export const PDF = "application/pdf";
/** A file's dictionary names it so, unless it stands in a stream of objects (ISO 32000-1 §7.5.7, §7.11.4); the pit looks there. */
const FILE_WORDS = ["/EmbeddedFile", "/ObjStm"].map((word) =>
  Buffer.from(word, "latin1"),
);
const LONGEST_WORD_BYTES = 16;

/** A cheap look, so that most documents need no pit for this. Who spells the words in another way loses the files, nothing else. */
export async function mayHoldFiles(
  content: UntrustedContent,
): Promise<boolean> {
  let before = Buffer.alloc(0);
  for await (const piece of content.open()) {
    const bytes = Buffer.concat([before, piece]);
    if (FILE_WORDS.some((word) => bytes.includes(word))) return true;
    before = bytes.subarray(-LONGEST_WORD_BYTES);
  }
  return false;
}

export const UNKNOWN = "application/octet-stream";
const ISO: FileKind = {
  type: "application/x-iso9660-image",
  label: "ISOイメージ",
  extension: "iso",
};
/** ECMA-119 §8: the first volume descriptor follows 16 sectors that are anybody's. */
const ISO_MARK = "CD001";
const ISO_MARK_AT = 0x8001;

/** The leaf by the kind of archive that it is; null when it is none. An image of a disc shows far behind its first bytes. */
export async function asArchive(leaf: Leaf): Promise<Leaf | null> {
  if (ARCHIVES.has(leaf.kind.type)) return leaf;
  const end = ISO_MARK_AT + ISO_MARK.length;
  if (leaf.kind.type !== UNKNOWN || leaf.content.bytes < end) return null;
  const head = await readUpTo(leaf.content, end);
  const isIso =
    Buffer.from(head.subarray(ISO_MARK_AT)).toString("latin1") === ISO_MARK;
  return isIso ? { ...leaf, kind: ISO } : null;
}
