import { describe, expect, it } from "@jest/globals";
import {
  base32,
  oneTimeCode,
  otpauthAddress,
  stepAt,
  stepOf,
} from "./one-time-code.ts";

const SECRET = Buffer.from("12345678901234567890");

describe("one-time code", () => {
  it("is RFC 4226's for counters 0 to 9 (appendix D)", () => {
    const codes = Array.from({ length: 10 }, (_, at) =>
      oneTimeCode(SECRET, at),
    );
    expect(codes).toEqual([
      ...["755224", "287082", "359152", "969429", "338314"],
      ...["254676", "287922", "162583", "399871", "520489"],
    ]);
  });

  it.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("is RFC 6238's at %i s: %s (appendix B)", (seconds, code) => {
    expect(oneTimeCode(SECRET, stepAt(seconds * 1000), 8)).toBe(code);
  });

  it("counts one step around now, and no further", () => {
    const now = 1_234_567_890_000;
    const step = stepAt(now);
    const found = [-2, -1, 0, 1, 2].map((around) =>
      stepOf(SECRET, oneTimeCode(SECRET, step + around), now),
    );
    expect(found).toEqual([null, step - 1, step, step + 1, null]);
  });

  it.each(["", "0059240", "00592", "００５９２４", "abcdef", "005924 "])(
    "is not %j, though the code is 005924",
    (wrong) => {
      const now = 1_234_567_890_000;
      expect(stepOf(SECRET, "005924", now)).toBe(stepAt(now));
      expect(stepOf(SECRET, wrong, now)).toBeNull();
    },
  );

  it("goes to the app in base 32 (RFC 4648 §10)", () => {
    const words = ["f", "fo", "foo", "foob", "fooba", "foobar"];
    expect(words.map((word) => base32(Buffer.from(word)))).toEqual([
      ...["MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"],
    ]);
    expect(otpauthAddress("yamada", SECRET)).toBe(
      "otpauth://totp/Sekisho%3Ayamada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sekisho&algorithm=SHA1&digits=6&period=30",
    );
  });
});
