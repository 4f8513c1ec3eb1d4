import { describe, expect, it } from "@jest/globals";
import { runCommand } from "./support/gateway.ts";

const overview = await runCommand(["--help"]);
const COMMANDS = [...overview.stdout.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(
  ([, name = ""]) => name,
);

describe("the command line", () => {
  it("lists its commands with --help, and without a command says that one is missing", async () => {
    expect(overview.code).toBe(0);
    expect(COMMANDS.length).toBeGreaterThan(20);
    expect(COMMANDS).toEqual(
      expect.arrayContaining(["up", "report", "doctor"]),
    );
    expect((await runCommand([])).code).toBe(2);
    const wrong = await runCommand(["no-such-thing"]);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain("sekisho --help");
  });

  it.each(COMMANDS)(
    "explains %s, and needs no settings for that",
    async (name) => {
      const { code, stdout } = await runCommand([
        ...[name, "--help", "--config", "/nowhere/at-all.yaml"],
      ]);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: sekisho ${name}\\b`));
      // More than its usage line: what it does, or how it ends.
      expect(stdout.trim().split("\n").length).toBeGreaterThan(2);
    },
  );

  it.each(COMMANDS)(
    "calls an unknown option of %s wrong usage, and does nothing",
    async (name) => {
      const { code, stdout, stderr } = await runCommand([
        ...[name, "--no-such-option"],
      ]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`sekisho ${name} --help`);
    },
  );

  it("tells of a configuration that is not there or wrong as a fault, and of a wrong month as wrong usage", async () => {
    const missing = await runCommand([
      ...["report", "--month", "2026-11", "--config", "/nowhere/at-all.yaml"],
    ]);
    expect(missing.code).toBe(1);
    for (const args of [
      ["--month", "2026-13"],
      ["--month", "2026-11", "--from", "2026-11-01"],
      ["--from", "2026-11-01"],
      ["--month", "2026-11", "--csv", "--html"],
      [],
    ])
      expect([args, (await runCommand(["report", ...args])).code]).toEqual([
        args,
        2,
      ]);
  });
});
