import { describe, expect, it } from "@jest/globals";
import { boundSignatures, MAX_SIGNATURES_A_MAIL } from "./signed-header.ts";

const signature = (at: number) =>
  `DKIM-Signature: v=1; d=D${String(at)}.example;\r\n\ts=sel\r\n ector; b=AAAA\r\n`;

describe("the header of a signed mail", () => {
  it("with few signatures stays as it is, byte for byte, and tells where their keys are", () => {
    const block = Buffer.from(`${signature(1)}From: \xff\r\n\r\n`, "latin1");
    const bound = boundSignatures(block);
    expect(bound.block).toBe(block);
    expect(bound.keyNames).toEqual(["selector._domainkey.d1.example"]);
    expect(bound.hasTooLong).toBe(false);
  });

  it("with more than five keeps the lowest five, and every other field", () => {
    const all = Array.from({ length: 1000 }, (_, at) => signature(at));
    const block = Buffer.from(
      `To: \xff\r\n${all.join("")}From: a\r\n\r\n`,
      "latin1",
    );
    const bound = boundSignatures(block);
    expect(bound.block.toString("latin1")).toBe(
      `To: \xff\r\n${all.slice(-MAX_SIGNATURES_A_MAIL).join("")}From: a\r\n\r\n`,
    );
    expect(bound.keyNames).toHaveLength(MAX_SIGNATURES_A_MAIL);
  });

  it("counts what only a lenient reader takes for a signature, and asks for no key that is not named", () => {
    const odd = "dkim-signature\r\n: d=a.example\r\n".repeat(7);
    const { block, keyNames } = boundSignatures(Buffer.from(odd));
    expect(block.toString().match(/dkim-signature/g)).toHaveLength(5);
    expect(keyNames).toEqual([]);
  });

  it("leaves out a field of more than 2000 lines", () => {
    const folded = `Subject: ${"\r\n ".repeat(2001)}x\r\n`;
    const from = "From: a\r\n";
    const bound = boundSignatures(Buffer.from(folded + from));
    expect([bound.block.toString(), bound.hasTooLong]).toEqual([from, true]);
  });

  it.each([
    "DKIM-Signature",
    "ARC-Seal",
    "ARC-Message-Signature",
    "dkim-signature ",
  ])(
    "leaves out a %s of more than 8 KiB, which would take seconds to read, and says so",
    (name) => {
      const long = `${name}: v=1; d=a.example; s=s; z=a${" ".repeat(8192)}x\r\n`;
      const from = "From: a\r\n";
      const { block, keyNames, hasTooLong } = boundSignatures(
        Buffer.from(long + signature(1) + from),
      );
      expect(block.toString()).toBe(signature(1) + from);
      expect([keyNames.length, hasTooLong]).toEqual([1, true]);
    },
  );

  it("asks for the key of the newest ARC signature alone", () => {
    const seal = (at: number) =>
      `ARC-Message-Signature: i=${String(at)}; d=a.example; s=s${String(at)}\r\n`;
    const { keyNames } = boundSignatures(Buffer.from(seal(2) + seal(1)));
    expect(keyNames).toEqual(["s2._domainkey.a.example"]);
  });
});
