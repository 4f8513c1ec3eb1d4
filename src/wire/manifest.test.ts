import { describe, expect, it } from "@jest/globals";
import { newItemId } from "../core/id.ts";
import type { Manifest } from "../core/message.ts";
import { decodeManifest, encodeManifest } from "./manifest.ts";

const manifest: Manifest = {
  version: 1,
  item: newItemId(),
  tenant: "city",
  reversePath: "",
  recipients: ["田中@city.example", '"a b"@city.example'],
  bytes: 12,
  sha256: "0f".repeat(32),
  verdict: "cleaned",
  policyVersion: "p1",
  clearedAt: "2026-11-21T00:00:00.000Z",
};
const broken = expect.objectContaining({ code: "SEAL_BROKEN" });

function decoding(value: unknown): () => Manifest {
  return () => decodeManifest(JSON.stringify(value));
}

describe("manifest", () => {
  it("comes back from its line as it was", () => {
    expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest);
  });

  it("is the same line whatever order its fields came in", () => {
    const turned = Object.fromEntries(Object.entries(manifest).reverse());
    expect(encodeManifest(turned as unknown as Manifest)).toBe(
      encodeManifest(manifest),
    );
    expect(decoding(turned)).toThrow(broken);
  });

  it.each([
    ["version", 2],
    ["version", "1"],
    ["item", "../../etc/passwd"],
    ["tenant", ""],
    ["tenant", "a\nb"],
    ["reversePath", null],
    ["reversePath", "a@b\r\nRCPT TO:<x@y>"],
    ["recipients", []],
    ["recipients", "a@b"],
    ["recipients", [""]],
    ["recipients", ["a@b\u0000"]],
    ["recipients", Array.from({ length: 1001 }, () => "a@b")],
    ["recipients", ["a".repeat(401)]],
    ["bytes", -1],
    ["bytes", 1.5],
    ["bytes", "12"],
    ["sha256", "0F".repeat(32)],
    ["sha256", ""],
    ["verdict", "safe"],
    ["policyVersion", 7],
    ["clearedAt", "yesterday"],
  ])("refuses %s of %j", (field, value) => {
    expect(decoding({ ...manifest, [field]: value })).toThrow(broken);
  });

  it.each(Object.keys(manifest))("refuses a manifest without %s", (field) => {
    const less = Object.fromEntries(
      Object.entries(manifest).filter(([key]) => key !== field),
    );
    expect(decoding(less)).toThrow(broken);
  });

  it("refuses a field too many, a doubled field, a space too many, no JSON and no object", () => {
    const line = encodeManifest(manifest);
    expect(decoding({ ...manifest, extra: 1 })).toThrow(broken);
    for (const untrusted of [
      line.replace('"version":1', '"version":1,"version":1'),
      line.replace(":1,", ": 1,"),
      line.slice(1),
      "null",
      "[]",
      "x".repeat(600_000),
    ])
      expect(() => decodeManifest(untrusted)).toThrow(broken);
  });
});
