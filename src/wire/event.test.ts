import { describe, expect, it } from "@jest/globals";
import { framed, jsonLine, syslogMessage } from "./event.ts";
import type { Event } from "./event.ts";

const EVENT: Event = {
  ...{ seq: 7, at: Date.parse("2026-11-21T01:02:03.456Z"), act: "released" },
  ...{ actor: "sato", item: "01J0000000000000000000000A", hash: "ab" },
  facts: '{"why":"確認済み"}',
};

describe("an event as syslog", () => {
  it("has the form of RFC 5424, with number, act, actor, item and hash", () => {
    expect(syslogMessage(EVENT, "gate.example")).toBe(
      `<109>1 2026-11-21T01:02:03.456Z gate.example sekisho - released ` +
        `[sekisho@32473 seq="7" act="released" actor="sato" item="01J0000000000000000000000A" hash="ab"]` +
        `[meta sequenceId="7"] \ufeff{"why":"確認済み"}`,
    );
  });

  it("escapes what would end a value, and takes out what would end a line", () => {
    const said = syslogMessage({ ...EVENT, actor: 'a"]\\\n b' }, "g");
    expect(said).toContain('actor="a\\"\\]\\\\? b"');
  });

  it("is counted in octets, not in characters", () => {
    const frame = new TextDecoder().decode(framed("あ\n"));
    expect(frame).toBe("4 あ\n");
  });

  it("begins its sequence again after 2147483647", () => {
    expect(syslogMessage({ ...EVENT, seq: 2_147_483_648 }, "g")).toContain(
      'seq="2147483648"',
    );
    expect(syslogMessage({ ...EVENT, seq: 2_147_483_648 }, "g")).toContain(
      'sequenceId="1"',
    );
  });
});

describe("an event as a line", () => {
  it("is one JSON object a line, with the facts as they stand in the record", () => {
    const line = jsonLine(EVENT);
    expect(line.endsWith("\n")).toBe(true);
    expect(JSON.parse(line)).toEqual({
      ...{ seq: 7, time: "2026-11-21T01:02:03.456Z", act: "released" },
      ...{ actor: "sato", item: EVENT.item, hash: "ab" },
      facts: { why: "確認済み" },
    });
  });

  it("holds no character that breaks or turns a line, and the same words", () => {
    const why = "a\u2028b\u202ec\u0085d";
    const line = jsonLine({ ...EVENT, facts: JSON.stringify({ why }) });
    expect(line.slice(0, -1)).toMatch(/^[\x20-\x7e]*$/);
    expect((JSON.parse(line) as { facts: unknown }).facts).toEqual({ why });
  });

  it("tells of facts of 6,001 characters only how long they were", () => {
    const facts = JSON.stringify("x".repeat(5999));
    expect(
      (JSON.parse(jsonLine({ ...EVENT, facts })) as { facts: unknown }).facts,
    ).toEqual({ cut: true, characters: 6001 });
  });
});
