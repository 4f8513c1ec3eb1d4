import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { runCommand } from "../../test/support/gateway.ts";
import { lockFolder } from "../store/lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-disaster-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the emergency mode", () => {
  it("can't be asked for where no supervisor would take it over; where one runs it can", async () => {
    const file = join(folder, "sekisho.yaml");
    const settings = {
      gateway: { varFolder: folder, hostname: "sekisho.example.lg.jp" },
      tenants: [{ id: "kawa", name: "川町", domains: ["kawa.example.lg.jp"] }],
    };
    await writeFile(file, stringify(settings));
    const ask = () =>
      runCommand([
        ...["disaster", "ask", "--hours", "2", "--reason", "大雨"],
        ...["--by", "sato", "--config", file],
      ]);
    const apart = await ask();
    expect([apart.code, apart.stdout]).toEqual([1, ""]);
    expect(apart.stderr).toContain("sekisho up does not run here");
    const lock = await lockFolder(folder);
    const whole = await ask();
    lock.release();
    expect([whole.code, whole.stderr]).toEqual([0, ""]);
  }, 20_000);
});
