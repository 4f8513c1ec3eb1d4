import { spawn } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { endProcess, type Ended } from "./ending.ts";

function start(script: string) {
  const child = spawn(process.execPath, ["-e", script], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const spoke = new Promise((resolve) => child.stdout.once("data", resolve));
  return { pid: child.pid!, ended, spoke };
}

describe("ending a process", () => {
  it("takes note of one that completed", async () => {
    const done = start("");
    await done.ended;
    expect(await endProcess(done)).toEqual({ code: 0, signal: null });
  });

  it("takes note of one that failed", async () => {
    const failed = start("process.exit(3)");
    await failed.ended;
    expect(await endProcess(failed)).toEqual({ code: 3, signal: null });
  });

  it.each([
    ["lingers", "console.log(1); setInterval(() => {}, 1000)"],
    [
      "does not listen",
      'process.on("SIGTERM", () => {}); console.log(1); setInterval(() => {}, 1000)',
    ],
    ["is busy for ever", 'require("fs").writeSync(1, "1"); for (;;);'],
  ])("kills one that %s", async (_, script) => {
    const living = start(script);
    await living.spoke;
    expect(await endProcess(living)).toEqual({ code: null, signal: "SIGKILL" });
  });

  it("does not wait for ever for one that cannot be killed", async () => {
    const asked: number[] = [];
    const stuck = { pid: 2 ** 22 + 1, ended: new Promise<Ended>(() => {}) };
    const killer = { kill: (pid: number) => void asked.push(pid), waitMs: 20 };
    expect(await endProcess(stuck, killer)).toBeNull();
    expect(asked).toEqual([-stuck.pid]);
  });
});
