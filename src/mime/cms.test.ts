import { describe, expect, it } from "@jest/globals";
import { Buffer } from "node:buffer";
import { cmsKind, signedContent } from "./cms.ts";

/** Made with OpenSSL 3 for this test; the key is gone. */
const bytes = (base64: string) => Buffer.from(base64, "base64");
const SIGNED = bytes(
  "MIHeBgkqhkiG9w0BBwKggdAwgc0CAQMxDTALBglghkgBZQMEAgEwOQYJKoZIhvcNAQcBoCwEKkNvbnRlbnQtVHlwZTogdGV4dC9wbGFpbg0KDQpzaWduZWQgd29yZHMNCjF+MHwCAQOAFE78HGyhB7Y2Gz45DZDwXiARn3ZgMAsGCWCGSAFlAwQCATAKBggqhkjOPQQDAgRIMEYCIQCHreY0PVp5OBN3eosySiFqAMeQ8jxTvHC8zQc2+XsRjQIhAITrwc2NdSsWVGOQGYpCExVelZgm33O0Pu+PAZVhtmVd",
);
const STREAMED = bytes(
  "MIAGCSqGSIb3DQEHAqCAMIACAQMxDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBoIAkgAQqQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluDQoNCnNpZ25lZCB3b3Jkcw0KAAAAAAAAMXwwegIBA4AUTvwcbKEHtjYbPjkNkPBeIBGfdmAwCwYJYIZIAWUDBAIBMAoGCCqGSM49BAMCBEYwRAIgQ0t6e9Phf8uSprQs6mWvaHz5Bf49B5xWxB/wQuSiDO4CIFyYh/gM8HPNbT7CiEM5Ll0CUP8DYyXqALegEBCmMFP/AAAAAAAA",
);
const DETACHED = bytes(
  "MIGvBgkqhkiG9w0BBwKggaEwgZ4CAQMxDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBMX0wewIBA4AUTvwcbKEHtjYbPjkNkPBeIBGfdmAwCwYJYIZIAWUDBAIBMAoGCCqGSM49BAMCBEcwRQIgYy80TceS1c3cVzx8ePnLFmjwNIwzv2Xvcatdm+7i9BgCIQCkHtyxAoJVmBmeaT+5vgeYdqM+pEBkm4lZhZhpN9t+xQ==",
);
const ENVELOPED = bytes(
  "MIIBIAYJKoZIhvcNAQcDoIIBETCCAQ0CAQIxgamhgaYCAQOgUaFPMAkGByqGSM49AgEDQgAEEWBhNp7FWgkdVt5Y2zNu+wufo5HTvxLrre/3bIzmr5sPqy/Tegd4Da8lXrHgStFcfwpLsqRr6rXI5JDJ7sEdAjAYBgkrgQUQhkg/AAIwCwYJYIZIAWUDBAEF",
);
const ENCRYPTED_DATA = bytes(
  "MHAGCSqGSIb3DQEHBqBjMGECAQAwXAYJKoZIhvcNAQcBMB0GCWCGSAFlAwQBAgQQM5AyMgVELNEkAzwkiSXeI4AwI9udN3UrceivtBcZ++Yi",
);
const WORDS = "Content-Type: text/plain\r\n\r\nsigned words\r\n";
const text = (content: Uint8Array | null) =>
  content === null ? null : Buffer.from(content).toString();

describe("the outer shell of S/MIME", () => {
  it.each([
    ["signed", SIGNED],
    ["signed", STREAMED],
    ["signature", DETACHED],
    ["encrypted", ENVELOPED],
    ["encrypted", ENCRYPTED_DATA],
  ] as const)("is told: %s", (kind, shell) => {
    expect(cmsKind(shell)).toBe(kind);
  });

  it("gives the signed content, in one piece or in pieces of indefinite length", () => {
    expect(text(signedContent(SIGNED))).toBe(WORDS);
    expect(text(signedContent(STREAMED))).toBe(WORDS);
  });

  it("joins many pieces, and pieces in pieces", () => {
    // SEQ { OID signedData, [0] { SEQ { 1, SET {}, SEQ { OID data, [0] { pieces }}}}}, all of indefinite length.
    const head =
      "308006092a864886f70d010702a0803080020101310030" +
      "8006092a864886f70d010701a080";
    const pieces =
      "2480" + "0401" + "61" + "2403" + "0401" + "62" + "0401" + "63" + "0000";
    expect(
      text(
        signedContent(
          Buffer.from(`${head}${pieces}${"0000".repeat(6)}`, "hex"),
        ),
      ),
    ).toBe("abc");
  });

  it("has no content in a signature alone, in ciphertext, or in nothing", () => {
    for (const none of [DETACHED, ENVELOPED, Buffer.alloc(0), Buffer.from("0")])
      expect(signedContent(none)).toBeNull();
  });

  it("is null or the whole content for each of the shell's beginnings, never a part of it", () => {
    for (let length = 0; length <= SIGNED.length; length++)
      expect([null, WORDS]).toContain(
        text(signedContent(SIGNED.subarray(0, length))),
      );
  });

  it("stays within the bytes whatever one byte says", () => {
    for (const shell of [SIGNED, STREAMED])
      for (let at = 0; at < 90; at++)
        for (const value of [0x00, 0x24, 0x7f, 0x80, 0x84, 0xff]) {
          const changed = Buffer.from(shell);
          changed[at] = value;
          expect(signedContent(changed)?.length ?? 0).toBeLessThan(
            shell.length,
          );
          cmsKind(changed);
        }
  });

  it("refuses pieces nested 100,000 deep", () => {
    const head = Buffer.from(
      "308006092a864886f70d010702a08030800201013100308006092a864886f70d010701a080",
      "hex",
    );
    const deep = Buffer.concat([head, Buffer.alloc(200_000, "2480", "hex")]);
    expect(signedContent(deep)).toBeNull();
  });

  it("joins a million pieces of one byte", () => {
    const head = Buffer.from(
      "308006092a864886f70d010702a08030800201013100308006092a864886f70d010701a0802480",
      "hex",
    );
    const pieces = Buffer.alloc(3_000_000, "040161", "hex");
    const content = signedContent(
      Buffer.concat([head, pieces, Buffer.alloc(14)]),
    );
    expect(content?.byteLength).toBe(1_000_000);
    expect(content?.every((byte) => byte === 0x61)).toBe(true);
  });
});
