import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipOf } from "../../test/support/zip.ts";
import type { Content } from "../core/content.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { Scanner } from "../core/scanner.ts";
import { MIB } from "../core/units.ts";
import { startClamd } from "./clamd-process.ts";
import type { RunningClamd } from "./clamd-process.ts";
import { createScanner } from "./clamd.ts";
import { lookAtSignatures, writeTestDatabase } from "./database.ts";
import { eicarBytes } from "./eicar.ts";
import { selfTest } from "./self-test.ts";
import { describeWith } from "../../test/support/programs.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };
const TEST_FILES = "/usr/share/clamav-testfiles";

const contentOf = (bytes: Uint8Array): Content => ({
  bytes: bytes.byteLength,
  sha256: "",
  async *open() {
    yield bytes;
  },
});

describe("our own clamd on a database of its own", () => {
  let home: string;
  let clamd: RunningClamd;
  let scanner: Scanner;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "sekisho-clamd-"));
    await chmod(home, 0o755);
    const databaseFolder = join(home, "signatures");
    await writeTestDatabase(databaseFolder);
    // As in the gateway: nobody else may look into the folder above.
    const varFolder = join(home, "var");
    mkdirSync(varFolder, { mode: 0o700 });
    const folder = join(varFolder, "clamd");
    clamd = await startClamd({ folder, databaseFolder, log });
    scanner = createScanner({
      socketPath: clamd.socketPath,
      limits: DEFAULT_LIMITS,
    });
  });
  afterAll(async () => {
    await clamd.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("tells its version and that its signatures are for tests only", async () => {
    expect(clamd.signatures).toBe("test-only");
    expect((await scanner.health())?.engine).toMatch(/^ClamAV \d/);
  });

  it("calls text clean and EICAR malicious, alone, inside text and inside a zip", async () => {
    const eicar = eicarBytes();
    const text = contentOf(Buffer.from("こんにちは\r\n".repeat(300)));
    expect(await scanner.scan(text)).toMatchObject({ kind: "clean" });
    for (const bytes of [
      eicar,
      Buffer.concat([Buffer.from("x".repeat(5000)), eicar]),
      zipOf("a.com", eicar),
      zipOf("b.zip", zipOf("a.com", eicar)),
    ])
      expect(await scanner.scan(contentOf(bytes))).toMatchObject({
        kind: "malicious",
        signature: expect.stringContaining("Eicar"),
      });
  });

  describeWith([TEST_FILES], "ClamAV's own files", () => {
    it.each(["clam.exe", "clam.zip", "clam.cab", "clam.mail", "clam.pdf"])(
      "calls ClamAV's own %s malicious",
      async (name) => {
        const bytes = readFileSync(join(TEST_FILES, name));
        expect(await scanner.scan(contentOf(bytes))).toMatchObject({
          kind: "malicious",
          signature: expect.stringContaining("ClamAV-Test-File"),
        });
      },
    );
  });

  it("says of 25 zips inside each other that they pass a limit, not that they are fine", async () => {
    let bytes: Uint8Array = eicarBytes();
    for (let depth = 0; depth < 25; depth += 1) bytes = zipOf("a.zip", bytes);
    expect(await scanner.scan(contentOf(bytes))).toMatchObject({
      kind: "unexaminable",
      code: "ARCHIVE_LIMIT",
    });
  });

  it("looks into a zip member of 110 MiB, and says of one of 410 MiB that it passes a limit", async () => {
    const large = zipOf("a.bin", eicarBytes(), 110);
    expect(await scanner.scan(contentOf(large))).toMatchObject({
      kind: "malicious",
    });
    const tooLarge = zipOf("a.bin", eicarBytes(), 410);
    expect(await scanner.scan(contentOf(tooLarge))).toMatchObject({
      kind: "unexaminable",
      code: "ARCHIVE_LIMIT",
    });
  }, 120_000);

  it("proves itself on EICAR alone and at the end of the largest mail we take", async () => {
    expect(await selfTest(scanner, DEFAULT_LIMITS.maxMessageBytes)).toBeNull();
  });

  it("says ERROR above its stream limit, and that is not clean", async () => {
    const tooBig = contentOf(
      Buffer.alloc(DEFAULT_LIMITS.maxMessageBytes + 3 * MIB, "x"),
    );
    expect(await scanner.scan(tooBig)).toMatchObject({
      kind: "unexaminable",
      code: "SCANNER_UNAVAILABLE",
    });
  });

  it("scans 40 contents that come at once", async () => {
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        scanner.scan(contentOf(Buffer.from(`mail ${at}`))),
      ),
    );
    expect(verdicts.map(({ kind }) => kind)).toEqual(Array(40).fill("clean"));
  });
});

describe("a clamd of our own that cannot start", () => {
  it("names a signature folder that holds none, and a socket path that is too long", async () => {
    const home = mkdtempSync(join(tmpdir(), "sekisho-clamd-"));
    try {
      const folder = join(home, "clamd");
      await expect(
        startClamd({ folder, databaseFolder: home, log }),
      ).rejects.toThrow("scanner.databaseFolder holds no signatures");
      await expect(
        startClamd({
          folder: join(home, "x".repeat(100)),
          databaseFolder: null,
          log,
        }),
      ).rejects.toThrow("107 bytes");
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

describe("the choice of signatures", () => {
  it("makes a test database when neither the settings nor the system have any", async () => {
    const { kind } = await lookAtSignatures("/var/lib/clamav");
    // Loading real ones takes half a minute and gigabytes; where there are some, there is nothing to choose.
    if (kind !== "none") return;
    const home = mkdtempSync(join(tmpdir(), "sekisho-clamd-"));
    const folder = join(home, "clamd");
    const clamd = await startClamd({ folder, databaseFolder: null, log });
    expect(clamd.signatures).toBe("test-only");
    await clamd.stop();
    await clamd.ended;
    rmSync(home, { recursive: true, force: true });
  });
});
