import { createHmac } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { newItemId } from "../core/id.ts";
import { DAY, HOUR } from "../core/units.ts";
import { linkExpiry, readLinkToken, writeLinkToken } from "./recipient-link.ts";
import type { SignBytes } from "./recipient-link.ts";

const signer =
  (key: string): SignBytes =>
  (bytes) =>
    createHmac("sha256", key).update(bytes).digest();
const sign = signer("a key");
const DAYS = 20_000;

describe("a recipient's link", () => {
  it.each([0, 1, 99, null])(
    "says its item, recipient %s and day again, in 48 characters",
    (recipient) => {
      for (let times = 0; times < 200; times += 1) {
        const link = {
          ...{ item: newItemId(), recipient, expiresAt: DAYS * DAY },
        };
        const token = writeLinkToken(link, sign);
        expect(token).toHaveLength(48);
        expect(readLinkToken(token, sign)).toEqual(link);
      }
    },
  );

  it("is the same for the same mail, whenever it is made", () => {
    const item = newItemId();
    const at = DAYS * DAY + 9 * HOUR;
    expect(linkExpiry(at, 30)).toBe(linkExpiry(at + 14 * HOUR, 30));
    const link = { item, recipient: 0, expiresAt: linkExpiry(at, 30) };
    expect(writeLinkToken(link, sign)).toBe(writeLinkToken(link, sign));
  });

  it("works for 30 days at least and 31 at most", () => {
    for (const at of [DAYS * DAY, DAYS * DAY + 1, (DAYS + 1) * DAY - 1]) {
      const days = (linkExpiry(at, 30) - at) / DAY;
      expect(days).toBeGreaterThan(30 - 1e-9);
      expect(days).toBeLessThanOrEqual(31);
    }
  });

  it("is nothing with any character changed, cut off or added, or with another key", () => {
    const link = { item: newItemId(), recipient: 3, expiresAt: DAYS * DAY };
    const token = writeLinkToken(link, sign);
    for (let at = 0; at < token.length; at += 1)
      for (const other of ["A", "B", "_", "9"]) {
        const altered = token.slice(0, at) + other + token.slice(at + 1);
        if (altered !== token)
          expect([at, other, readLinkToken(altered, sign)]).toEqual([
            ...[at, other, null],
          ]);
      }
    for (const altered of [token.slice(1), `${token}A`, "", "../../etc", "é"])
      expect(readLinkToken(altered, sign)).toBeNull();
    expect(readLinkToken(token, signer("another key"))).toBeNull();
  });
});
