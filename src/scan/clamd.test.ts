import { afterEach, describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import { answering, startFakeClamd } from "../../test/support/fake-clamd.ts";
import type { FakeClamd, Script } from "../../test/support/fake-clamd.ts";
import type { Content } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import { MIB } from "../core/units.ts";
import { parseVersion } from "./health.ts";
import { createScanner } from "./clamd.ts";

const LIMITS = { scanDeadlineMs: 300, scanMsPerMib: 0 };

function contentOf(chunks: readonly Uint8Array[], bytes?: number): Content {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return {
    bytes: bytes ?? chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
    sha256: hash.digest("hex"),
    async *open() {
      yield* chunks;
    },
  };
}

const SMALL = contentOf([Buffer.from("hello")]);

describe("scanner, against a clamd that follows a script", () => {
  let fake: FakeClamd | null = null;
  afterEach(async () => {
    await fake?.stop();
    fake = null;
  });

  async function scannerWith(script: Script, maxConnections = 8) {
    fake = await startFakeClamd(script);
    const { socketPath } = fake;
    return createScanner({ socketPath, limits: LIMITS, maxConnections });
  }

  /** For clamds that do answer, however busy this machine is. */
  async function patientScannerWith(script: Script, maxConnections = 8) {
    fake = await startFakeClamd(script);
    const { socketPath } = fake;
    const limits = { scanDeadlineMs: 20_000, scanMsPerMib: 1000 };
    return createScanner({ socketPath, limits, maxConnections });
  }

  it("calls clean what is exactly `stream: OK`, with the engine's name", async () => {
    const scanner = await patientScannerWith(answering("stream: OK\0"));
    expect(await scanner.scan(SMALL)).toEqual({
      kind: "clean",
      engine: "ClamAV 9.9.9/none",
    });
    expect(fake?.received.map(String)).toEqual(["hello"]);
  });

  it.each([
    ["stream: Eicar FOUND\0", { kind: "malicious", signature: "Eicar" }],
    [
      "stream: Heuristics.Encrypted.Zip FOUND\0",
      { kind: "unexaminable", code: "ENCRYPTED" },
    ],
    [
      "stream: Heuristics.Limits.Exceeded.MaxFiles FOUND\0",
      { kind: "unexaminable", code: "ARCHIVE_LIMIT" },
    ],
    [
      "stream: Heuristics.Encryptedness FOUND\0",
      { kind: "malicious", signature: "Heuristics.Encryptedness" },
    ],
  ])("reads %j", async (answer, verdict) => {
    const scanner = await patientScannerWith(answering(answer));
    expect(await scanner.scan(SMALL)).toMatchObject(verdict);
  });

  it.each([
    "",
    "\0",
    "stream: OK",
    "stream: OK\n\0",
    "stream: OK\0stream: OK\0",
    "1: stream: OK\0",
    " stream: OK\0",
    "stream: ok\0",
    "OK\0",
    "PONG\0",
    "stream: O",
    "stream:  FOUND\0",
    "INSTREAM size limit exceeded. ERROR\0",
    "stream: Can't allocate memory ERROR\0",
    "\u001b]0;x\u0007" + "x".repeat(10_000),
  ])("never calls clean what answers %j", async (answer) => {
    const scanner = await scannerWith(answering(answer));
    expect(await scanner.scan(SMALL)).toMatchObject({
      kind: "unexaminable",
      code: "SCANNER_UNAVAILABLE",
    });
  });

  it("never calls clean what was answered before its last byte was sent", async () => {
    const scanner = await scannerWith((socket) => socket.end("stream: OK\0"));
    const endless: Content = {
      bytes: 5 * MIB,
      sha256: "",
      async *open() {
        for (let sent = 0; sent < 5 * MIB; sent += 65_536) {
          yield Buffer.alloc(65_536);
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    };
    expect(await scanner.scan(endless)).toMatchObject({
      kind: "unexaminable",
      code: "SCANNER_UNAVAILABLE",
    });
  });

  it.each<[string, Script]>([
    ["accepts and never answers", () => undefined],
    ["never reads", (socket) => void socket.pause()],
    ["hangs up", (socket) => void socket.destroy()],
    ["answers one byte and then nothing", (socket) => void socket.write("s")],
  ])("ends within its deadline when clamd %s", async (_, script) => {
    const scanner = await scannerWith(script);
    const large = contentOf([Buffer.alloc(3 * MIB, "x")]);
    expect(await scanner.scan(large)).toMatchObject({
      kind: "unexaminable",
      code: "SCANNER_UNAVAILABLE",
    });
  });

  it("says that nobody is there when the socket is absent, and that health is unknown", async () => {
    const scanner = createScanner({ socketPath: "/nowhere/s", limits: LIMITS });
    expect(await scanner.scan(SMALL)).toMatchObject({
      kind: "unexaminable",
      detail: "CLAMD_UNREACHABLE reason=ENOENT",
    });
    expect(await scanner.health()).toBeNull();
  });

  it("sends 20 MiB whole and in order, in chunks of any size", async () => {
    const scanner = await patientScannerWith(answering("stream: OK\0"));
    const chunks = [1, 65_535, 65_536, 65_537, 5 * MIB, 15 * MIB].map(
      (bytes, at) => Buffer.alloc(bytes, `chunk ${at} `),
    );
    const large = contentOf([...chunks, Buffer.alloc(0)]);
    expect(await scanner.scan(large)).toMatchObject({ kind: "clean" });
    const got = createHash("sha256").update(fake!.received[0]!).digest("hex");
    expect(got).toBe(large.sha256);
  });

  it("does not read on while clamd does not: less than 2 of 64 MiB leave the disk", async () => {
    let read = 0;
    const scanner = await scannerWith((socket) => void socket.pause());
    const verdict = await scanner.scan({
      bytes: 64 * MIB,
      sha256: "",
      async *open() {
        for (; read < 64 * MIB; read += 65_536) yield Buffer.alloc(65_536);
      },
    });
    expect(verdict.kind).toBe("unexaminable");
    expect(read).toBeLessThan(2 * MIB);
  });

  it("calls nothing at all clean without asking", async () => {
    const scanner = createScanner({ socketPath: "/nowhere/s", limits: LIMITS });
    expect(await scanner.scan(contentOf([]))).toMatchObject({ kind: "clean" });
  });

  it.each([
    ["shorter", 6],
    ["longer", 4],
  ])(
    "gives no verdict on content that is %s than it says",
    async (_, bytes) => {
      const scanner = await scannerWith(answering("stream: OK\0"));
      const changed = contentOf([Buffer.from("hello")], bytes);
      await expect(scanner.scan(changed)).rejects.toThrow("STORE_DAMAGED");
    },
  );

  it("passes on what goes wrong with reading the content", async () => {
    const scanner = await scannerWith(answering("stream: OK\0"));
    const broken: Content = {
      bytes: 5,
      sha256: "",
      // eslint-disable-next-line require-yield
      async *open() {
        throw new Fault("STORE_FAILED");
      },
    };
    await expect(scanner.scan(broken)).rejects.toThrow("STORE_FAILED");
  });

  it("keeps to 3 connections at a time, and serves all 20", async () => {
    const scanner = await patientScannerWith(answering("stream: OK\0"), 3);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => scanner.scan(SMALL)),
    );
    expect(verdicts.every(({ kind }) => kind === "clean")).toBe(true);
    expect(fake!.mostAtOnce).toBe(3);
  });

  it("lets nobody wait for ever behind scans that hang", async () => {
    const scanner = await scannerWith(() => undefined, 1);
    const verdicts = await Promise.all(
      [1, 2, 3].map(() => scanner.scan(SMALL)),
    );
    for (const verdict of verdicts)
      expect(verdict).toMatchObject({ code: "SCANNER_UNAVAILABLE" });
  });
});

describe("clamd's version", () => {
  it("tells engine, signatures and their age", () => {
    expect(parseVersion("ClamAV 1.4.6/27811/Thu Nov 19 09:26:13 2026")).toEqual(
      {
        engine: "ClamAV 1.4.6",
        signatures: "27811",
        builtAt: Date.UTC(2026, 10, 19, 9, 26, 13),
      },
    );
    expect(parseVersion("ClamAV 1.4.6")).toEqual({
      engine: "ClamAV 1.4.6",
      signatures: "none",
      builtAt: null,
    });
    expect(parseVersion("220 mail ESMTP")).toBeNull();
  });
});
