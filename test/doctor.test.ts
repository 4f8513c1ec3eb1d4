import { afterEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

  async function scannerTold(answer: string): Promise<Told | undefined> {
    folder = await mkdtemp(join(tmpdir(), "sekisho-doctor-"));
    const clamd = await startFakeClamd(answering(answer));
    try {
      const config = join(folder, "sekisho.yaml");
      const settings = {
        gateway: { varFolder: folder },
        scanner: { socketPath: clamd.socketPath },
        lgwan: { port: 1 },
      };
      await writeFile(config, JSON.stringify(settings));
      const { code, stdout } = await runCommand([
        ...["doctor", "--json", "--config", config],
      ]);
      expect(code).toBe(1);
      const lines = stdout.trim().split("\n");
      return lines
        .map((line) => JSON.parse(line) as Told)
        .find(({ what }) => what === "scanner");
    } finally {
      await clamd.stop();
    }
  }

  it.each([
    ["stream: OK\0", "does not find the test virus"],
    ["stream: Eicar FOUND\0", "has no signatures of the ClamAV project"],
  ])("that answers %j says that it %s", async (answer, words) => {
    expect(await scannerTold(answer)).toMatchObject({
      ok: false,
      said: expect.stringContaining(words),
      fix: expect.stringContaining("freshclam"),
    });
  });
});
