/*
NAME       enclosed: read the mails that came as files, what Outlook packed up, and the content of opaque S/MIME signatures, as part of the mail
ZONE       airlock
READS      leaves of one item       WRITES  work folder of the item
SECURITY   the same reader as for the mail itself; from a signature only tags and lengths are read (mime/cms.ts), containers are unpacked in the pit
STANDARDS  RFC 5322, RFC 8551 §3.1, §3.4, RFC 5652 §5
LIMITS     parts, depth: those of the mail, counted together
FAULTS     MIME_*, STORE_FULL, STORE_FAILED
NOT HERE   verifying a signature; deciding anything (policy)
*/
import { readUpTo, type UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Part, PartTree } from "../core/part.ts";
import type { Workspace } from "../core/stores.ts";
import {
  ARCHIVES,
  asArchive,
  mayHoldFiles,
  PDF,
  UNKNOWN,
} from "./archive-kind.ts";
import { GrownTree } from "./grown-tree.ts";
import { mailsAsFolders } from "./mail-in-archive.ts";
import {
  COMPOUND,
  looksLikeMail,
  MAIL,
  openPacked,
  orUnopened,
  SIGNED,
  signedIn,
  TNEF,
  unpackedMail,
  type Enclosed,
  type Unopened,
} from "./packed-mail.ts";

const MAIL_NAME = /\.eml\s*$/i;
const HEAD_BYTES = 4096;

export interface EnclosedPlace {
  readonly limits: Limits;
  readonly workspace: Workspace;
  /** Reads some bytes as a mail of their own, within what is left of the limits. */
  readonly read: (
    content: UntrustedContent,
    limits: Limits,
  ) => Promise<PartTree>;
  /** Gives what a container holds, as one mail. Throws the faults of the pit. */
  readonly unpack: (
    container: UntrustedContent,
  ) => Promise<AsyncIterable<Uint8Array>>;
  /** Absent outside of any archive. */
  readonly archives?: ArchiveRoom;
}

/** What the archives of one mail may still give, all together, and how deep we are in them. */
export interface ArchiveRoom {
  readonly depth: number;
  readonly left: { entries: number; bytes: number };
}

function wholeRoom(limits: Limits): ArchiveRoom {
  const { maxArchiveEntries, maxUnpackedBytes } = limits;
  return {
    depth: 0,
    left: { entries: maxArchiveEntries, bytes: maxUnpackedBytes },
  };
}

/** The same tree when there is nothing to open; else a new one, again in document order with new ids. */
export async function openEnclosed(
  tree: PartTree,
  place: EnclosedPlace,
): Promise<PartTree> {
  if (!tree.parts.some(mayEnclose)) return tree;
  const grown = new GrownTree(tree);
  const archives = place.archives ?? wholeRoom(place.limits);
  for (const [at, part] of tree.parts.entries()) {
    const enclosed = mayEnclose(part)
      ? await enclosedIn(part, { ...place, archives })
      : null;
    if (enclosed !== null && "unopened" in enclosed) {
      grown.keep({ ...part, ...enclosed });
      continue;
    }
    if (enclosed === null) {
      grown.keep(part);
      continue;
    }
    if ("members" in enclosed) {
      const { archive, members } = enclosed;
      grown.openArchive({ ...part, ...archive }, members);
      continue;
    }
    const limits = {
      ...place.limits,
      maxParts: place.limits.maxParts - grown.size - (tree.parts.length - at),
      maxDepth: place.limits.maxDepth - part.depth - 1,
    };
    const inner =
      enclosed.form === "mail"
        ? await place.read(enclosed.content, limits)
        : fileTree(enclosed);
    requireRoom(inner, limits);
    const opened = await openEnclosed(inner, { ...place, limits, archives });
    grown.open(part, { type: enclosed.type, inner: opened });
  }
  return grown.tree();
}

function mayEnclose(part: Part): boolean {
  return (
    part.leaf !== null &&
    !part.anomalies.includes("unknown-transfer-encoding") &&
    (part.leaf.kind.type === SIGNED ||
      ARCHIVES.has(part.leaf.kind.type) ||
      part.leaf.kind.type === PDF ||
      part.leaf.kind.type === UNKNOWN ||
      part.leaf.kind.type === TNEF ||
      part.leaf.kind.type === COMPOUND ||
      MAIL_NAME.test(part.untrustedName ?? ""))
  );
}

async function enclosedIn(
  part: Part,
  place: EnclosedPlace & { readonly archives: ArchiveRoom },
): Promise<
  | Enclosed
  | {
      readonly archive: Pick<Part, "leaf" | "unpacked" | "holdsFiles">;
      readonly members: PartTree;
    }
  | Unopened
  | null
> {
  if (part.leaf === null) return null;
  const { kind, content } = part.leaf;
  const archive = await asArchive(part.leaf);
  if (archive !== null) {
    const opened = await orUnopened(async () => ({
      archive: { leaf: archive, unpacked: true as const },
      members: await membersOf(part, content, place),
    }));
    return "unopened" in opened ? { ...opened, leaf: archive } : opened;
  }
  if (kind.type === PDF) {
    if (!(await mayHoldFiles(content))) return null;
    const opened = await orUnopened(async () => ({
      archive: { leaf: part.leaf, holdsFiles: true as const },
      members: await membersOf(part, content, place),
    }));
    // Its pages can be read all the same; that files were there is told when they are drawn.
    return "unopened" in opened ? null : opened;
  }
  if (kind.type === SIGNED) return signedIn(part, content, place);
  const packed = await openPacked(part.leaf, place);
  if (packed !== null) return packed;
  if (!MAIL_NAME.test(part.untrustedName ?? "")) return null;
  const head = await readUpTo(content, HEAD_BYTES);
  return looksLikeMail(head) ? { type: MAIL, form: "mail", content } : null;
}

/**
 * The members of an archive and all that lies in them, below a root of their own. Faults: those of the pit, ARCHIVE_TOO_DEEP,
 * ARCHIVE_TOO_MANY_ENTRIES, UNPACKED_TOO_BIG, MIME_*.
 */
async function membersOf(
  part: Part,
  content: UntrustedContent,
  place: EnclosedPlace & { readonly archives: ArchiveRoom },
): Promise<PartTree> {
  const { depth, left } = place.archives;
  const { maxArchiveDepth, maxArchiveEntries, maxDepth } = place.limits;
  if (depth >= maxArchiveDepth)
    throw new Fault("ARCHIVE_TOO_DEEP", { limit: maxArchiveDepth });
  const mail = await unpackedMail(content, place);
  left.bytes -= mail.bytes;
  if (left.bytes < 0) throw new Fault("UNPACKED_TOO_BIG");
  const limits = {
    ...place.limits,
    // The pit counts, too: this is for one that does not.
    maxParts: maxArchiveEntries + 1,
    maxDepth: maxDepth - part.depth - 1,
  };
  const read = await place.read(mail, limits);
  if (read.parts.length === 1) throw new Fault("DOCUMENT_EMPTY");
  left.entries -= read.parts.length - 1;
  if (left.entries < 0) throw new Fault("ARCHIVE_TOO_MANY_ENTRIES");
  const opened = await openEnclosed(withNames(read, part), {
    ...place,
    limits: { ...limits, maxParts: left.entries + read.parts.length },
    archives: { depth: depth + 1, left },
  });
  left.entries -= opened.parts.length - read.parts.length;
  return mailsAsFolders(opened, place.workspace);
}

const PACKED_ENDING = /\.(?:gz|bz2|xz|lzma|zst|z)\s*$/i;

/** What packs one file need not say its name: it is that of the archive without the ending. */
function withNames(members: PartTree, archive: Part): PartTree {
  const name = archive.untrustedName?.replace(PACKED_ENDING, "") ?? null;
  const parts = members.parts.map((part) =>
    part.parent === null || (part.untrustedName ?? "") !== ""
      ? part
      : { ...part, untrustedName: name },
  );
  return { ...members, parts };
}

function fileTree(file: Enclosed & { readonly form: "file" }): PartTree {
  const part: Part = {
    ...{ id: 0, parent: null, path: "0", depth: 0 },
    declaredType: "application/octet-stream",
    charset: null,
    disposition: "attachment",
    untrustedName: file.name,
    contentId: null,
    anomalies: [],
    leaf: { kind: file.kind, content: file.content },
  };
  return { parts: [part], headers: [], messages: new Map(), outsideBytes: 0 };
}

/** The reader keeps these itself; a signed file comes past it. Faults: MIME_TOO_DEEP, MIME_TOO_MANY_PARTS. */
function requireRoom(inner: PartTree, limits: Limits): void {
  if (limits.maxDepth < 0)
    throw new Fault("MIME_TOO_DEEP", { limit: limits.maxDepth });
  if (inner.parts.length > limits.maxParts)
    throw new Fault("MIME_TOO_MANY_PARTS", { limit: limits.maxParts });
}
