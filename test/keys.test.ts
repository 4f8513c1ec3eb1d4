import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { eicar, mixedMail } from "../fixtures/mail.ts";
import { runCommand, TestGateway } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { sendRaw } from "./support/send.ts";

const KEYS = {
  SEKISHO_SEAL_KEY: "1e".repeat(32),
  SEKISHO_VAULT_KEY: "0f".repeat(32),
};
const WORKERS = [
  ...["intake", "sanitizer", "courier", "console", "janitor", "mailbox"],
  "viewer",
];

describeWith(GATEWAY_PROGRAMS, "a gateway whose keys are given", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({ environment: KEYS });
  });
  afterAll(() => gateway.remove());

  it("gives the seal's to the sanitizer, the vault's to the viewer too, and writes them nowhere", async () => {
    const knowing: string[] = [];
    for (const name of WORKERS) {
      const pid = gateway.workerPid(name);
      expect([name, pid]).not.toEqual([name, 0]);
      const environment = await readFile(`/proc/${pid}/environ`, "utf8");
      for (const [variable, key] of Object.entries(KEYS))
        if (environment.includes(key)) knowing.push(`${name} ${variable}`);
    }
    expect(knowing).toEqual([
      ...["sanitizer SEKISHO_SEAL_KEY", "sanitizer SEKISHO_VAULT_KEY"],
      "viewer SEKISHO_VAULT_KEY",
    ]);
    // The console's own key seals second factors, the janitor's signs the record, and nothing else.
    expect((await readdir(join(gateway.folder, "keys"))).sort()).toEqual([
      ...["clear.pub", "console.key", "record.key", "record.pub"],
      ...["self-test.key", "vault.id"],
    ]);
  });

  it("seals what crosses and encrypts what is held with them", async () => {
    const virus = { name: "v.com", type: "application/octet-stream" };
    const mail = mixedMail({
      text: "本文",
      attachments: [{ ...virus, bytes: eicar() }],
    });
    await sendRaw(gateway.ports.smtp, mail);
    expect(await gateway.settled()).toMatchObject({ delivered: 1 });
    const vault = await readdir(join(gateway.folder, "vault"));
    expect(vault.filter((name) => name.endsWith(".vault"))).toHaveLength(1);
  });

  it("does not start without them, and says which is missing", async () => {
    await gateway.stop();
    const { code, stderr } = await runCommand([
      ...["up", "--config", gateway.configFile],
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain("SEKISHO_VAULT_KEY must be given");
  });
});
