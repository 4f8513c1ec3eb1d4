import { afterEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingOcr } from "../src/pit/ocr.ts";
import { answering, startFakeClamd } from "./support/fake-clamd.ts";
import { runCommand } from "./support/gateway.ts";

interface Told {
  readonly what: string;
  readonly ok: boolean;
  readonly said: string;
  readonly fix: string;
}

describe("sekisho doctor, about a clamd of others", () => {
  let folder: string;
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function told(answer: string): Promise<readonly Told[]> {
    folder = await mkdtemp(join(tmpdir(), "sekisho-doctor-"));
    const clamd = await startFakeClamd(answering(answer));
    try {
      const config = join(folder, "sekisho.yaml");
      const settings = {
        gateway: { varFolder: folder },
        scanner: { socketPath: clamd.socketPath },
        lgwan: { port: 1 },
        policy: { pages: { ocr: true } },
      };
      await writeFile(config, JSON.stringify(settings));
      const { code, stdout } = await runCommand([
        ...["doctor", "--json", "--config", config],
      ]);
      expect(code).toBe(1);
      const lines = stdout.trim().split("\n");
      return lines.map((line) => JSON.parse(line) as Told);
    } finally {
      await clamd.stop();
    }
  }

  it.each([
    ["stream: OK\0", "does not find the test virus"],
    ["stream: Eicar FOUND\0", "has no signatures of the ClamAV project"],
  ])("that answers %j says that it %s", async (answer, words) => {
    const all = await told(answer);
    expect(all.find(({ what }) => what === "scanner")).toMatchObject({
      ok: false,
      said: expect.stringContaining(words),
      fix: expect.stringContaining("freshclam"),
    });
    expect(all.find(({ what }) => what === "ocr")).toMatchObject({
      ok: missingOcr().length === 0,
      fix: expect.stringContaining("policy.pages.ocr"),
    });
  });
});
