import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { crc32, gzipSync } from "node:zlib";
import { basename, join } from "node:path";
import { simpleParser } from "mailparser";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import { stringify } from "yaml";
import { makeRar5 } from "../fixtures/rar.ts";
import { makeLzh, makeRar, makeTar, makeZip } from "../fixtures/archives.ts";
import {
  cutOff,
  encryptedPdf,
  picture,
  textPdf,
} from "../fixtures/documents.ts";
import { eicar, encodeJapanese, mixedMail } from "../fixtures/mail.ts";
import {
  encryptedDocument,
  metafile,
  wordDocument,
  workbook,
} from "../fixtures/office.ts";
import { startClamd, type RunningClamd } from "../src/scan/clamd-process.ts";
import { readZip } from "../src/verify/zip.ts";
import { runCommand, type CommandResult } from "./support/gateway.ts";
import {
  describeWith,
  describeWithOffice,
  GATEWAY_PROGRAMS,
} from "./support/programs.ts";

async function pdfWith(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  useObjectStreams: boolean,
): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage([200, 200]);
  for (const { name, bytes } of files) await document.attach(bytes, name);
  return document.save({ useObjectStreams });
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

interface Report {
  readonly input: {
    readonly path: string;
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly type: string;
  };
  readonly verdict: string;
  readonly disposition: string;
  readonly outputs: readonly {
    readonly path: string;
    readonly name: string;
    readonly type: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly pages?: number;
  }[];
  readonly findings: readonly {
    readonly code: string;
    readonly part: string;
    readonly detail: string;
  }[];
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly ms: number;
}

const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

describeWith(GATEWAY_PROGRAMS, "sekisho sanitize", () => {
  let room: string;
  let config: string;
  let clamd: RunningClamd;

  beforeAll(async () => {
    room = await mkdtemp(join(tmpdir(), "sekisho-door-"));
    clamd = await startClamd({
      folder: join(room, "clamd"),
      databaseFolder: null,
      log: silent,
    });
    config = join(room, "sekisho.yaml");
    await writeFile(
      config,
      stringify({
        gateway: { varFolder: join(room, "var") },
        scanner: { socketPath: clamd.socketPath },
      }),
    );
  });
  afterAll(async () => {
    await clamd.stop();
    await rm(room, { recursive: true, force: true });
  });

  let next = 0;
  const newOut = () => join(room, `out-${next++}`);

  async function file(name: string, bytes: Uint8Array): Promise<string> {
    await mkdir(join(room, "in"), { recursive: true });
    const path = join(room, "in", name);
    await writeFile(path, bytes);
    return path;
  }

  const sanitize = (...args: readonly string[]) =>
    runCommand(["sanitize", ...args, "--config", config]);

  const reports = ({ stdout }: CommandResult): Report[] =>
    stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Report);

  it("gives each kind of archive back as one ZIP, and opens locked ones with the password", async () => {
    const files = [
      { name: "表/ソ.txt", bytes: Buffer.from("一行目") },
      { name: "b.pdf", bytes: textPdf(1) },
    ];
    const cp932 = files.map(({ name, bytes }) => ({
      name: encodeJapanese(name, "cp932"),
      bytes,
    }));
    const password = Buffer.from("秘密");
    const locked = cp932.map((one) => ({
      ...one,
      encryption: { kind: "old" as const, password },
    }));
    const work = join(room, "packing");
    await mkdir(join(work, "表"), { recursive: true });
    for (const { name, bytes } of files)
      await writeFile(join(work, name), bytes);
    const pack = (...args: readonly string[]) =>
      execFileSync(args[0] ?? "", args.slice(1), {
        cwd: work,
        stdio: "ignore",
      });
    const names = files.map(({ name }) => name);
    pack("7zz", "a", join(work, "a.7z"), ...names);
    pack("7zz", "a", "-p秘密", "-mhe=on", join(work, "locked.7z"), ...names);
    pack("bsdtar", "-cJf", join(work, "a.tar.xz"), ...names);
    pack("bsdtar", "-cjf", join(work, "a.tar.bz2"), ...names);
    pack("bsdtar", "--format=iso9660", "-cf", join(work, "a.iso"), ...names);
    const lzh = cp932.map((one) => ({
      ...{ ...one, method: "-lh5-" as const, level: 1 as const },
    }));
    const paths = [
      await file("a.zip", makeZip(cp932)),
      await file("a.tar", makeTar(cp932)),
      await file("a.tar.gz", gzipSync(makeTar(cp932))),
      await file("a.lzh", makeLzh(lzh)),
      await file("a.rar", makeRar(files)),
      ...["a.7z", "a.tar.xz", "a.tar.bz2", "a.iso"].map((name) =>
        join(work, name),
      ),
    ];
    const lockedPaths = [
      await file("locked.zip", makeZip(locked)),
      join(work, "locked.7z"),
      await file("locked.rar", makeRar5(files, { password: "秘密" })),
      await file(
        "all-locked.rar",
        makeRar5(files, { password: "秘密", heads: true }),
      ),
    ];
    const inside = (path: string) =>
      readZip(readFileSync(path), (bytes) => crc32(bytes)).map(
        ({ type }) => type,
      );
    const opened = await sanitize(
      ...[...paths, ...lockedPaths, "--password", "秘密"],
      ...["--out", newOut(), "--json"],
    );
    const said = reports(opened);
    expect(said.map(({ reason }) => reason)).toEqual(Array(13).fill(null));
    for (const { input, outputs } of said) {
      expect([input.name, outputs.map(({ type }) => type)]).toEqual([
        input.name,
        ["application/zip", "text/plain"],
      ]);
      expect([input.name, inside(outputs[0]?.path ?? "").sort()]).toEqual([
        input.name,
        ["application/pdf", "text/plain"],
      ]);
    }
    expect(said.slice(0, 3).map(({ outputs }) => outputs[0]?.name)).toEqual([
      "a.zip",
      "a (2).zip",
      "a (3).zip",
    ]);
    const closed = await sanitize(
      ...[...lockedPaths, "--out", newOut(), "--json"],
    );
    expect(reports(closed).map(({ reason }) => reason?.code)).toEqual(
      Array(4).fill("ENCRYPTED"),
    );
    expect(closed.code).toBe(3);
  });

  it("makes each kind anew and tells one line of JSON a file, in the order given", async () => {
    const mail = mixedMail({
      text: "本文",
      attachments: [
        { name: "a.pdf", type: "application/pdf", bytes: textPdf(1) },
      ],
    });
    const cp932 = encodeJapanese("㈱髙﨑\r\n二行目", "cp932");
    const paths = [
      await file("三枚.pdf", textPdf(3)),
      await file("png.png", await picture("png")),
      await file("jpg.jpg", await picture("jpeg")),
      await file("gif.gif", await picture("gif")),
      await file("webp.webp", await picture("webp")),
      await file("tiff.tiff", await picture("tiff")),
      await file("t.txt", cp932),
      await file("t.csv", Buffer.from("名前,数\r\n山,1\r\n")),
      await file("m.eml", mail),
    ];
    const out = newOut();
    const answer = await sanitize(...paths, "--out", out, "--json");
    expect([answer.code, answer.stderr]).toEqual([0, ""]);
    const said = reports(answer);
    expect(said.map((one) => one.input.path)).toEqual(paths);
    expect(said.map((one) => [one.input.type, one.outputs[0]?.type])).toEqual([
      ["application/pdf", "application/pdf"],
      ["image/png", "image/png"],
      ["image/jpeg", "image/jpeg"],
      ["image/gif", "image/png"],
      ["image/webp", "image/jpeg"],
      ["image/tiff", "image/png"],
      ["text/plain", "text/plain"],
      ["text/csv", "text/csv"],
      ["message/rfc822", "message/rfc822"],
    ]);
    for (const [index, one] of said.entries()) {
      const original = await readFile(paths[index]!);
      expectContract(one);
      expect([one.input.bytes, one.input.sha256]).toEqual([
        original.length,
        sha256(original),
      ]);
      expect([one.disposition, one.reason, one.outputs.length]).toEqual([
        "deliver",
        null,
        1,
      ]);
      const made = await readFile(one.outputs[0]!.path);
      expect([one.outputs[0]!.bytes, one.outputs[0]!.sha256]).toEqual([
        made.length,
        sha256(made),
      ]);
      expect(made.equals(original)).toBe(one.input.type === "text/csv");
    }
    expect((await readdir(out)).sort()).toEqual(
      said.map((one) => one.outputs[0]!.name).sort(),
    );
    const pdf = await readFile(said[0]!.outputs[0]!.path);
    expect((await PDFDocument.load(pdf)).getPageCount()).toBe(3);
    expect(said[0]!.outputs[0]).toMatchObject({ name: "三枚.pdf", pages: 3 });
    const png = await sharp(said[1]!.outputs[0]!.path).metadata();
    expect([png.format, png.width, png.height]).toEqual(["png", 40, 30]);
    expect(await readFile(said[6]!.outputs[0]!.path, "utf8")).toMatch(
      /^㈱髙﨑\r\n二行目/,
    );
  }, 60_000);

  describeWithOffice("with office documents", () => {
    it("makes pages of each, and values of a workbook; tells of a name that belies, and holds what is encrypted", async () => {
      const sheets = [
        {
          name: "表",
          rows: [
            ["名前", "数"],
            ["山", 1],
            ["=1+1", -2],
          ],
        },
        { name: "控え", rows: [["秘"]], hidden: true },
      ];
      const paths = [
        await file("案.docx", wordDocument("関所の案です")),
        await file("集計.docx", workbook(sheets)),
        await file("錠.xlsx", encryptedDocument()),
        await file("図.wmf", metafile()),
      ];
      const answer = await sanitize(...paths, "--out", newOut(), "--json");
      expect(answer.code).toBe(3);
      // On a slow machine it says how far it is.
      expect(answer.stderr).toMatch(/^(sanitize: \d+ %.*\n)*$/);
      const said = reports(answer);
      said.forEach(expectContract);
      expect(
        said.map(({ outputs, findings, reason }) => [
          outputs.map(({ name, pages }) => [name, pages]),
          findings.map(({ code, detail }) => [code, detail]),
          reason?.code,
        ]),
      ).toEqual([
        [[["案.pdf", 1]], [], undefined],
        [
          [
            ["集計.pdf", 1],
            ["集計.csv", undefined],
          ],
          [
            ["name-belies", "Excelブック"],
            ["office-hidden-sheet", "控え"],
          ],
          undefined,
        ],
        [[], [], "ENCRYPTED"],
        [[["図.pdf", 1]], [], undefined],
      ]);
      expect(await readFile(said[1]!.outputs[1]!.path, "utf8")).toBe(
        "\uFEFF名前,数\r\n山,1\r\n'=1+1,-2\r\n",
      );
    }, 60_000);
  });

  it("holds what it can't make safe with exit 3, writes nothing of it, and passes the file beside it", async () => {
    const paths = [
      await file("virus.txt", eicar()),
      await file("good.txt", Buffer.from("good\r\n")),
      await file("broken.pdf", cutOff(textPdf(2), 0.3)),
      await file("locked.pdf", encryptedPdf("secret")),
      await file("drawing.ps", Buffer.from("%!PS-Adobe-3.0\nshowpage\n")),
      await file("plan.jww", Buffer.from("\0\x01\x02JwwData.")),
    ];
    const out = newOut();
    const answer = await sanitize(...paths, "--out", out, "--json");
    expect(answer.code).toBe(3);
    const said = reports(answer);
    said.forEach(expectContract);
    expect(
      said.map((one) => [
        one.input.name,
        one.disposition,
        one.verdict,
        one.reason?.code ?? null,
      ]),
    ).toEqual([
      ["virus.txt", "hold", "malicious", "VIRUS_FOUND"],
      ["good.txt", "deliver", "clean", null],
      ["broken.pdf", "hold", "unexaminable", "CONVERSION_FAILED"],
      ["locked.pdf", "hold", "unexaminable", "ENCRYPTED"],
      ["drawing.ps", "hold", "unexaminable", "TYPE_NOT_CONVERTED"],
      ["plan.jww", "hold", "unexaminable", "TYPE_NOT_CONVERTED"],
    ]);
    for (const one of said)
      if (one.reason !== null) {
        expect(one.outputs).toEqual([]);
        expect(one.reason.message).toMatch(/[ぁ-ん]/);
      }
    expect(await readdir(out)).toEqual(["good.txt"]);
  }, 60_000);

  it("gives the same bytes for the same file twice, and never writes over a file", async () => {
    const pdf = await file("same.pdf", textPdf(2));
    const eml = await file(
      "same.eml",
      mixedMail({ text: "同じ", attachments: [] }),
    );
    const out = newOut();
    await mkdir(out);
    await writeFile(join(out, "same.pdf"), "mine");
    for (let turn = 0; turn < 2; turn += 1)
      expect((await sanitize(pdf, eml, "--out", out)).code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      ...["same (2).eml", "same (2).pdf", "same (3).pdf"],
      ...["same.eml", "same.pdf"],
    ]);
    const read = (name: string) => readFile(join(out, name));
    expect((await read("same.pdf")).toString()).toBe("mine");
    expect(await read("same (2).pdf")).toEqual(await read("same (3).pdf"));
    expect(await read("same.eml")).toEqual(await read("same (2).eml"));
  }, 60_000);

  it("makes each file that is attached to a PDF anew beside it, also one in a stream of objects, in a mail or in another PDF; with a virus in one, nothing passes", async () => {
    const note = Buffer.from("日付,金額\n今日,100\n");
    const inner = await pdfWith([{ name: "写し.txt", bytes: note }], false);
    const files = [
      { name: "明細.csv", bytes: note },
      { name: "内側.pdf", bytes: inner },
    ];
    const compact = await pdfWith(files, true);
    const virus = await pdfWith([{ name: "x.com", bytes: eicar() }], false);
    const attachments = [
      { name: "表紙.pdf", type: "application/pdf", bytes: compact },
    ];
    const paths = [
      await file("表紙.pdf", compact),
      await file("cover.eml", mixedMail({ text: "本文", attachments })),
      await file("virus-in.pdf", virus),
    ];
    const answer = await sanitize(...paths, "--out", newOut(), "--json");
    const [alone, mail, infected] = reports(answer);
    expect(alone?.outputs.map(({ name }) => name)).toEqual([
      ...["表紙.pdf", "明細.csv", "内側.pdf", "写し.txt"],
    ]);
    const clean = await readFile(mail!.outputs[0]!.path);
    const { attachments: made } = await simpleParser(clean);
    expect(made.map(({ filename }) => filename)).toEqual([
      ...["表紙.pdf", "明細.csv", "内側.pdf", "写し.txt"],
    ]);
    expect([infected?.verdict, infected?.outputs]).toEqual(["malicious", []]);
  }, 120_000);

  it("draws a PDF that the scanner finds oddly built, alone and in a mail, and says so", async () => {
    const odd = Buffer.from(
      Buffer.from(textPdf(1))
        .toString("latin1")
        .replaceAll("/Length", "/L#65ngth"),
      "latin1",
    );
    const mail = mixedMail({
      text: "本文",
      attachments: [{ name: "o.pdf", type: "application/pdf", bytes: odd }],
    });
    const paths = [await file("odd.pdf", odd), await file("odd.eml", mail)];
    const answer = await sanitize(...paths, "--out", newOut(), "--json");
    expect([answer.code, answer.stderr]).toEqual([0, ""]);
    for (const one of reports(answer)) {
      expect([one.disposition, one.verdict]).toEqual(["deliver", "cleaned"]);
      expect(one.findings).toContainEqual({
        ...{ code: "scanner-suspicion", part: expect.any(String) },
        detail: "Heuristics.PDF.ObfuscatedNameObject",
      });
    }
    expect(reports(answer)[0]!.outputs).toMatchObject([{ pages: 1 }]);
  }, 60_000);

  it("names the virus beside a PDF that the scanner finds oddly built, and in it", async () => {
    const odd = Buffer.from(textPdf(1)).toString("latin1");
    const named = odd.replaceAll("/Length", "/L#65ngth");
    const bytes = Buffer.from(named, "latin1");
    const attachments = [
      { name: "o.pdf", type: "application/pdf", bytes },
      { name: "gift.com", type: "application/octet-stream", bytes: eicar() },
    ];
    const paths = [
      await file("two.eml", mixedMail({ text: "本文", attachments })),
      await file("virus.pdf", Buffer.concat([bytes, eicar()])),
    ];
    const answer = await sanitize(...paths, "--out", newOut(), "--json");
    const [mail, pdf] = reports(answer);
    expect([mail?.verdict, mail?.disposition]).toEqual([
      ...["malicious", "deliver"],
    ]);
    expect(mail?.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["scanner-suspicion", "VIRUS_FOUND"]),
    );
    expect([pdf?.verdict, pdf?.outputs]).toEqual(["malicious", []]);
  }, 60_000);

  it("says the name that was written when the wished one was taken", async () => {
    const paths = [await file("twice.pdf", textPdf(1))];
    const out = newOut();
    const names = async () =>
      reports(await sanitize(...paths, "--out", out, "--json")).flatMap((one) =>
        one.outputs.map(({ name, path }) => [name, basename(path)]),
      );
    expect(await names()).toEqual([["twice.pdf", "twice.pdf"]]);
    expect(await names()).toEqual([["twice (2).pdf", "twice (2).pdf"]]);
  }, 60_000);

  it("ends with 1 for a missing file and for a folder, and makes the others all the same", async () => {
    const good = await file("fine.txt", Buffer.from("fine\r\n"));
    const out = newOut();
    const answer = await sanitize(
      ...[join(room, "absent.pdf"), room, good],
      ...["--out", out, "--json"],
    );
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain("absent.pdf");
    expect(answer.stderr.trim().split("\n")).toHaveLength(2);
    expect(reports(answer).map((one) => one.input.name)).toEqual(["fine.txt"]);
    expect(await readdir(out)).toEqual(["fine.txt"]);
  });

  it.each([
    ["no file", ["--out", "x"], "FILE"],
    ["no place to write", ["a.pdf"], "--out"],
    ["an unknown option", ["a.pdf", "--out", "x", "--fast"], "--fast"],
  ])("ends with 2 for %s and says so", async (_, args, words) => {
    const answer = await sanitize(...args);
    expect([answer.code, answer.stderr]).toEqual([
      2,
      expect.stringContaining(words),
    ]);
  });

  it("opens a locked PDF and a locked archive with their password, which no process of the pit and no file is told", async () => {
    const password = "Himitsu-47-no-kotoba";
    const path = await file("opened.pdf", encryptedPdf(password));
    await file("inside.txt", Buffer.from("中"));
    const archive = join(room, "in", "opened.7z");
    execFileSync("7zz", [
      ...["a", `-p${password}`, archive, join(room, "in", "inside.txt")],
    ]);
    const out = newOut();
    const work = await mkdtemp(join(room, "tmp-"));
    const seen = watchProcesses(password);
    const args = ["--password", password, "--out", out, "--json"];
    const answer = await sanitizeIn(work, path, archive, ...args);
    const { withPassword, pits } = seen.stop();
    expect(answer.code).toBe(0);
    const [pdf, zip] = reports(answer);
    expect(pdf?.outputs[0]).toMatchObject({ pages: 1 });
    expect(zip?.outputs[0]).toMatchObject({ type: "application/zip" });
    // The command itself has it on its command line, where the person wrote it; nobody below it may.
    expect(pits).toBeGreaterThan(0);
    expect(withPassword.filter((line) => !line.includes("sanitize"))).toEqual(
      [],
    );
    expect(answer.stdout + answer.stderr).not.toContain(password);
    for (const name of await readdir(room, { recursive: true })) {
      const bytes = await readFile(join(room, name)).catch(() => null);
      expect([name, bytes?.includes(password) ?? false]).toEqual([name, false]);
    }
    expect(await readdir(work)).toEqual([]);

    const wrong = await sanitize(
      ...[path, "--password", "wrong", "--out", newOut(), "--json"],
    );
    expect([wrong.code, reports(wrong)[0]?.reason?.code]).toEqual([
      3,
      "ENCRYPTED",
    ]);
  }, 60_000);

  it("runs a scanner of its own where there is none, and leaves nothing behind", async () => {
    const lonely = join(room, "lonely.yaml");
    await writeFile(
      lonely,
      stringify({ gateway: { varFolder: join(room, "empty") } }),
    );
    const path = await file("alone.txt", eicar());
    const work = await mkdtemp(join(tmpdir(), "sk-"));
    try {
      const answer = await sanitizeIn(
        work,
        ...[path, "--out", newOut(), "--config", lonely],
      );
      expect([answer.code, answer.stdout]).toEqual([
        3,
        expect.stringContaining("held (VIRUS_FOUND)"),
      ]);
      expect(await readdir(work)).toEqual([]);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }, 60_000);

  /** With a folder of its own for what is temporary. */
  function sanitizeIn(
    work: string,
    ...args: readonly string[]
  ): Promise<CommandResult> {
    const withConfig = args.includes("--config")
      ? args
      : [...args, "--config", config];
    return runCommand(["sanitize", ...withConfig], { TMPDIR: work });
  }
});

/** Exactly these keys, exactly these types. */
function expectContract(one: Report): void {
  expect(Object.keys(one)).toEqual([
    ...["input", "verdict", "disposition", "outputs"],
    ...["findings", "reason", "ms"],
  ]);
  expect(one.input).toEqual({
    path: expect.any(String),
    name: expect.any(String),
    bytes: expect.any(Number),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    type: expect.stringMatching(/^[a-z]+\/[a-z0-9.+-]+$/),
  });
  expect(["clean", "cleaned", "unexaminable", "malicious"]).toContain(
    one.verdict,
  );
  expect(["deliver", "hold"]).toContain(one.disposition);
  for (const output of one.outputs) {
    const { pages, ...rest } = output;
    expect(rest).toEqual({
      path: expect.any(String),
      name: expect.any(String),
      type: expect.any(String),
      bytes: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect("pages" in output).toBe(output.type === "application/pdf");
    if (pages !== undefined) expect(pages).toBeGreaterThan(0);
  }
  for (const finding of one.findings)
    expect(finding).toEqual({
      code: expect.any(String),
      part: expect.any(String),
      detail: expect.any(String),
    });
  if (one.reason !== null)
    expect(one.reason).toEqual({
      code: expect.any(String),
      message: expect.any(String),
    });
  expect(Number.isInteger(one.ms)).toBe(true);
}

/** Looks at every command line and environment there is, again and again, until stopped. */
function watchProcesses(secret: string): {
  stop(): { readonly withPassword: readonly string[]; readonly pits: number };
} {
  const withPassword = new Set<string>();
  const pits = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      for (const place of ["cmdline", "environ"])
        try {
          const text = readFileSync(`/proc/${pid}/${place}`, "utf8");
          if (text.includes(secret))
            withPassword.add(text.replaceAll("\0", " "));
          if (place === "cmdline" && text.includes("bwrap")) pits.add(pid);
        } catch {
          // It ended meanwhile.
        }
  };
  const timer = setInterval(look, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return { withPassword: [...withPassword], pits: pits.size };
    },
  };
}
