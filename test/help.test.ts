import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../src/cli/command.ts";
import { COMMANDS } from "../src/cli/commands.ts";
import { runCommand } from "./support/gateway.ts";

const NAMES = COMMANDS.map(({ name }) => name);

describe("the command line", () => {
  it("lists every command with --help, and without one or with another says so as wrong usage", async () => {
    const overview = await runCommand(["--help"]);
    const listed = [...overview.stdout.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)];
    expect(overview.code).toBe(0);
    expect(listed.map(([, name]) => name)).toEqual(NAMES);
    expect(new Set(NAMES).size).toBe(NAMES.length);
    expect((await runCommand([])).code).toBe(2);
    const wrong = await runCommand(["no-such-thing"]);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain("sekisho --help");
  }, 60_000);

  it("explains a command without reading any settings", async () => {
    const { code, stdout } = await runCommand([
      ...["report", "--help", "--config", "/nowhere/at-all.yaml"],
    ]);
    expect([code, stdout.startsWith("Usage: sekisho report ")]).toEqual([
      ...[0, true],
    ]);
  }, 60_000);

  it.each(COMMANDS)(
    "$name has a line for the list, and a help that says more",
    async ({ name, summary, load }) => {
      const { help } = await load();
      expect(summary).toMatch(/^[^\n]{10,90}$/);
      expect(help).toMatch(new RegExp(`^Usage: sekisho ${name}\\b`));
      expect(help.trim().split("\n").length).toBeGreaterThan(2);
    },
  );

  it.each(COMMANDS)(
    "$name takes no option that it does not know, and does nothing then",
    async ({ load }) => {
      const command = await load();
      await expect(command.run(["--no-such-option"])).rejects.toThrow(
        UsageError,
      );
    },
  );

  it("ends with 1 after a fault and with 2 after wrong usage", async () => {
    const report = (...args: readonly string[]) =>
      runCommand(["report", ...args]);
    const missing = await report(
      ...["--month", "2026-11", "--config", "/nowhere/at-all.yaml"],
    );
    const wrong = await report("--month", "2026-13");
    expect([missing.code, wrong.code]).toEqual([1, 2]);
  }, 60_000);
});
