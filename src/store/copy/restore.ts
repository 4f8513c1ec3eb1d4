import { createHash, createPublicKey } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { RestoredMarks } from "../../core/crossing.ts";
import { Fault } from "../../core/fault.ts";
import type { Progress } from "../../core/progress.ts";
import { MIB } from "../../core/units.ts";
import { ifPresent, onDisk } from "../disk-fault.ts";
import { syncFolder } from "../durable-folder.ts";
import { KEY_FILES } from "../keys.ts";
import { createLedger } from "../ledger.ts";
import {
  CONTENTS_FILE,
  isNameInCopy,
  provenContents,
  SIGNATURE_FILE,
} from "./contents.ts";
import type { CopiedFile, CopyContents } from "./contents.ts";
import { openKeys } from "./sealed-keys.ts";
import { BLOCK_BYTES, ExactReader, readTarHead } from "./tar.ts";

export interface RestoreOrder {
  readonly file: string;
  /** Must be empty or not there. */
  readonly into: string;
  readonly passphrase: string | null;
  /** PEM; null believes the public key that lies in the copy. */
  readonly publicKey: string | null;
  readonly who: string;
  readonly why: string;
  /** In bytes of the file. */
  readonly progress?: Progress;
}

export interface Restored {
  readonly contents: CopyContents;
  readonly marks: RestoredMarks;
  /** Whether the secret keys are there, so that the gateway can start. */
  readonly hasKeys: boolean;
}

const FOLDERS = ["spool", "vault", "outbox", "keys"] as const;
const MAX_CONTENTS_BYTES = 512 * MIB;

/**
 * A copy back into a folder, proven file by file before the folder gets its name. Its ledger begins with the crossing stopped:
 * what was on its way at the moment of the copy may have been delivered since. Faults: STORE_LOCKED when the folder is not
 * empty, STORE_DAMAGED with the file that is not the one that was copied.
 */
export async function restore(order: RestoreOrder): Promise<Restored> {
  const into = resolve(order.into);
  await refuseFull(into);
  await onDisk("make folder", mkdir(dirname(into), { recursive: true }));
  const scratch = await onDisk(
    "make folder",
    mkdtemp(join(dirname(into), ".sekisho-restore-")),
  );
  try {
    for (const folder of FOLDERS)
      await onDisk(
        "make folder",
        mkdir(join(scratch, folder), { mode: 0o700 }),
      );
    const unpacked = await unpack(order, scratch);
    const contents = await prove(unpacked, scratch, order.publicKey);
    const hasKeys = await putKeys(scratch, order.passphrase);
    const marks = await mark(scratch, contents, order);
    await syncAll(scratch);
    await onDisk(
      "remove folder",
      rmdir(into).catch(() => undefined),
    );
    await onDisk("rename", rename(scratch, into));
    await syncFolder(dirname(into));
    return { contents, marks, hasKeys };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function refuseFull(folder: string): Promise<void> {
  const names = (await ifPresent("list folder", readdir(folder))) ?? [];
  if (names.length > 0)
    throw new Fault("STORE_LOCKED", { folder, reason: "not empty" });
}

interface Unpacked {
  readonly files: readonly CopiedFile[];
  readonly text: string;
  readonly signature: string;
}

async function unpack(
  { file, progress }: RestoreOrder,
  scratch: string,
): Promise<Unpacked> {
  const reader = new ExactReader(piecesOf(file, progress));
  const files: CopiedFile[] = [];
  const ends = new Map<string, string>();
  try {
    for (;;) {
      const member = readTarHead(await reader.take(BLOCK_BYTES));
      if (member === null) break;
      const { path, bytes } = member;
      if (path === CONTENTS_FILE || path === SIGNATURE_FILE) {
        if (bytes > MAX_CONTENTS_BYTES) throw new RangeError("contents");
        ends.set(path, (await reader.take(bytes)).toString("utf8"));
      } else {
        if (!isNameInCopy(path)) throw new RangeError("name");
        const sha256 = await writeOut(
          reader.pieces(bytes),
          join(scratch, path),
        );
        files.push({ path, bytes, sha256 });
      }
      await reader.take((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES);
    }
  } catch (error) {
    if (error instanceof RangeError) throw damaged(error.message, error);
    throw error;
  }
  const text = ends.get(CONTENTS_FILE);
  const signature = ends.get(SIGNATURE_FILE);
  if (text === undefined || signature === undefined)
    throw damaged("no table of contents");
  return { files, text, signature };
}

async function* piecesOf(
  file: string,
  progress: Progress = () => undefined,
): AsyncGenerator<Buffer> {
  const { size } = await onDisk("stat", stat(file));
  const stream = createReadStream(file);
  for await (const piece of stream) {
    progress(stream.bytesRead, size);
    yield piece as Buffer;
  }
}

/** Returns the hash of what was written. */
async function writeOut(
  pieces: AsyncIterable<Buffer>,
  path: string,
): Promise<string> {
  const hash = createHash("sha256");
  const file = await onDisk("create", open(path, "wx", 0o600));
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      await onDisk("write", file.writeFile(piece));
    }
    await onDisk("fsync", file.sync());
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

async function prove(
  { files, text, signature }: Unpacked,
  scratch: string,
  publicKey: string | null,
): Promise<CopyContents> {
  const pem =
    publicKey ??
    (await ifPresent(
      "read",
      readFile(join(scratch, "keys/clear.pub"), "utf8"),
    ));
  if (pem === null) throw damaged("no public key");
  const contents = provenContents(text, signature, createPublicKey(pem));
  const found = new Map(files.map((file) => [file.path, file]));
  for (const { path, bytes, sha256 } of contents.files) {
    const file = found.get(path);
    found.delete(path);
    if (file === undefined) throw damaged(`${path} is not there`);
    if (file.bytes !== bytes || file.sha256 !== sha256)
      throw damaged(`${path} is not the file that was copied`);
  }
  for (const path of found.keys()) throw damaged(`${path} was put in later`);
  if (!contents.files.some(({ path }) => path === "ledger.db"))
    throw damaged("no ledger");
  return contents;
}

async function putKeys(
  scratch: string,
  passphrase: string | null,
): Promise<boolean> {
  const file = join(scratch, "keys.sealed");
  const sealed = await ifPresent("read", readFile(file));
  if (sealed === null || passphrase === null) return false;
  for (const [name, text] of Object.entries(openKeys(sealed, passphrase)))
    if (KEY_FILES.secret.includes(name))
      await writeFile(join(scratch, "keys", name), text, { mode: 0o600 });
  await unlink(file);
  return true;
}

async function mark(
  scratch: string,
  { copiedAt }: CopyContents,
  { who, why }: RestoreOrder,
): Promise<RestoredMarks> {
  const ledger = await createLedger(join(scratch, "ledger.db"));
  try {
    return await ledger.markRestored({ copiedAt, who, why });
  } finally {
    await ledger.close();
  }
}

async function syncAll(scratch: string): Promise<void> {
  // Not the first start of a gateway: no sample mail.
  await writeFile(join(scratch, "sample-sent"), "restored", { mode: 0o600 });
  for (const folder of FOLDERS) await syncFolder(join(scratch, folder));
  await syncFolder(scratch);
}

function damaged(what: string, cause?: unknown): Fault {
  return new Fault("STORE_DAMAGED", { place: "copy", what }, cause);
}
