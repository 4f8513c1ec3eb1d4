import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { cpuMs, findProgram, startProcess } from "./processes.ts";
import { Room } from "./room.ts";

const isAlive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

describe("a room", () => {
  it("ends what was started in it, its children too, and removes its folder", async () => {
    const room = await Room.open(() => undefined);
    const running = startProcess(room, {
      command: "/bin/sh",
      args: ["-c", "sleep 600 & echo $!; wait"],
      graceMs: 0,
    });
    while (!/^\d+\n/.test(running.told())) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const child = Number(running.told());
    expect([running.pid, child].map(isAlive)).toEqual([true, true]);
    await room.close();
    expect([running.pid, child].map(isAlive)).toEqual([false, false]);
    expect(existsSync(room.folder)).toBe(false);
  });

  it("undoes in reverse order, and goes on when one undoing fails", async () => {
    const said: string[] = [];
    const room = await Room.open((text) => said.push(text));
    const undone: number[] = [];
    room.onClose(async () => void undone.push(1));
    room.onClose(() => Promise.reject(new Error("stuck")));
    room.onClose(async () => void undone.push(3));
    await room.close();
    expect(undone).toEqual([3, 1]);
    expect(said).toEqual(["could not clean up: Error: stuck"]);
    expect(existsSync(room.folder)).toBe(false);
  });
});

describe("processes", () => {
  it("finds /usr/bin/env and not a program of another name", async () => {
    expect(await findProgram("env")).toBe("/usr/bin/env");
    expect(await findProgram("no-such-program")).toBeNull();
  });

  it("counts the processor time of this process as more than nothing", async () => {
    expect(await cpuMs(process.pid)).toBeGreaterThan(0);
  });
});

describe("the command line", () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });

  it("ends with 2 and the list of names for an unknown benchmark", () => {
    const { status, stdout, stderr } = run("core-lrage");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("no such benchmark: core-lrage");
    expect(stderr).toContain("core-large");
  });

  it("ends with 2 for --json and --markdown together", () => {
    expect(run("--json", "--markdown").status).toBe(2);
  });

  it("lists every benchmark of the contract on --help and ends with 0", () => {
    const { status, stdout } = run("--help");
    expect(status).toBe(0);
    for (const name of [
      "core-large",
      "core-small",
      "core-memory",
      "line-text",
      "line-attachment",
      "pdf",
      "office",
    ]) {
      expect(stdout).toContain(name);
    }
  });
});
