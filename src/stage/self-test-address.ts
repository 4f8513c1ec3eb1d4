/*
NAME       self-test-address: recipients that only this gateway can make, each good for one mail
ZONE       internet (the door), admin (who sends)
SECURITY   HMAC over time and a random number under a key of its own; short-lived, once, and from this machine only. A mail that
           comes in by it reaches no mailbox, so that the worst of a stolen one is work
*/
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SELF_TEST_DOMAIN } from "../core/check.ts";
import { MINUTE } from "../core/units.ts";

const LASTS_MS = 5 * MINUTE;
const NONCE_BYTES = 8;
const MAC_BYTES = 16;
const SHAPE = /^([0-9a-z]{8,9})\.([0-9a-f]{16})\.([0-9a-f]{32})$/;
/** Those used within their time; more are refused. */
const MAX_USED = 1000;

export function newSelfTestAddress(key: KeyObject, now: number): string {
  const until = (now + LASTS_MS).toString(36);
  const nonce = randomBytes(NONCE_BYTES).toString("hex");
  const mac = macOf(key, until, nonce).toString("hex");
  return `${until}.${nonce}.${mac}@${SELF_TEST_DOMAIN}`;
}

/** True once for each address that `newSelfTestAddress` made with this key. */
export function createSelfTestDoor(
  key: KeyObject,
  clock: () => number = Date.now,
): (untrustedLocal: string) => boolean {
  const used = new Map<string, number>();
  return (untrustedLocal) => {
    const [, until = "", nonce = "", mac = ""] =
      SHAPE.exec(untrustedLocal) ?? [];
    if (mac === "") return false;
    if (!timingSafeEqual(Buffer.from(mac, "hex"), macOf(key, until, nonce)))
      return false;
    const now = clock();
    for (const [one, end] of used) if (end < now) used.delete(one);
    const end = Number.parseInt(until, 36);
    if (end < now || used.has(nonce) || used.size >= MAX_USED) return false;
    used.set(nonce, end);
    return true;
  };
}

function macOf(key: KeyObject, until: string, nonce: string): Buffer {
  const mac = createHmac("sha256", key).update(`self-test ${until} ${nonce}`);
  return mac.digest().subarray(0, MAC_BYTES);
}
