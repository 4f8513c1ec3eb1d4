import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ItemId } from "../core/id.ts";
import { newItemId } from "../core/id.ts";
import { KIB, MIB } from "../core/units.ts";
import { createSpool } from "./spool.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-spool-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function* pieces(
  ...all: readonly Uint8Array[]
): AsyncGenerator<Uint8Array> {
  yield* all;
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of source) all.push(piece);
  return Buffer.concat(all);
}

function some(bytes: number): Buffer {
  return Buffer.alloc(bytes, "0123456789abcdefg\r\n");
}

describe("spool", () => {
  it.each([0, 1, 4 * KIB, 128 * KIB, 128 * KIB + 1, 256 * KIB, 3 * MIB + 7])(
    "gives %d bytes back as they came, with their length and SHA-256",
    async (bytes) => {
      const spool = await createSpool(folder);
      const mail = some(bytes);
      const cut = Math.floor(bytes / 3);
      const item = newItemId();
      const wrote = await spool.write(
        item,
        pieces(mail.subarray(0, cut), mail.subarray(cut)),
      );
      const read = await spool.read(item);
      for (const content of [wrote, read]) {
        expect(content?.bytes).toBe(bytes);
        expect(content?.sha256).toBe(hash("sha256", mail));
        expect((await bytesOf(content!.open())).equals(mail)).toBe(true);
        expect((await bytesOf(content!.open())).equals(mail)).toBe(true);
      }
    },
  );

  it("hands out chunks of at most 256 KiB", async () => {
    const spool = await createSpool(folder);
    const item = newItemId();
    const content = await spool.write(item, pieces(some(2 * MIB)));
    for await (const chunk of content.open())
      expect(chunk.length).toBeLessThanOrEqual(256 * KIB);
  });

  it("keeps originals readable by their owner only", async () => {
    const spool = await createSpool(folder);
    const item = newItemId();
    await spool.write(item, pieces(some(10)));
    const { mode } = await stat(join(folder, `${item}.eml`));
    expect(mode & 0o777).toBe(0o600);
  });

  it.each([10, MIB])(
    "leaves nothing behind when the source fails after %d bytes",
    async (bytes) => {
      const spool = await createSpool(folder);
      const item = newItemId();
      const gone = new Error("client gone");
      const source = async function* (): AsyncGenerator<Uint8Array> {
        yield some(bytes);
        throw gone;
      };
      await expect(spool.write(item, source())).rejects.toBe(gone);
      expect(await spool.read(item)).toBeNull();
      expect(await readdir(join(folder, "incoming"))).toEqual([]);
      expect(await readdir(folder)).toEqual(["incoming", "spare"]);
    },
  );

  it("says STORE_FAILED when the part of that item exists already, and leaves it alone", async () => {
    const spool = await createSpool(folder);
    const item = newItemId();
    await writeFile(join(folder, "incoming", `${item}.part`), "somebody's");
    await expect(spool.write(item, pieces(some(5)))).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
    expect(await readdir(join(folder, "incoming"))).toEqual([`${item}.part`]);
  });

  it("sweeps half-written files and counts them", async () => {
    const spool = await createSpool(folder);
    const whole = newItemId();
    await spool.write(whole, pieces(some(5)));
    await writeFile(join(folder, "incoming", "a.part"), "x");
    await writeFile(join(folder, "incoming", "b.part"), "y");
    expect(await spool.sweep()).toBe(2);
    expect(await spool.sweep()).toBe(0);
    expect(await spool.read(whole)).not.toBeNull();
  });

  it("lists whole originals only", async () => {
    const spool = await createSpool(folder);
    const items = [newItemId(), newItemId()];
    for (const item of items) await spool.write(item, pieces(some(5)));
    await writeFile(join(folder, "incoming", `${newItemId()}.part`), "x");
    await writeFile(join(folder, "notes.eml"), "x");
    const listed: ItemId[] = [];
    for await (const item of spool.list()) listed.push(item);
    expect(listed.sort()).toEqual(items.sort());
  });

  it("removes an original, and is content when it is gone already", async () => {
    const spool = await createSpool(folder);
    const item = newItemId();
    await spool.write(item, pieces(some(5)));
    await spool.remove(item);
    await spool.remove(item);
    expect(await spool.read(item)).toBeNull();
  });

  it("makes no path of a string that is not an id", async () => {
    const spool = await createSpool(folder);
    const forged = "../../etc/passwd" as ItemId;
    const refused = { code: "JOB_MALFORMED" };
    await expect(spool.read(forged)).rejects.toMatchObject(refused);
    await expect(spool.remove(forged)).rejects.toMatchObject(refused);
    await expect(spool.write(forged, pieces(some(1)))).rejects.toMatchObject(
      refused,
    );
  });

  it("does not follow a link planted under an item's name", async () => {
    const spool = await createSpool(folder);
    const item = newItemId();
    await symlink("/etc/hostname", join(folder, `${item}.eml`));
    await expect(spool.read(item)).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
  });

  it("says STORE_DAMAGED when a large original is shorter than it was", async () => {
    const spool = await createSpool(folder);
    const item = newItemId();
    const content = await spool.write(item, pieces(some(MIB)));
    await writeFile(join(folder, `${item}.eml`), some(MIB - 1));
    await expect(bytesOf(content.open())).rejects.toMatchObject({
      code: "STORE_DAMAGED",
    });
  });
});

const mayMount = process.getuid?.() === 0 && mounts();

function mounts(): boolean {
  try {
    execFileSync("unshare", ["-m", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

(mayMount ? describe : describe.skip)(
  "spool on a full disk (needs root)",
  () => {
    beforeEach(() => {
      const options = "size=4m,nr_inodes=20000,mode=700";
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "none", folder]);
    });
    afterEach(() => {
      execFileSync("umount", [folder]);
    });

    it("refuses with STORE_FULL below twice the largest mail, before anything is written", async () => {
      const spool = await createSpool(folder, { maxMessageBytes: 3 * MIB });
      const write = spool.write(newItemId(), pieces(some(5)));
      await expect(write).rejects.toMatchObject({ code: "STORE_FULL" });
    });

    it("says STORE_FULL when the disk fills while a mail streams in, leaves nothing, and takes the next one", async () => {
      const spool = await createSpool(folder, { maxMessageBytes: MIB });
      const item = newItemId();
      const many = Array.from({ length: 10 }, () => some(MIB));
      await expect(spool.write(item, pieces(...many))).rejects.toMatchObject({
        code: "STORE_FULL",
      });
      expect(await spool.read(item)).toBeNull();
      expect(await readdir(join(folder, "incoming"))).toEqual([]);
      const next = await spool.write(newItemId(), pieces(some(100)));
      expect(next.bytes).toBe(100);
    });
  },
);
