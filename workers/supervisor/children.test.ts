import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { Fault } from "../../src/core/fault.ts";
import { freePort } from "../../test/support/gateway.ts";
import { Keeper } from "./children.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-keeper-"));
});
afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

describe("a worker that fell", () => {
  it("is started again once the ledger can be written again, and nobody ends meanwhile", async () => {
    const file = join(folder, "sekisho.yaml");
    const settings = {
      gateway: { varFolder: folder, hostname: "sekisho.example.lg.jp" },
      tenants: [{ id: "kawa", name: "川町", domains: ["kawa.example.lg.jp"] }],
      lgwan: { port: await freePort() },
    };
    await writeFile(file, stringify(settings));
    const started: ChildProcess[] = [];
    const told: string[] = [];
    const second = Promise.withResolvers<ChildProcess>();
    const keep = (event: string) => void told.push(event);
    let tries = 0;
    const keeper = new Keeper("mailbox", {
      log: { info: keep, warn: keep, error: keep },
      graceMs: 5000,
      args: ["--config", file],
      connect: (child) => {
        if (started.push(child) === 2) second.resolve(child);
      },
      beforeRestart: async () => {
        tries += 1;
        if (tries === 1) throw new Fault("STORE_FULL", {});
      },
    });
    await keeper.start();
    started[0]?.kill("SIGKILL");
    await once(await second.promise, "message");
    expect(told).toEqual(["worker.ended", "worker.waits"]);
    expect(tries).toBe(2);
    await keeper.stop(5000);
  }, 30_000);
});
