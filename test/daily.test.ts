import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DAY } from "../src/core/units.ts";
import { createLedger } from "../src/store/ledger.ts";
import { freePort, TestGateway, until } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { startWebhookReceiver } from "./support/told.ts";
import type { WebhookReceiver } from "./support/told.ts";

const KEY = "a-key-for-webhooks-of-tests";
const OLD_NOTES = 3;
const WAIT_MS = 60_000;

/** A gateway that was off for two months: what is done once a day is done at its start. */
describeWith(GATEWAY_PROGRAMS, "what the janitor does by the clock", () => {
  let folder: string;
  let hook: WebhookReceiver;
  let gateway: TestGateway;
  let begin: Parameters<typeof TestGateway.start>[0];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-daily-"));
    const file = join(folder, "ledger.db");
    const ledger = await createLedger(file, () => Date.now() - 60 * DAY);
    for (let note = 0; note < OLD_NOTES; note += 1)
      await ledger.record({ act: "noted", actor: "sato", facts: { note } });
    for (const name of ["state", "self-test"] as const)
      await ledger.recordCheck({
        ...{ name, passed: true, detail: "", actor: "janitor", facts: {} },
      });
    await ledger.close();
    changeNote('{"note":9}');
    hook = await startWebhookReceiver(KEY);
    begin = {
      folder,
      settings: {
        // The self-test's own mails are larger: it has to fail.
        limits: {
          ...{ maxMessageBytes: 1024, maxHeaderBytes: 1024 },
          ...{ maxHeaderLineBytes: 1000, maxLeafInMemoryBytes: 1024 },
        },
        selfTest: { hour: new Date().getHours(), stopOnFailure: true },
        janitor: { everySeconds: 1 },
        retention: { actEntryDays: 30 },
        alerts: {
          ...{ webhooks: [hook.url], forMinutes: 0.02, clearMinutes: 0.02 },
        },
        // Nobody listens there.
        events: { syslog: { host: "127.0.0.1", port: await freePort() } },
      },
      environment: { SEKISHO_ALERTS_WEBHOOK_KEY: KEY },
    };
    gateway = await TestGateway.start(begin);
  }, 60_000);
  afterAll(async () => {
    await hook.close();
    await gateway.remove();
    await rm(folder, { recursive: true, force: true });
  });

  function changeNote(facts: string): void {
    const database = new DatabaseSync(join(folder, "ledger.db"));
    database.prepare("UPDATE audit SET facts = ? WHERE seq = 2").run(facts);
    database.close();
  }
  const hears = (kind: string, code: string) =>
    until(
      () => hook.alerts.some((one) => one.kind === kind && one.code === code),
      WAIT_MS,
      () => `${kind} ${code}: ${JSON.stringify(hook.alerts)} ${gateway.log}`,
    );

  it("is a self-test, whose failure stops the crossing and is told", async () => {
    await hears("raised", "SELF_TEST_FAILED");
    await hears("raised", "CROSSING_STOPPED");
    const shown = await gateway.command("crossing", "show");
    expect(shown.stdout).toContain("自己診断に失敗したため");
  }, 120_000);

  it("is a proof of the record: an entry that was changed in the file is found and told", async () => {
    await hears("raised", "AUDIT_BROKEN");
    const said = await gateway.command("audit", "verify");
    expect([said.code, said.stderr]).toEqual([
      1,
      expect.stringContaining("broken at entry 2"),
    ]);
  }, 120_000);

  it("is a proof that holds again once the entry is as it was; then nothing is cut off that the collector does not have", async () => {
    await gateway.stop();
    changeNote('{"note":1}');
    gateway = await gateway.restart(begin);
    await gateway.logged("record.not-sent", WAIT_MS);
    await hears("solved", "AUDIT_BROKEN");
    expect(gateway.log).not.toContain("record.cut");
    const { stdout } = await gateway.command("audit", "verify");
    expect(stdout).toMatch(/^the chain holds: \d+ entries\n$/);
  }, 120_000);
});
