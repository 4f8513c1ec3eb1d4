import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { runCommand, TestGateway, until } from "./support/gateway.ts";
import { DOMAIN, sendRaw, textMail } from "./support/send.ts";

let gateway: TestGateway;
let original = "";
let saidAtStart: Awaited<ReturnType<typeof runCommand>>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "sekisho-reload-"));
  const starting = TestGateway.start({ folder });
  await until(
    () => existsSync(join(folder, "lock.pid")),
    30_000,
    () => "no lock",
  );
  const file = join(folder, "sekisho.yaml");
  saidAtStart = await runCommand(["config", "reload", "--config", file]);
  gateway = await starting;
  original = await readFile(gateway.configFile, "utf8");
}, 60_000);
afterAll(() => gateway.remove());

type Settings = Record<string, Record<string, unknown>>;
async function change(over: Record<string, unknown>): Promise<void> {
  const settings = parse(original) as Settings;
  for (const [name, value] of Object.entries(over))
    settings[name] = (
      Array.isArray(value) ? value : { ...settings[name], ...(value as object) }
    ) as Settings[string];
  await writeFile(gateway.configFile, stringify(settings));
}
/** What the intake announces as its largest mail. */
async function sizeAt(port: number): Promise<number> {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(10_000, () => socket.destroy());
  let said = "";
  try {
    for await (const piece of socket) {
      said += String(piece);
      if (/^220 [^\n]*\n$/.test(said)) socket.write("EHLO test\r\n");
      const size = /SIZE (\d+)/.exec(said)?.[1];
      if (size !== undefined) return Number(size);
    }
  } catch {
    // One of the two intakes is just leaving.
  } finally {
    socket.destroy();
  }
  return 0;
}

const NEW_TOWN = "new.example.lg.jp";
const tenants = [
  { id: "old", name: "旧町", domains: [DOMAIN] },
  { id: "new", name: "新町", domains: [NEW_TOWN] },
];

describe("a configuration that changes under a running gateway", () => {
  it("is taken over once it runs when that is asked for while it starts, and ends nothing", () => {
    expect(saidAtStart).toMatchObject({ code: 0, stderr: "" });
    expect(saidAtStart.stdout).toContain("nothing changed");
    expect(gateway.log).toContain("config.reloaded");
  });

  it("is taken over under load: the port never refuses, no mail is lost, and a new town's mail is accepted", async () => {
    const clerk = [`clerk@${NEW_TOWN}`];
    await expect(
      sendRaw(gateway.ports.smtp, textMail("early"), clerk),
    ).rejects.toThrow("5.7.1");
    await change({ tenants });
    let loading = true;
    let accepted = 0;
    const refused: string[] = [];
    const load = (async () => {
      while (loading)
        await sendRaw(gateway.ports.smtp, textMail(`load-${accepted}`)).then(
          () => (accepted += 1),
          (error: Error) => refused.push(error.message),
        );
    })();
    const said = await gateway.command("config", "reload");
    loading = false;
    await load;
    expect([said.code, said.stderr]).toEqual([0, ""]);
    expect(said.stdout).toContain(
      "changed: tenants; restarted: sanitizer, janitor, viewer, console, intake",
    );
    // A session that was open is asked to come again (421); one that was not greeted yet may end without a word, and whoever
    // sends mail comes again then, too. The port itself is never closed.
    const again = /421|Connection closed/;
    expect(refused.filter((why) => !again.test(why))).toEqual([]);
    await sendRaw(gateway.ports.smtp, textMail("late"), clerk);
    const arrived = await gateway.delivered(accepted + 1, 60_000);
    expect(arrived).toHaveLength(accepted + 1);
  }, 120_000);

  it("has larger limits while the emergency mode lasts, which another person has to confirm, and the old ones after", async () => {
    const { ports } = gateway;
    const disaster = { limits: { maxMessageBytes: 40_000_000 } };
    await change({ tenants, disaster });
    expect((await gateway.command("config", "reload")).code).toBe(0);
    const ask = ["ask", "--hours", "2", "--reason", "大雨", "--by", "sato"];
    const asked = await gateway.command("disaster", ...ask);
    expect(asked.stdout).toContain("Waits for another person");
    const same = await gateway.command("disaster", "confirm", "--by", "sato");
    expect([same.code, same.stderr]).toEqual([
      1,
      expect.stringContaining("another person has to"),
    ]);
    expect(await sizeAt(ports.smtp)).toBe(30 * 1024 * 1024);
    await gateway.command("disaster", "confirm", "--by", "suzuki");
    await until(
      async () => (await sizeAt(ports.smtp)) === 40_000_000,
      60_000,
      () => gateway.log,
    );
    const end = ["end", "--reason", "おさまった", "--by", "sato"];
    expect((await gateway.command("disaster", ...end)).code).toBe(0);
    await until(
      async () => (await sizeAt(ports.smtp)) === 30 * 1024 * 1024,
      60_000,
      () => gateway.log,
    );
  }, 300_000);

  it("stays as it was when the file is broken, and says which key", async () => {
    const pid = gateway.workerPid("intake");
    await writeFile(gateway.configFile, "smtp:\n  prot: 25\n");
    process.kill(gateway.pid, "SIGHUP");
    await gateway.logged("config.refused");
    expect(gateway.log).toContain("smtp.prot");
    const mail = textMail("broken-file");
    await sendRaw(gateway.ports.smtp, mail, [`clerk@${NEW_TOWN}`]);
    expect(gateway.workerPid("intake")).toBe(pid);
  }, 60_000);

  it("falls back to the old one, and says so, when the new intake does not start with it", async () => {
    const keyFile = join(gateway.folder, "no-key.pem");
    await writeFile(keyFile, "nonsense");
    const smtp = { tls: { keyFile, certificateFile: keyFile } };
    await change({ tenants, smtp });
    const said = await gateway.command("config", "reload");
    expect([said.code, said.stderr]).toEqual([
      1,
      expect.stringContaining("the workers did not start with it"),
    ]);
    const clerk = [`clerk@${NEW_TOWN}`];
    await sendRaw(gateway.ports.smtp, textMail("fallen-back"), clerk);
    await gateway.arrived(({ raw }) => raw.includes("<fallen-back@"));
  }, 60_000);

  it("is not taken over when it moves a port, which takes a restart", async () => {
    await change({ tenants, smtp: { port: gateway.ports.smtp + 1 } });
    const said = await gateway.command("config", "reload");
    expect([said.code, said.stderr]).toEqual([
      1,
      expect.stringContaining("smtp.port: takes a restart"),
    ]);
  }, 60_000);

  it("is the one that a worker finds that falls while the file is broken", async () => {
    await writeFile(gateway.configFile, "nonsense");
    process.kill(gateway.workerPid("intake"), "SIGKILL");
    const again = async (): Promise<unknown> =>
      sendRaw(gateway.ports.smtp, textMail("after-fall")).catch(async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return again();
      });
    await again();
    await change({ tenants });
  }, 60_000);
});
