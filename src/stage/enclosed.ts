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
import { Fault, toFault, type FaultCode } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type {
  FileKind,
  HeaderField,
  Leaf,
  OtherReadings,
  Part,
  PartTree,
} from "../core/part.ts";
import type { Workspace } from "../core/stores.ts";
import type { HoldCode } from "../core/verdict.ts";
import { signedContent } from "../mime/cms.ts";
import { KIND_HEAD_BYTES } from "../mime/file-kind.ts";
import { holdFor } from "../policy/fault-holds.ts";
import { kindOf } from "./kind.ts";
import { mailsAsFolders } from "./mail-in-archive.ts";

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

class GrownTree {
  readonly #from: PartTree;
  readonly #parts: Part[] = [];
  readonly #messages = new Map<number, readonly HeaderField[]>();
  readonly #ids = new Map<number, number>();
  readonly #otherReadings: OtherReadings[] = [];
  #outsideBytes: number;

  constructor(from: PartTree) {
    this.#from = from;
    this.#outsideBytes = from.outsideBytes;
    if (from.otherReadings !== undefined)
      this.#otherReadings.push(from.otherReadings);
  }

  get size(): number {
    return this.#parts.length;
  }

  keep(part: Part): number {
    const id = this.#parts.length;
    const parent =
      part.parent === null ? null : (this.#ids.get(part.parent) ?? null);
    this.#ids.set(part.id, id);
    this.#parts.push({ ...part, id, parent });
    const headers = this.#from.messages.get(part.id);
    if (headers !== undefined) this.#messages.set(id, headers);
    return id;
  }

  open(
    part: Part,
    { type, inner }: { readonly type: string; readonly inner: PartTree },
  ): void {
    const base = this.keep({ ...part, declaredType: type, leaf: null }) + 1;
    const root = part.path === "0" ? "1" : `${part.path}.1`;
    for (const child of inner.parts)
      this.#parts.push({
        ...child,
        id: base + child.id,
        parent: child.parent === null ? base - 1 : base + child.parent,
        path: child.path === "0" ? root : `${root}.${child.path}`,
        depth: part.depth + 1 + child.depth,
      });
    for (const [id, headers] of inner.messages)
      this.#messages.set(base + id, headers);
    if (type === MAIL || type === OUTLOOK)
      this.#messages.set(base - 1, inner.headers);
    this.#outsideBytes += inner.outsideBytes;
    // Read as a file instead of a mail it is one more thing for the scanner; nobody is in doubt about the leaves.
    if (part.leaf !== null)
      this.#otherReadings.push({ agree: true, contents: [part.leaf.content] });
    if (inner.otherReadings !== undefined)
      this.#otherReadings.push(inner.otherReadings);
  }

  /** The mail that the pit wrote is only their wrapping: members stand directly below their archive. */
  openArchive(part: Part, inner: PartTree): void {
    const archive = this.keep(part);
    const prefix = part.path === "0" ? "" : `${part.path}.`;
    for (const child of inner.parts) {
      if (child.parent === null) continue;
      this.#parts.push({
        ...child,
        id: archive + child.id,
        parent: archive + child.parent,
        path: `${prefix}${child.path}`,
        depth: part.depth + child.depth,
      });
    }
    // A mail in an archive becomes files, so it has no heading in the text.
    this.#outsideBytes += inner.outsideBytes;
    if (inner.otherReadings !== undefined)
      this.#otherReadings.push(inner.otherReadings);
  }

  #joinedReadings(): Pick<PartTree, "otherReadings"> {
    const all = this.#otherReadings;
    if (all.length === 0) return {};
    const agree = all.every((one) => one.agree);
    const contents = all.flatMap((one) => one.contents);
    return { otherReadings: { agree, contents } };
  }

  tree(): PartTree {
    return {
      ...this.#from,
      parts: this.#parts,
      messages: this.#messages,
      outsideBytes: this.#outsideBytes,
      ...this.#joinedReadings(),
    };
  }
}

const MAIL = "message/rfc822";
const SIGNED = "application/pkcs7-mime";
const TNEF = "application/vnd.ms-tnef";
const OUTLOOK = "application/vnd.ms-outlook";
const COMPOUND = "application/x-cfb";
const MAIL_NAME = /\.eml\s*$/i;
const HEAD_BYTES = 4096;

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

/** What a leaf holds: a mail or MIME entity, or a file that somebody signed. */
type Enclosed = {
  readonly type: typeof MAIL | typeof SIGNED | typeof TNEF | typeof OUTLOOK;
  readonly content: UntrustedContent;
} & (
  | { readonly form: "mail" }
  | {
      readonly form: "file";
      readonly kind: FileKind;
      readonly name: string | null;
    }
);

interface Unopened {
  readonly unopened: HoldCode;
  readonly unopenedBy: FaultCode;
  /** Where it is better known now than by its first bytes. */
  readonly leaf?: Leaf;
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

/** The mail in a container of Outlook; why it is held when it cannot be opened; null when this is no such container. */
export async function openPacked(
  { kind, content }: Leaf,
  place: Omit<EnclosedPlace, "read">,
): Promise<(Enclosed & { readonly form: "mail" }) | Unopened | null> {
  if (kind.type === TNEF) return unpacked(content, TNEF, place);
  if (kind.type !== COMPOUND) return null;
  return (await isOutlookMessage(content, place.limits))
    ? unpacked(content, OUTLOOK, place)
    : null;
}

/** What is in the container; or, when the pit could not open it and the container is to blame, why it is held. */
async function unpacked(
  container: UntrustedContent,
  type: typeof TNEF | typeof OUTLOOK,
  place: Pick<EnclosedPlace, "unpack" | "workspace">,
): Promise<(Enclosed & { readonly form: "mail" }) | Unopened> {
  return orUnopened(async () => {
    const content = await unpackedMail(container, place);
    return { type, form: "mail", content };
  });
}

async function unpackedMail(
  container: UntrustedContent,
  place: Pick<EnclosedPlace, "unpack" | "workspace">,
): Promise<UntrustedContent> {
  const holder = place.workspace.hold();
  for await (const piece of await place.unpack(container))
    await holder.add(piece);
  return (await holder.finish()) as UntrustedContent;
}

/** Faults that the container itself causes become the reason why it is held. */
async function orUnopened<T>(open: () => Promise<T>): Promise<T | Unopened> {
  try {
    return await open();
  } catch (error) {
    const { code: unopenedBy } = toFault(error);
    const unopened = holdFor(unopenedBy);
    if (unopened === null) throw error;
    return { unopened, unopenedBy };
  }
}

/** Kinds that the pit unpacks; each comes back as one ZIP. */
const ARCHIVES: ReadonlySet<string> = new Set([
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

const PDF = "application/pdf";
/** A file's dictionary names it so, unless it stands in a stream of objects (ISO 32000-1 §7.5.7, §7.11.4); the pit looks there. */
const FILE_WORDS = ["/EmbeddedFile", "/ObjStm"].map((word) =>
  Buffer.from(word, "latin1"),
);
const LONGEST_WORD_BYTES = 16;

/** A cheap look, so that most documents need no pit for this. Who spells the words in another way loses the files, nothing else. */
async function mayHoldFiles(content: UntrustedContent): Promise<boolean> {
  let before = Buffer.alloc(0);
  for await (const piece of content.open()) {
    const bytes = Buffer.concat([before, piece]);
    if (FILE_WORDS.some((word) => bytes.includes(word))) return true;
    before = bytes.subarray(-LONGEST_WORD_BYTES);
  }
  return false;
}

const UNKNOWN = "application/octet-stream";
const ISO: FileKind = {
  type: "application/x-iso9660-image",
  label: "ISOイメージ",
  extension: "iso",
};
/** ECMA-119 §8: the first volume descriptor follows 16 sectors that are anybody's. */
const ISO_MARK = "CD001";
const ISO_MARK_AT = 0x8001;

/** The leaf by the kind of archive that it is; null when it is none. An image of a disc shows far behind its first bytes. */
async function asArchive(leaf: Leaf): Promise<Leaf | null> {
  if (ARCHIVES.has(leaf.kind.type)) return leaf;
  const end = ISO_MARK_AT + ISO_MARK.length;
  if (leaf.kind.type !== UNKNOWN || leaf.content.bytes < end) return null;
  const head = await readUpTo(leaf.content, end);
  const isIso = latin1(head.subarray(ISO_MARK_AT)) === ISO_MARK;
  return isIso ? { ...leaf, kind: ISO } : null;
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

/** MS-OXMSG §2.4: every message of Outlook has a stream of this name; names in a compound file are UTF-16. */
const PROPERTY_STREAM = Buffer.from("__properties_version1.0", "utf16le");

async function isOutlookMessage(
  content: UntrustedContent,
  limits: Limits,
): Promise<boolean> {
  const bytes = await readUpTo(content, limits.maxMessageBytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
    PROPERTY_STREAM,
  );
}

async function signedIn(
  part: Part,
  shell: UntrustedContent,
  place: EnclosedPlace,
): Promise<Enclosed | null> {
  const bytes = await readUpTo(shell, place.limits.maxMessageBytes);
  const signed = signedContent(bytes);
  if (signed === null || signed.byteLength === 0) return null;
  const holder = place.workspace.hold();
  await holder.add(signed);
  const content = (await holder.finish()) as UntrustedContent;
  const head = signed.subarray(0, KIND_HEAD_BYTES);
  if (looksLikeEntity(head)) return { type: SIGNED, form: "mail", content };
  const name = part.untrustedName?.replace(/\.p7[ms]\s*$/i, "") ?? null;
  const kind = await kindOf(
    head,
    { declaredType: "application/octet-stream", name },
    { content, limits: place.limits },
  );
  return { type: SIGNED, form: "file", content, kind, name };
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

/** Begins with a field, and has one among its first that every mail has: a name alone makes no mail of a file. */
function looksLikeMail(head: Uint8Array): boolean {
  const text = latin1(head);
  return (
    /^\s*(?:From \S|[A-Za-z][A-Za-z0-9-]{0,60}:)/.test(text) &&
    /^(?:From|To|Date|Subject|Message-ID|Received|Return-Path|MIME-Version|Content-Type):/im.test(
      text,
    )
  );
}

/** RFC 8551 §3.1: what is signed is a MIME entity; elsewhere files are signed in the same shell. */
function looksLikeEntity(head: Uint8Array): boolean {
  return /^(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,30}?(?:Content-Type|MIME-Version):/i.test(
    latin1(head),
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    "latin1",
  );
}
