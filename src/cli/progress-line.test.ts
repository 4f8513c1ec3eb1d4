import { describe, expect, it } from "@jest/globals";
import { MIB } from "../core/units.ts";
import { progressLine } from "./progress-line.ts";

/** What a screen was told, with a clock that the test moves. */
function screenOf(isTTY: boolean) {
  const said: string[] = [];
  const time = { now: 1000 };
  const screen = { isTTY, write: (text: string) => said.push(text) };
  return { said, time, tools: { screen, clock: () => time.now } };
}

describe("a progress line on a terminal", () => {
  it("is drawn in its place at most ten times a second, with what is left, and wiped at the end", () => {
    const { said, time, tools } = screenOf(true);
    const line = progressLine({ what: "backup", unit: "bytes" }, tools);
    line.at(0, 100 * MIB);
    time.now += 50;
    line.at(MIB, 100 * MIB);
    time.now += 9950;
    line.at(25 * MIB, 100 * MIB);
    line.hide();
    expect(said).toEqual([
      "\r\u001B[2Kbackup ░░░░░░░░░░░░░░░░░░░░░░░░ 0 % (0 KiB of 100.0 MiB)",
      "\r\u001B[2Kbackup ██████░░░░░░░░░░░░░░░░░░ 25 % (25.0 MiB of 100.0 MiB), about 30 s left",
      "\r\u001B[2K",
    ]);
  });
});

describe("a progress line in a log", () => {
  it("says nothing about work of less than 5 seconds, and a plain line every 5 seconds of longer work", () => {
    const { said, time, tools } = screenOf(false);
    const line = progressLine({ what: "record", unit: "entries" }, tools);
    for (let done = 0; done <= 3000; done += 100) {
      line.at(done, 3000);
      time.now += 400;
    }
    line.hide();
    expect(said).toEqual([
      "record: 43 % (1,300 of 3,000 entries), about 7 s left\n",
      "record: 86 % (2,600 of 3,000 entries), about 2 s left\n",
    ]);
  });

  it("never says more than all, whatever came meanwhile", () => {
    const { said, time, tools } = screenOf(false);
    const line = progressLine({ what: "record", unit: "entries" }, tools);
    time.now += 6000;
    line.at(12, 10);
    expect(said).toEqual(["record: 100 % (10 of 10 entries)\n"]);
  });
});
