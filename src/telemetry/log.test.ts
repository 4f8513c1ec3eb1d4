import { describe, expect, it } from "@jest/globals";
import { Fault } from "../core/fault.ts";
import { createLog } from "./log.ts";
import type { LogLevel } from "./log.ts";

function listen(level: LogLevel = "info") {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  return { log: createLog({ worker: "intake", level, stream }), lines };
}

const only = (lines: readonly string[]) =>
  JSON.parse(lines.join("")) as Record<string, unknown>;

describe("log", () => {
  it("writes one JSON object a line with time, level, worker and event", () => {
    const { log, lines } = listen();
    log.info("mail-accepted", { item: "abc", bytes: 7 });
    expect(only(lines)).toMatchObject({
      level: "info",
      worker: "intake",
      event: "mail-accepted",
      item: "abc",
      bytes: 7,
    });
    expect(Date.parse(String(only(lines).time))).not.toBeNaN();
  });

  it("keeps one event on one line of harmless characters, whatever a subject holds", () => {
    const hostile =
      '\n{"level":"info"}\r\u0000\u001b[2J\u007f\u0085\u009b\u2028\u2029\u202e\u2066\ufeff\u{e0041}\ud800';
    const { log, lines } = listen();
    log.warn("subject", { untrustedSubject: hostile, [hostile]: 1 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(lines[0]).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066\ufeff]|[\u{e0041}]|\p{Cs}/u,
    );
    expect(only(lines).untrustedSubject).toBe(hostile);
  });

  it("cuts every string at 512 characters, also inside lists and errors", () => {
    const long = "x".repeat(1_000_000);
    const { log, lines } = listen();
    log.error(long, { long, list: [long], error: new Error(long) });
    const said = only(lines) as {
      event: string;
      long: string;
      list: string[];
      error: { message: string };
    };
    for (const text of [
      said.event,
      said.long,
      said.list[0],
      said.error.message,
    ])
      expect(text).toHaveLength(512);
  });

  it("bounds depth and number of entries, and survives a circle", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const { log, lines } = listen();
    log.info("shapes", {
      circle,
      many: Array.from({ length: 1000 }, () => 1),
      big: 1n,
      bytes: Buffer.from("secret"),
    });
    expect(lines[0]).not.toContain("secret");
    expect(only(lines).many).toHaveLength(64);
    expect(lines[0]!.length).toBeLessThan(1000);
  });

  it("tells a fault by its message and its cause, without a stack", () => {
    const { log, lines } = listen();
    log.error("failed", {
      fault: new Fault("STORE_FULL", { freeBytes: 7 }, new Error("disk")),
    });
    expect(only(lines).fault).toEqual({
      name: "Fault",
      message: "STORE_FULL freeBytes=7",
      cause: { name: "Error", message: "disk" },
    });
  });

  it("lets no fact stand in for its own fields", () => {
    const { log, lines } = listen();
    log.info("real", { level: "error", event: "false", time: 0 });
    expect(only(lines)).toMatchObject({
      level: "info",
      event: "real",
      fact_level: "error",
    });
    expect(lines[0]!.match(/"level"/g)).toHaveLength(1);
  });

  it("says nothing below its level, and nothing at all when silent", () => {
    const warn = listen("warn");
    warn.log.info("a");
    warn.log.warn("b");
    expect(warn.lines).toHaveLength(1);
    const silent = listen("silent");
    silent.log.error("c");
    expect(silent.lines).toEqual([]);
  });
});
