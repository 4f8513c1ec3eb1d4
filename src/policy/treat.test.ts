import { describe, expect, it } from "@jest/globals";
import type { Plan, Treatment } from "../core/plan.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import { decide } from "./decide.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { sketchTree, type SketchedPart } from "./tree.fixture.ts";

const CLEAN: ScanVerdict = { kind: "clean", engine: "test" };

function planOf(parts: readonly SketchedPart[]): Plan {
  const tree = sketchTree(parts);
  return decide(
    {
      tree,
      whole: CLEAN,
      leaves: new Map(tree.parts.map((part) => [part.id, CLEAN])),
      names: new Map(),
      authentication: null,
    },
    { policy: DEFAULT_POLICY, policyVersion: "t", override: null },
  ).plan;
}

const treatments = (parts: readonly SketchedPart[]): Treatment[] =>
  planOf(parts).parts.map((part) => part.treatment);
const under = (type: string, ...parts: SketchedPart[]): SketchedPart[] => [
  { parent: null, type, kind: null },
  ...parts,
];
const leaf = (type: string, kind: string, name?: string): SketchedPart => ({
  ...{ parent: 0, type, kind },
  ...(name === undefined ? {} : { name }),
});
const TEXT = leaf("text/plain", "text/plain");
const P7S = "application/pkcs7-signature";

describe("signed mail", () => {
  it("is shown without its signature, and a finding says so", () => {
    const plan = planOf(
      under("multipart/signed", TEXT, leaf(P7S, P7S, "smime.p7s")),
    );
    expect(plan.parts.map((part) => part.treatment)).toEqual([
      { kind: "body-text", from: "plain" },
      { kind: "drop", why: "signature" },
    ]);
    expect(plan.findings).toEqual([
      { code: "signature-not-kept", part: "2", detail: "" },
    ]);
  });

  it.each(["smime.p7s", "signature.asc"])(
    "drops %s also where a list made a multipart/mixed of it",
    (name) => {
      const kind = name.endsWith("p7s") ? P7S : "application/pgp-signature";
      expect(
        treatments(under("multipart/mixed", TEXT, leaf(kind, kind, name)))[1],
      ).toEqual({ kind: "drop", why: "signature" });
    },
  );

  it("holds the signature of a file, which belongs to the file", () => {
    expect(
      treatments(
        under("multipart/mixed", TEXT, leaf(P7S, P7S, "契約書.pdf.p7s")),
      )[1],
    ).toEqual({ kind: "notice", hold: "TYPE_NOT_CONVERTED" });
  });

  it("treats by content what is only called a signature", () => {
    expect(
      treatments(
        under(
          "multipart/signed",
          TEXT,
          leaf(P7S, "application/pdf", "smime.p7s"),
        ),
      )[1],
    ).toEqual({ kind: "rasterize", pit: "pdf" });
  });

  it("says that the signature is gone when an opaque one was opened", () => {
    const plan = planOf([
      { parent: null, type: "application/pkcs7-mime", kind: null },
      TEXT,
    ]);
    expect(plan.findings.map(({ code }) => code)).toEqual([
      "signature-not-kept",
    ]);
  });

  it("holds an opaque one that could not be opened", () => {
    expect(
      treatments([
        { parent: null, type: "text/plain", kind: "application/pkcs7-mime" },
      ]),
    ).toEqual([{ kind: "notice", hold: "NOT_UNDERSTOOD" }]);
  });
});

describe("encrypted mail", () => {
  it("is held once: PGP/MIME has a part of fixed words in front", () => {
    expect(
      treatments(
        under(
          "multipart/encrypted",
          leaf("application/pgp-encrypted", "text/plain"),
          leaf("application/octet-stream", "application/octet-stream"),
        ),
      ),
    ).toEqual([
      { kind: "drop", why: "pgp-version" },
      { kind: "notice", hold: "ENCRYPTED" },
    ]);
  });

  it("does not let a long part go by as the fixed words", () => {
    const long = {
      ...leaf("application/pgp-encrypted", "text/plain"),
      bytes: 101,
    };
    expect(treatments(under("multipart/encrypted", long))).toEqual([
      { kind: "notice", hold: "ENCRYPTED" },
    ]);
  });

  it.each(["application/pgp-encrypted", "application/x-pkcs7-encrypted"])(
    "is held whatever it calls itself: %s",
    (kind) => {
      expect(
        treatments(under("multipart/mixed", leaf("text/plain", kind))),
      ).toEqual([{ kind: "notice", hold: "ENCRYPTED" }]);
    },
  );
});

describe("references to content elsewhere", () => {
  it.each(["message/partial", "message/external-body"])("holds %s", (type) => {
    expect(
      treatments(under("multipart/mixed", leaf(type, "text/plain"))),
    ).toEqual([{ kind: "notice", hold: "TYPE_FORBIDDEN" }]);
  });
});
