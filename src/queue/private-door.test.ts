import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../core/log.ts";
import { askDoor, serveDoor } from "./private-door.ts";
import type { PrivateDoor } from "./private-door.ts";

let folder: string;
let logged: string;
let door: PrivateDoor | null;
const note = (event: string, facts?: object) => {
  logged += event + JSON.stringify(facts ?? {});
};
const log: Log = { info: note, warn: note, error: note };

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "sekisho-door-")), "doors");
  logged = "";
  door = null;
});
afterEach(async () => {
  await door?.close();
  await rm(join(folder, ".."), { recursive: true });
});

const ask = (message: object) =>
  askDoor({
    ...{ folder, name: "pit", message, deadlineMs: 30_000 },
    read: (untrusted) => untrusted as object,
  });

describe("a door between two workers", () => {
  it("answers one question, and only our own user may open it", async () => {
    door = await serveDoor({ folder, name: "pit", log }, async (asked) => ({
      echo: asked,
    }));
    expect(await ask({ 問い: "開けごま\n" })).toEqual({
      echo: { 問い: "開けごま\n" },
    });
    const [name = ""] = await readdir(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it("is null where nobody serves, and a socket that was left behind goes", async () => {
    expect(await ask({})).toBeNull();
    door = await serveDoor({ folder, name: "pit", log }, async () => ({}));
    const dead = join(folder, "pit-1.sock");
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(dead, resolve));
    // A server that is closed takes its socket along; one that was killed leaves it.
    const { linkSync, unlinkSync } = await import("node:fs");
    linkSync(dead, join(folder, "pit-0.sock"));
    await new Promise((resolve) => other.close(resolve));
    expect(await ask({})).toEqual({});
    expect(await readdir(folder)).toHaveLength(1);
    expect(() => unlinkSync(join(folder, "pit-0.sock"))).toThrow("ENOENT");
  });

  it("logs a fault's code and never what was asked; the asker hears nothing", async () => {
    door = await serveDoor({ folder, name: "pit", log }, async () => {
      throw new Error("hush");
    });
    expect(await ask({ password: "himitsu" })).toBeNull();
    expect(logged).toContain("UNEXPECTED");
    expect(logged).not.toMatch(/himitsu|hush/);
  });

  it("drops a question of more than 32 KiB", async () => {
    door = await serveDoor({ folder, name: "pit", log }, async () => ({}));
    expect(await ask({ long: "x".repeat(40_000) })).toBeNull();
  });
});
