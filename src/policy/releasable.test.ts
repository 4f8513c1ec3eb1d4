import { describe, expect, it } from "@jest/globals";
import type { HoldCode } from "../core/verdict.ts";
import { whyNoRelease } from "./releasable.ts";

const whole = (code: HoldCode) => ({ code, part: null });
const part = (code: HoldCode) => ({ code, part: "2" });

describe("whyNoRelease", () => {
  it.each([
    [[], "not-held"],
    [[whole("VIRUS_FOUND")], "malicious"],
    [[part("VIRUS_FOUND")], "malicious"],
    [[part("VIRUS_FOUND"), part("ENCRYPTED")], "futile"],
    [[part("VIRUS_FOUND"), part("CONVERSION_FAILED")], null],
    [[whole("VIRUS_FOUND"), part("CONVERSION_FAILED")], "malicious"],
    [[whole("STRUCTURE_LIMIT")], "unreadable"],
    [[whole("SIZE_LIMIT")], "unreadable"],
    [[part("SIZE_LIMIT")], "futile"],
    [[part("ENCRYPTED"), part("TYPE_NOT_CONVERTED")], "futile"],
    [[part("ENCRYPTED"), part("CONVERSION_TIMEOUT")], null],
    [[whole("ENCRYPTED")], null],
    [[whole("AMBIGUOUS_STRUCTURE")], null],
    [[whole("DELIVERY_REFUSED")], null],
  ])("of %j is %j", (holds, why) => {
    expect(whyNoRelease(holds)).toBe(why);
  });
});
