import { describe, expect, it } from "@jest/globals";
import { createConsole, type ConsoleTools } from "./server.ts";

const NONE_YET = {
  ...{ received: 0, inspected: 0, planned: 0, sanitized: 0, cleared: 0 },
  ...{ delivered: 0, held: 0, discarded: 0 },
};

const tools: ConsoleTools = {
  zoneName: "庁内",
  status: async () => ({
    now: 0,
    lanes: [{ lane: "deliver", waiting: 3, oldestMs: null }],
    counts: NONE_YET,
    recent: [],
    holds: [],
    problems: [],
    scanner: null,
  }),
  mailbox: { list: async () => [], open: async () => null },
};

describe("console", () => {
  it.each([
    ["/", "庁内 側への配送"],
    ["/mailbox", "庁内 側の内蔵メールボックス"],
  ])("calls the inner side by its name on %s", async (url, words) => {
    const app = createConsole(tools);
    const { body } = await app.inject({ url });
    expect(body).toContain(words);
    await app.close();
  });
});
