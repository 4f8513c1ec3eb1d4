import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHistory, sentUpTo } from "./history.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-history-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("knows the last entry that every collector has: the slowest one's; of an unknown history or collector nothing was sent", () => {
  const file = join(folder, "history.db");
  expect(sentUpTo(file, [])).toBeNull();
  expect(sentUpTo(file, ["file"])).toBe(0);
  const history = createHistory(file);
  history.setCursor("sent.file", 70);
  expect(sentUpTo(file, ["file"])).toBe(70);
  expect(sentUpTo(file, ["file", "syslog"])).toBe(0);
  history.setCursor("sent.syslog", 12);
  expect(sentUpTo(file, ["file", "syslog"])).toBe(12);
  history.close();
});
