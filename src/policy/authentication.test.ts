import { describe, expect, it } from "@jest/globals";
import type {
  Authentication,
  AuthResult,
  DmarcPolicy,
} from "../core/authentication.ts";
import { isUnproven, whyHeld } from "./authentication.ts";

const one = (result: AuthResult) => ({ result, domain: "a.example" });

function found({
  spf = "none",
  dkim = [],
  dmarc = "none",
  policy = null,
  unclear = false,
}: {
  readonly spf?: AuthResult;
  readonly dkim?: readonly AuthResult[];
  readonly dmarc?: AuthResult;
  readonly policy?: DmarcPolicy | null;
  readonly unclear?: boolean;
}): Authentication {
  return {
    ...{ by: "gateway", spf: one(spf), dkim: dkim.map(one), arc: one("pass") },
    dmarc: {
      ...{ ...one(dmarc), policy },
      ...(unclear ? { unclearAuthor: true as const } : {}),
    },
  };
}

describe("a sender", () => {
  it.each<[string, Parameters<typeof found>[0]]>([
    ["DMARC fails", { dmarc: "fail", policy: "none" }],
    ["SPF and the only signature fail", { spf: "fail", dkim: ["fail"] }],
    ["there is more than one author", { dmarc: "permerror", unclear: true }],
  ])("is unproven where %s", (_, given) => {
    expect(isUnproven(found(given))).toBe(true);
  });

  it.each<[string, Parameters<typeof found>[0]]>([
    ["DMARC passes, whatever SPF says", { spf: "fail", dmarc: "pass" }],
    ["one signature holds", { spf: "fail", dkim: ["fail", "pass"] }],
    ["there is no signature", { spf: "fail" }],
    [
      "DNS was silent",
      { spf: "temperror", dkim: ["temperror"], dmarc: "temperror" },
    ],
  ])("is not said to be unproven where %s", (_, given) => {
    expect(isUnproven(found(given))).toBe(false);
  });
});

describe("a hold", () => {
  const hold = { onFail: "hold" } as const;

  it.each<DmarcPolicy>(["quarantine", "reject"])(
    "follows where DMARC fails and its domain asks for %s, and the policy says hold",
    (policy) => {
      const failed = found({ dmarc: "fail", policy });
      expect(whyHeld(failed, hold)).toBe(`a.example p=${policy}`);
      expect(whyHeld(failed, { onFail: "show" })).toBeNull();
    },
  );

  it("follows where nobody can say whose mail it is", () => {
    const unclear = found({ dmarc: "permerror", unclear: true });
    expect(whyHeld(unclear, hold)).toBe("more than one author");
    expect(whyHeld(unclear, { onFail: "show" })).toBeNull();
  });

  it.each<[string, Parameters<typeof found>[0]]>([
    ["its domain only watches", { dmarc: "fail", policy: "none" }],
    ["its domain asks for nothing", { dmarc: "fail" }],
    ["it is not known", { dmarc: "temperror", policy: "reject" }],
    ["it passes", { dmarc: "pass", policy: "reject" }],
  ])("does not follow where %s", (_, given) => {
    expect(whyHeld(found(given), hold)).toBeNull();
  });
});
