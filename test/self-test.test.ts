import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { missingOffice } from "../src/pit/office.ts";
import { TestGateway } from "./support/gateway.ts";
import { sendRaw, textMail } from "./support/send.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
}, 60_000);
afterAll(() => gateway.remove());

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly found: string;
}

describe("the self-test", () => {
  it("sees 8 kinds of mails come to their right ends on the real line, also while the crossing is stopped; nothing reaches a mailbox", async () => {
    await gateway.command("crossing", "stop", "--reason", "訓練");
    const said = await gateway.command("self-test", "--json");
    const results = said.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Result);
    const found = results.map(({ name, found }) => [name, found]);
    expect(found).toEqual([
      ["eicar", "malicious VIRUS_FOUND"],
      [
        "macro",
        missingOffice().length === 0
          ? "cleaned delivered"
          : "unexaminable CONVERTER_MISSING",
      ],
      ["pdf-script", "cleaned delivered"],
      ["encrypted-zip", "unexaminable ENCRYPTED"],
      ["bomb", "unexaminable ARCHIVE_LIMIT"],
      ...["iso-2022-jp", "shift_jis", "euc-jp"].map((name) => [
        ...[name, "clean delivered"],
      ]),
    ]);
    expect(said.code).toBe(missingOffice().length === 0 ? 0 : 1);
    expect(await gateway.mailbox()).toEqual([]);
    expect(await gateway.held()).toEqual([]);
  }, 180_000);

  it("has an address that nobody can guess: 550 for any other", async () => {
    const other = `abcdefgh.${"0".repeat(16)}.${"0".repeat(32)}@self-test.invalid`;
    await expect(
      sendRaw(gateway.ports.smtp, textMail("x"), [other]),
    ).rejects.toThrow("5.7.1");
  });

  it("is followed by the signed state: as signed, then 1 file differs once the settings in force are changed", async () => {
    const none = await gateway.command("state", "verify");
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining("nothing was signed"),
    ]);
    expect((await gateway.command("state", "sign")).code).toBe(0);
    expect((await gateway.command("state", "verify")).code).toBe(0);
    const { appendFile } = await import("node:fs/promises");
    await appendFile(`${gateway.folder}/in-force.yaml`, "# another word\n");
    const differs = await gateway.command("state", "verify");
    expect([differs.code, differs.stderr]).toEqual([
      1,
      "differs: configuration in force\n",
    ]);
  }, 60_000);
});
