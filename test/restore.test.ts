import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand, TestGateway, until } from "./support/gateway.ts";
import type { DeliveredMail } from "./support/gateway.ts";
import { sendRaw, textMail } from "./support/send.ts";

/** One at a time, so that the order of arrival is the order of sending. */
const settings = { workers: { deliverConcurrency: 1 } };
let folder: string;
let first: TestGateway;
let second: TestGateway | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-drill-"));
  first = await TestGateway.start({ folder, settings });
  await writeFile(join(folder, "passphrase"), "ume-ga-saku-koro-ni\n");
}, 60_000);
afterAll(async () => {
  await second?.kill();
  await first.kill();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const tokenOf = ({ mail }: DeliveredMail) =>
  /token-\d+/.exec(mail.subject ?? "")?.[0] ?? "";
const tokens = async (gateway: TestGateway) =>
  (await gateway.mailbox()).map(tokenOf);
const cleared = async (gateway: TestGateway, count: number) =>
  until(
    async () => (await gateway.status()).counts["cleared"] === count,
    60_000,
    () => gateway.log,
  );
let sent = 0;
const send = async (gateway: TestGateway): Promise<string> => {
  const token = `token-${String((sent += 1))}`;
  await sendRaw(gateway.ports.smtp, textMail(token));
  return token;
};

describe("the emergency stop, the copy and the way back", () => {
  it("holds 6 mails at the crossing, through a restart of everything, and lets them go in their order", async () => {
    const stop = await first.command("crossing", "stop", "--reason", "訓練");
    expect([stop.code, stop.stdout]).toEqual([
      0,
      expect.stringContaining("stopped: all tenants"),
    ]);
    const wanted: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      wanted.push(await send(first));
      await cleared(first, count + 1);
    }
    first = await first.restart({ settings });
    wanted.push(await send(first));
    await cleared(first, 6);
    expect(await tokens(first)).toEqual([]);
    await first.command("crossing", "resume", "--reason", "訓練終わり");
    await first.delivered(6, 60_000);
    expect(await tokens(first)).toEqual(wanted);
    expect((await first.command("crossing", "show")).stdout).toContain("open");
  }, 120_000);

  it("brings back every mail that was accepted before the copy, made under load; none goes a second time by itself", async () => {
    const before: string[] = [];
    for (let count = 0; count < 30; count += 1) before.push(await send(first));
    let loading = true;
    const load = (async () => {
      while (loading) await send(first);
    })();
    const copy = await first.command(
      ...["backup", "--out", join(folder, "copy.tar"), "--with-keys"],
      ...["--passphrase-file", join(folder, "passphrase")],
    );
    loading = false;
    await load;
    expect(copy).toMatchObject({ code: 0 });
    await first.kill();
    const crossed = await tokens(first);

    const into = join(folder, "new");
    const restored = await runCommand([
      ...["restore", join(folder, "copy.tar"), "--into", into],
      ...["--passphrase-file", join(folder, "passphrase")],
    ]);
    expect(restored).toMatchObject({ code: 0 });
    const waiting = Number(/(\d+) mails wait/.exec(restored.stdout)?.[1]);
    const held = Number(/(\d+) deliveries/.exec(restored.stdout)?.[1] ?? 0);
    second = await TestGateway.start({ folder: into });
    await cleared(second, waiting);
    expect(await tokens(second)).toEqual([]);
    expect(await second.held()).toHaveLength(held);

    await second.command("crossing", "resume", "--reason", "確認済み");
    const again = (await second.delivered(waiting, 60_000)).map(tokenOf);
    await second.settled();
    expect(new Set(again).size).toBe(again.length);
    const everywhere = new Set([...crossed, ...again]);
    const lost = before.filter((token) => !everywhere.has(token));
    expect(lost.length).toBeLessThanOrEqual(held);
    const audit = await second.command("audit", "verify");
    expect(audit.code).toBe(0);
  }, 180_000);
});
