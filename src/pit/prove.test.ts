import { describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { readProgram } from "./program.ts";
import { proveWalls } from "./prove.ts";
import { seccompFilter } from "./seccomp.ts";
import { wallCommand, type Command } from "./walls.ts";

const OPEN_SECCOMP = Uint8Array.of(6, 0, 0, 0, 0, 0, 0xff, 0x7f);

function walls(seccomp = seccompFilter(process.arch)!): Command {
  return wallCommand(readProgram("walls"), DEFAULT_LIMITS, seccomp);
}

function instead(wall: string, ...others: readonly string[]): Command {
  const command = walls(OPEN_SECCOMP);
  expect(command.args).toContain(wall);
  const args = command.args.flatMap((arg) => (arg === wall ? others : [arg]));
  return { ...command, args };
}

const APART = [
  "--unshare-user",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup",
];

describe("walls", () => {
  it("all hold", async () => {
    expect(await proveWalls(walls, DEFAULT_LIMITS)).toEqual([]);
  });

  it.each([
    [
      "network",
      instead("--unshare-all", ...APART, "--unshare-pid"),
      ["network"],
    ],
    ["environment", instead("--clearenv"), ["environment"]],
    ["disk", instead("--remount-ro", "--dir"), ["disk"]],
    ["files", instead("--new-session", "--ro-bind", "/etc", "/etc"), ["files"]],
    ["identity", instead("65534", "1000"), ["identity"]],
  ])("a missing one is named: %s", async (_, command, names) => {
    const missing = await proveWalls(() => command, DEFAULT_LIMITS);
    expect(missing).toEqual(expect.arrayContaining(names));
  });

  it("hold around programs of the system, too: one more thing is allowed, to start them", async () => {
    const seccomp = seccompFilter(process.arch, "processes")!;
    const wide = (left: string): Command => {
      const program = readProgram("extract-walls");
      const command = wallCommand(program, DEFAULT_LIMITS, seccomp);
      return { ...command, args: command.args.filter((arg) => arg !== left) };
    };
    const mayStart = { mayStart: true };
    const proved = (left: string) =>
      proveWalls(() => wide(left), DEFAULT_LIMITS, mayStart);
    expect(await proved("")).toEqual([]);
    expect(await proved("--clearenv")).toEqual(["environment"]);
  });

  it("without the filter of system calls a process can be started", async () => {
    const missing = await proveWalls(() => walls(OPEN_SECCOMP), DEFAULT_LIMITS);
    expect(missing).toEqual(["spawn"]);
  });

  it("no sandbox at all is one missing wall", async () => {
    const nothing = { file: "/nonexistent", args: [], descriptors: [] };
    expect(await proveWalls(() => nothing, DEFAULT_LIMITS)).toEqual([
      "sandbox",
    ]);
  });

  it("a program that answers anything else is no proof", async () => {
    const fake = {
      file: process.execPath,
      args: ["-e", 'console.log("{}")'],
      descriptors: [],
    };
    expect(await proveWalls(() => fake, DEFAULT_LIMITS)).toEqual(["sandbox"]);
  });

  it("there is no filter for a processor whose numbers nobody wrote down", () => {
    expect(seccompFilter("riscv64")).toBeNull();
  });
});
