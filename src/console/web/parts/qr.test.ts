import { describe, expect, it } from "@jest/globals";
import { qrModules } from "./qr.ts";

/** So many bytes, the same each time. */
function textOf(bytes: number): string {
  let text = "";
  while (text.length < bytes)
    text += String.fromCharCode(97 + ((text.length * 7) % 26));
  return text;
}

describe("qrModules", () => {
  /** A second program (zbarimg) read each of these back as the text. */
  it.each([
    [1, 21, "56bb324cb2e86a13"],
    [17, 21, "425868795d7364e1"],
    [18, 25, "cece0bca31beb050"],
    [53, 29, "a6094c6d6069598b"],
    [78, 33, "045284bc8b1bb8ff"],
    [106, 37, "e2c3fc4ae29ec580"],
    [134, 41, "15487ff7b13dd8b0"],
    [154, 45, "40b6f9df8e179b08"],
    [192, 49, "6be917fca5d5da23"],
    [230, 53, "3327bddd2ba129a3"],
    [271, 57, "866fb5dc67317824"],
  ])(
    "draws %i bytes on %i modules as a reader reads them",
    async (bytes, size, known) => {
      const rows = qrModules(textOf(bytes)) ?? [];
      expect(rows).toHaveLength(size);
      const drawn = rows
        .map((row) => row.map((dark) => (dark ? "1" : "0")).join(""))
        .join("\n");
      const hash = await crypto.subtle.digest(
        "SHA-256",
        new TextEncoder().encode(drawn),
      );
      const shown = [...new Uint8Array(hash).slice(0, 8)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
      expect(shown).toBe(known);
    },
  );

  it("draws nothing for 272 bytes and more", () => {
    expect(qrModules(textOf(272))).toBeNull();
  });
});
