import { describe, expect, it } from "@jest/globals";
import { readPgpText } from "./pgp-text.ts";

const SIGNED = [
  "-----BEGIN PGP SIGNED MESSAGE-----",
  "Hash: SHA256",
  "",
  "本文です。",
  "- -- ",
  "-----BEGIN PGP SIGNATURE-----",
  "",
  "iQEzBAEBCAAd",
  "-----END PGP SIGNATURE-----",
];

describe("OpenPGP in text", () => {
  it("keeps the signed words, without armour, hashes, dash escapes and signature", () => {
    expect(readPgpText(["前", ...SIGNED, "後"].join("\r\n"))).toEqual({
      text: "前\n本文です。\n-- \n後",
      signed: true,
      encrypted: false,
    });
  });

  it("puts a note in the place of ciphertext", () => {
    const read = readPgpText(
      "前\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n後",
    );
    expect(read.encrypted).toBe(true);
    expect(read.text).toBe(
      "前\n［暗号化された部分は、検査できないため含めていません］\n後",
    );
  });

  it("hides nothing behind a signature that never ends", () => {
    const text = readPgpText(
      [...SIGNED.slice(0, -1), "大事な文"].join("\n"),
    ).text;
    expect(text).toContain("大事な文");
  });

  it("leaves text without armour as it is, line ends included", () => {
    const text = "a\r\nBEGIN PGP\r\n";
    expect(readPgpText(text)).toEqual({
      text,
      signed: false,
      encrypted: false,
    });
  });

  it("does not take words in the middle of a line for armour", () => {
    const text = "see -----BEGIN PGP MESSAGE----- there";
    expect(readPgpText(text)).toEqual({
      text,
      signed: false,
      encrypted: false,
    });
  });
});
