import { createHash } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import {
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../../core/fault.ts";
import type { Progress } from "../../core/progress.ts";
import { SECOND } from "../../core/units.ts";
import { ifPresent, onDisk } from "../disk-fault.ts";
import { syncFolder } from "../durable-folder.ts";
import { KEY_FILES } from "../keys.ts";
import { CONTENTS_FILE, SIGNATURE_FILE, signContents } from "./contents.ts";
import type { CopiedFile, CopyContents } from "./contents.ts";
import { bytesIn, gather } from "./gather.ts";
import type { ItemFolders } from "./gather.ts";
import { copyDatabase, LedgerCopy } from "./ledger-copy.ts";
import { sealKeys } from "./sealed-keys.ts";
import { TAR_END, tarHead, tarPadding } from "./tar.ts";

export interface BackupPlaces extends ItemFolders {
  readonly ledger: string;
  readonly accounts: string;
  readonly keys: string;
  readonly signedState: string;
}

export interface BackupOrder {
  readonly places: BackupPlaces;
  /** As the administrator wrote it; null when it is gone. */
  readonly configuration: string | null;
  readonly hostname: string;
  /** Must not exist yet. */
  readonly out: string;
  /** Seals the secret keys into the copy; null leaves them out. */
  readonly passphrase: string | null;
  readonly privateKey: KeyObject;
  /** In bytes. Files that come and go meanwhile make the total an estimate. */
  readonly progress?: Progress;
}

export interface Backup {
  readonly contents: CopyContents;
  readonly bytes: number;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
}

/**
 * Everything that a gateway must not lose, in one tar file, while it runs. The ledger is copied first, at one moment; then the
 * files that it speaks of. Faults: STORE_FAILED, STORE_FULL, STORE_LOCKED when `out` is there already.
 */
export async function backup(order: BackupOrder): Promise<Backup> {
  const { places, out } = order;
  if (existsSync(out)) throw new Fault("STORE_LOCKED", { file: out });
  await onDisk("make folder", mkdir(dirname(out), { recursive: true }));
  const scratch = await onDisk(
    "make folder",
    mkdtemp(join(dirname(out), ".sekisho-copy-")),
  );
  try {
    const part = join(scratch, "copy.tar");
    const ledgerFile = join(scratch, "ledger.db");
    const copiedAt = Date.now();
    copyDatabase(places.ledger, ledgerFile);
    const total = await bytesToCopy(places, ledgerFile);
    const tar = await TarWriter.create(part, (bytes) =>
      order.progress?.(bytes, total),
    );
    const ledger = new LedgerCopy(ledgerFile, places.ledger);
    const gathered = await gather(places, ledger, (path, bytes) =>
      tar.add(path, bytes),
    );
    const audit = ledger.lastEntry();
    ledger.close();
    await tar.addFile("ledger.db", ledgerFile);
    if (existsSync(places.accounts)) {
      copyDatabase(places.accounts, join(scratch, "accounts.db"));
      await tar.addFile("accounts.db", join(scratch, "accounts.db"));
    }
    await addSmall(tar, order);
    const contents: CopyContents = {
      ...{ version: 1, copiedAt, hostname: order.hostname, audit },
      ...{ files: [...tar.files], ...gathered },
    };
    const text = `${JSON.stringify(contents)}\n`;
    await tar.add(CONTENTS_FILE, Buffer.from(text));
    const signature = signContents(text, order.privateKey);
    await tar.add(SIGNATURE_FILE, Buffer.from(`${signature}\n`));
    const { bytes, sha256 } = await tar.end();
    await onDisk("rename", rename(part, out));
    await syncFolder(dirname(out));
    return { contents, bytes, sha256 };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What is small beside it is left out. */
async function bytesToCopy(
  places: BackupPlaces,
  ledgerFile: string,
): Promise<number> {
  const sizeOf = async (file: string) =>
    (await ifPresent("stat", stat(file)))?.size ?? 0;
  return (
    (await sizeOf(ledgerFile)) +
    (await sizeOf(places.accounts)) +
    (await bytesIn(places))
  );
}

async function addSmall(tar: TarWriter, order: BackupOrder): Promise<void> {
  const { configuration, places, passphrase } = order;
  const read = (file: string) => ifPresent("read", readFile(file));
  if (configuration !== null)
    await tar.add("sekisho.yaml", Buffer.from(configuration));
  const signed = await read(places.signedState);
  if (signed !== null) await tar.add("signed-state.json", signed);
  for (const name of KEY_FILES.open) {
    const key = await read(join(places.keys, name));
    if (key !== null) await tar.add(`keys/${name}`, key);
  }
  if (passphrase === null) return;
  const secrets: Record<string, string> = {};
  for (const name of KEY_FILES.secret) {
    const key = await read(join(places.keys, name));
    if (key !== null) secrets[name] = key.toString("utf8");
  }
  await tar.add("keys.sealed", sealKeys(secrets, passphrase));
}

class TarWriter {
  readonly files: CopiedFile[] = [];
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  readonly #at = Math.floor(Date.now() / SECOND);
  readonly #wrote: (bytes: number) => void;
  #bytes = 0;

  private constructor(file: FileHandle, wrote: (bytes: number) => void) {
    this.#file = file;
    this.#wrote = wrote;
  }

  static async create(
    path: string,
    wrote: (bytes: number) => void,
  ): Promise<TarWriter> {
    const file = await onDisk("create", open(path, "wx", 0o600));
    return new TarWriter(file, wrote);
  }

  async add(path: string, bytes: Buffer): Promise<void> {
    await this.#member(path, bytes.length, [bytes]);
  }

  /** Of a file that nobody changes any more. */
  async addFile(path: string, from: string): Promise<void> {
    const { size } = await onDisk("stat", stat(from));
    await this.#member(path, size, createReadStream(from));
  }

  async end(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    await this.#write(TAR_END);
    await onDisk("fsync", this.#file.sync());
    await this.#file.close();
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  async #member(
    path: string,
    bytes: number,
    source: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<void> {
    await this.#write(tarHead({ path, bytes }, this.#at));
    const hash = createHash("sha256");
    let wrote = 0;
    for await (const piece of source) {
      hash.update(piece);
      wrote += piece.length;
      await this.#write(piece);
    }
    if (wrote !== bytes)
      throw new Fault("STORE_FAILED", { place: "copy", path, wrote });
    await this.#write(tarPadding(bytes));
    this.files.push({ path, bytes, sha256: hash.digest("hex") });
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await onDisk(
        "write",
        this.#file.write(bytes, done),
      );
      done += bytesWritten;
    }
    this.#wrote(this.#bytes);
  }
}
