import { describe, expect, it } from "@jest/globals";
import { authenticationBy } from "./authentication-results.ts";

const field = (untrustedValue: string) => ({
  name: "Authentication-Results",
  untrustedValue,
});
const NONE = { result: "none", domain: null };

describe("the field of a trusted server", () => {
  it("gives SPF, each signature, DMARC with what the domain asks for, and ARC", () => {
    const told = authenticationBy("MX.example", [
      field(
        'mx.example 1; spf=softfail (mx.example: domain of "a; dmarc=pass (x)"@b.example) smtp.mailfrom=info@B.example; ' +
          'dkim=pass (2048-bit key; unprotected) header.d=b.example header.i=@c.example; dkim=fail reason="bad; signature" header.i=@d.example; ' +
          "dmarc=fail (p=REJECT sp=NONE dis=NONE) header.from=b.example; arc=none",
      ),
    ]);
    expect(told).toEqual({
      by: "server",
      spf: { result: "softfail", domain: "b.example" },
      dkim: [
        { result: "pass", domain: "b.example" },
        { result: "fail", domain: "d.example" },
      ],
      dmarc: { result: "fail", domain: "b.example", policy: "reject" },
      arc: NONE,
    });
  });

  it("is the topmost of exactly its name: others and those below are not believed", () => {
    const told = authenticationBy("mx.example", [
      field("evil.example; dmarc=pass header.from=bank.example"),
      field("mx.example.evil.example; dmarc=pass header.from=bank.example"),
      field("mx.example; dmarc=fail header.from=bank.example"),
      field("mx.example; dmarc=pass header.from=bank.example"),
    ]);
    expect(told?.dmarc.result).toBe("fail");
    expect(authenticationBy("mx.example", [])).toBeNull();
  });

  it("that says none of them leaves all at none", () => {
    expect(authenticationBy("mx.example", [field("mx.example; none")])).toEqual(
      {
        by: "server",
        ...{ spf: NONE, dkim: [], arc: NONE },
        dmarc: { ...NONE, policy: null },
      },
    );
  });

  it("shows no domain but a host name, and no result that is not registered", () => {
    const told = authenticationBy("mx.example", [
      field(
        'mx.example; spf=bestguesspass smtp.mailfrom="a@<b>.example"; dmarc/1=pass policy.dmarc=none header.from=b.example',
      ),
    ]);
    expect(told?.spf).toEqual({ result: "neutral", domain: null });
    expect(told?.dmarc.policy).toBe("none");
  });

  it("of 16 KiB of nonsense is read in a moment, a longer one not at all", () => {
    const nonsense = `mx.example; spf=pass ${"a".repeat(8000)} ${'"\\('.repeat(2000)}`;
    expect(authenticationBy("mx.example", [field(nonsense)])?.spf.result).toBe(
      "pass",
    );
    const long = `mx.example; dmarc=pass ${"(".repeat(20_000)}`;
    expect(authenticationBy("mx.example", [field(long)])).toBeNull();
  });
});
