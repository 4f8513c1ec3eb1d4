/** The real pit around programs that a site could bring: shell scripts, good and bad. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textPdf } from "../../fixtures/documents.ts";
import { memoryContent, readUpTo } from "../core/content.ts";
import type { UntrustedContent } from "../core/content.ts";
import type { Converter } from "../core/converter.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import { createPit } from "./pit.ts";

const MIB = 1024 * 1024;
const document = memoryContent(
  Buffer.from("三四郎の文書"),
  "",
) as UntrustedContent;

let room: string;
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), "sekisho-converter-"));
  await writeFile(join(room, "ready.pdf"), textPdf(2));
});
afterAll(() => rm(room, { recursive: true, force: true }));

async function scripted(script: string): Promise<Converter> {
  const program = join(room, "convert");
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  const folders = [room, "/bin", "/usr/bin"];
  return {
    ...{ name: "ours", program, folders },
    ...{ extension: "jtd", kinds: ["application/x-ours"] },
  };
}

async function convertWith(
  script: string,
  limits: Partial<Limits> = {},
): Promise<{ readonly pdf: Uint8Array | null; readonly fault: unknown }> {
  const converters = [await scripted(script)];
  const pit = createPit({
    limits: { ...DEFAULT_LIMITS, ...limits },
    converters,
  });
  try {
    const made = await pit.convert(document, { converter: "ours" });
    return { pdf: await readUpTo(made.pdf, 10 * MIB), fault: null };
  } catch (error) {
    return { pdf: null, fault: (error as { code: unknown }).code };
  }
}

describe("a converter of the site", () => {
  it("is given the document under the extension that it wants, and its PDF comes back byte by byte", async () => {
    const { pdf, fault } = await convertWith(
      `case "$1" in *.jtd) cp ${room}/ready.pdf "$2" ;; *) exit 3 ;; esac`,
    );
    expect(fault).toBe(null);
    expect(Buffer.from(pdf!)).toEqual(Buffer.from(textPdf(2)));
    const echo = await convertWith(`cp "$1" "$2"`);
    expect(Buffer.from(echo.pdf!).toString()).toBe("三四郎の文書");
  });

  it("may start programs of its own", async () => {
    const { fault } = await convertWith(`sh -c 'cat "$1" > "$2"' x "$1" "$2"`);
    expect(fault).toBe(null);
  });

  it.each([
    ["ends with 1", `cp "$1" "$2"; exit 1`, "DOCUMENT_UNREADABLE"],
    ["ends with 0 and wrote nothing", `true`, "DOCUMENT_UNREADABLE"],
    ["ends with 0 and an empty file", `: > "$2"`, "DOCUMENT_UNREADABLE"],
    ["is killed by itself", `kill -9 $$`, "DOCUMENT_UNREADABLE"],
    [
      "tries to write beside its folder",
      `echo x > ${"$"}{0%/*}/other && cp "$1" "$2"`,
      "DOCUMENT_UNREADABLE",
    ],
    [
      "leaves a link to what it may not see",
      `ln -s /etc/shadow "$2"`,
      "DOCUMENT_UNREADABLE",
    ],
  ])("that %s: %s", async (_, script, fault) => {
    expect(await convertWith(script)).toEqual({ pdf: null, fault });
  });

  it("that never ends is ended", async () => {
    const limits = { officeDeadlineMs: 1500 };
    const { fault } = await convertWith("sleep 1000", limits);
    expect(fault).toBe("PIT_DEADLINE");
  });

  it("that writes 3 MiB where 1 MiB is allowed is stopped", async () => {
    const limits = { maxConvertedBytes: MIB };
    const script = `head -c ${3 * MIB} /dev/urandom > "$2"`;
    expect((await convertWith(script, limits)).fault).toBe("PIT_OUTPUT");
  });

  it("reaches no network", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const { port } = server.address() as AddressInfo;
    const { fault } = await convertWith(
      `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}' && cp "$1" "$2"`,
    );
    server.close();
    expect([fault, connections]).toEqual(["DOCUMENT_UNREADABLE", 0]);
  });

  it("sees no secret of the gateway", async () => {
    process.env.SEKISHO_CANARY = "secret";
    const { pdf } = await convertWith(
      `{ env; ls /home /root /etc/passwd /proc 2>/dev/null; } > "$2"; true`,
    );
    delete process.env.SEKISHO_CANARY;
    const seen = Buffer.from(pdf!).toString();
    expect(seen).toContain("HOME=/tmp");
    expect(seen).not.toMatch(/SEKISHO|secret|passwd|^\d+$/m);
  });

  it("that is not there, or not set, is an operator's matter", async () => {
    const gone = { ...(await scripted("true")), program: join(room, "gone") };
    const pit = createPit({ limits: DEFAULT_LIMITS, converters: [gone] });
    for (const converter of ["ours", "another"])
      await expect(pit.convert(document, { converter })).rejects.toMatchObject({
        code: "CONVERTER_MISSING",
      });
  });
});
