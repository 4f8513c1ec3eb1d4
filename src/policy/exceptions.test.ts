import { describe, expect, it } from "@jest/globals";
import type { SenderException } from "../core/acts.ts";
import { addressPattern, ExceptionTable } from "./exceptions.ts";

const NOW = 1_000_000;

function exception(over: Partial<SenderException>): SenderException {
  return {
    ...{ id: "1", kind: "block", sender: "evil.example", recipient: null },
    ...{ tenant: null, who: "sato", why: "x", at: 0, until: NOW + 1 },
    ...{
      revokedBy: null,
      revokedWhy: null,
      revokedAt: null,
      uses: 0,
      usedAt: null,
    },
    ...over,
  };
}

const MAIL = {
  tenant: "kawa",
  reversePath: "Bob@Evil.example",
  from: ["bob@evil.example"],
  recipients: ["a@kawa.lg.jp", "b@kawa.lg.jp"],
};

function finds(
  over: Partial<SenderException>,
  mail: Partial<typeof MAIL> = {},
): boolean {
  const one = exception(over);
  const table = new ExceptionTable([one]);
  return table.find(one.kind, { ...MAIL, ...mail }, NOW) !== null;
}

describe("an exception by sender", () => {
  it.each([
    ["evil.example", true],
    [".evil.example", true],
    [".example", true],
    ["bob@evil.example", true],
    ["rob@evil.example", false],
    ["example", false],
    ["vil.example", false],
    [".sub.evil.example", false],
  ])("for %s fits bob@evil.example: %s", (sender, fits) => {
    expect(finds({ sender })).toBe(fits);
  });

  it("ends by itself, and is for its tenant alone", () => {
    expect(finds({ until: NOW })).toBe(false);
    expect(finds({ tenant: "yama" })).toBe(false);
    expect(finds({ tenant: "kawa" })).toBe(true);
  });

  it("blocks whether the envelope or the From says so, for any recipient it names", () => {
    expect(finds({}, { reversePath: "x@good.example" })).toBe(true);
    expect(finds({}, { from: ["x@good.example"] })).toBe(true);
    expect(finds({}, { reversePath: "", from: ["x@good.example"] })).toBe(
      false,
    );
    expect(finds({ recipient: "b@kawa.lg.jp" })).toBe(true);
    expect(finds({ recipient: "c@kawa.lg.jp" })).toBe(false);
  });

  it("trusts only where envelope and the one From agree, for all recipients", () => {
    const trust = { kind: "trust" } as const;
    expect(finds(trust)).toBe(true);
    expect(finds(trust, { reversePath: "x@good.example" })).toBe(false);
    expect(finds(trust, { from: ["x@good.example"] })).toBe(false);
    expect(
      finds(trust, { from: ["bob@evil.example", "bob@evil.example"] }),
    ).toBe(false);
    expect(finds(trust, { from: [] })).toBe(false);
    expect(finds({ ...trust, recipient: "b@kawa.lg.jp" })).toBe(false);
    expect(finds({ ...trust, recipient: "kawa.lg.jp" })).toBe(true);
  });

  it.each([
    ["A@Evil.Example", "a@evil.example"],
    [" evil.example ", "evil.example"],
    [".evil.example", ".evil.example"],
    ["jp", null],
    [".jp", null],
    ["*", null],
    ["*@evil.example", null],
    ["a b@evil.example", null],
    ["evil..example", null],
  ])("is kept of %j as %j", (given, kept) => {
    const mailbox = (text: string) => (/\s/.test(text) ? null : text);
    expect(addressPattern(given, mailbox)).toBe(kept);
  });
});
