import { describe, expect, it } from "@jest/globals";
import { createGate } from "./gate.ts";

const local = createGate({
  ...{ origin: null, host: "127.0.0.1", tls: false, port: () => 8080 },
});
const secure = createGate({
  ...{ origin: "https://sekisho.kawa.lg.jp", host: "0.0.0.0" },
  ...{ tls: false, port: () => 8080 },
});

describe("gate", () => {
  it("knows where it is reached", () => {
    expect([local.origin, secure.origin]).toEqual([
      "http://127.0.0.1:8080",
      "https://sekisho.kawa.lg.jp",
    ]);
  });

  it("sets a cookie for this host, this path, TLS and no script", () => {
    expect(secure.setCookie("t")).toBe(
      "__Host-sekisho=t; Path=/; HttpOnly; SameSite=Strict; Secure",
    );
    expect(local.setCookie(null)).toBe(
      "sekisho=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
    );
  });

  it.each([
    [undefined, null],
    ["", null],
    ["sekisho=a", "a"],
    ["other=b; sekisho=a; more=c", "a"],
    ["sekisho=a; sekisho=b", null],
    ["xsekisho=a", null],
    ["__Host-sekisho=a", null],
  ])("reads %j as %j", (header, token) => {
    expect(local.readCookie(header)).toBe(token);
  });

  it.each([
    ["127.0.0.1:8080", true],
    ["localhost", true],
    ["[::1]:8080", true],
    ["LOCALHOST:1", true],
    ["evil.example", false],
    ["127.0.0.1.evil.example", false],
    ["localhost@evil.example", false],
    ["localhost:80:80", false],
    ["", false],
    [undefined, false],
  ])("takes the host %j for its own: %j", (host, own) => {
    expect(local.isOurHost(host)).toBe(own);
  });

  it.each([
    ["https://sekisho.kawa.lg.jp", true],
    ["http://sekisho.kawa.lg.jp", false],
    ["https://sekisho.kawa.lg.jp:8443", false],
    ["https://sekisho.kawa.lg.jp.evil.example", false],
    ["null", false],
    [undefined, true],
  ])("takes a change from %j for its own page's: %j", (origin, own) => {
    const asked = { changes: true, origin, fetchSite: undefined };
    expect(secure.isOurPage(asked)).toBe(own);
  });
});
