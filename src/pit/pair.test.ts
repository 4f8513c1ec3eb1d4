import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { openPair, type Pair } from "./pair.ts";

const AHEAD_BYTES = 64 * 1024;

let pair: Pair;
afterEach(() => {
  pair.ours.destroy();
  pair.theirs.destroy();
});

/** What was written and did not fit into the socket. */
const waiting = () => pair.theirs.writableLength;

/** Names that accept connections (include/linux/net.h: __SO_ACCEPTCON). */
function listening(): readonly string[] {
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields[3] === "00010000")
    .map((fields) => fields[7] ?? "")
    .filter((name) => name.startsWith("@sekisho-"));
}

describe("a pair of sockets", () => {
  it("brings 8 MB of a child exactly as they were, into rooms of any size", async () => {
    pair = await openPair();
    const script = `const { writeSync } = require("node:fs");
      const bytes = Buffer.alloc(8_000_000, "0123456789abc");
      for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);`;
    const child = spawn(process.execPath, ["-e", script], {
      stdio: ["ignore", pair.theirs, "inherit"],
    });
    pair.theirs.destroy();
    const all = Buffer.alloc(8_000_000);
    const sizes = [1, 32, 70_000, 7, 2_000_000, 65_536, 65_537];
    let at = 0;
    for (let turn = 0; at < all.length; turn++) {
      const end = Math.min(at + sizes[turn % sizes.length]!, all.length);
      expect(await pair.reader.read(all.subarray(at, end))).not.toBeNull();
      at = end;
    }
    expect(all.equals(Buffer.alloc(8_000_000, "0123456789abc"))).toBe(true);
    expect(await pair.reader.readUpTo(new Uint8Array(1))).toBe(0);
    if (child.exitCode === null) await once(child, "exit");
  });

  it("fills memory that threads share without a copy", async () => {
    pair = await openPair();
    const bytes = randomBytes(300_000);
    pair.theirs.write(bytes);
    const room = new Uint8Array(new SharedArrayBuffer(300_000));
    expect(await pair.reader.read(room)).toBe(room);
    expect(Buffer.compare(Buffer.from(room), bytes)).toBe(0);
  });

  it("reads no more than one piece that nobody asked for", async () => {
    pair = await openPair();
    pair.theirs.write(Buffer.alloc(10_000_000));
    await pair.reader.read(new Uint8Array(1));
    await pause(100);
    const before = waiting();
    await pause(200);
    expect(waiting()).toBe(before);
    expect(before).toBeGreaterThan(9_000_000);
    const read = 1_000_000;
    await pair.reader.read(new Uint8Array(read));
    await pause(100);
    expect(before - waiting()).toBeLessThan(read + 4 * AHEAD_BYTES + 1_000_000);
  });

  it("gives null for a room that the end leaves unfilled, and says how far it came", async () => {
    pair = await openPair();
    pair.theirs.end("hello");
    const room = new Uint8Array(9);
    expect(await pair.reader.readUpTo(room)).toBe(5);
    expect(Buffer.from(room).toString("latin1", 0, 5)).toBe("hello");
    expect(await pair.reader.read(new Uint8Array(1))).toBeNull();
  });

  it("ends a read when its owner destroys it", async () => {
    pair = await openPair();
    const reading = pair.reader.read(new Uint8Array(1));
    pair.ours.destroy();
    expect(await reading).toBeNull();
  });

  it("leaves no name behind where anybody could connect", async () => {
    pair = await openPair();
    const before = listening();
    await pause(200);
    const after = listening();
    // Other tests open pairs of their own, each for a moment.
    expect(before.filter((name) => after.includes(name))).toEqual([]);
  });
});
