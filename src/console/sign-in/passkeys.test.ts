import { describe, expect, it } from "@jest/globals";
import { createGate } from "../gate.ts";
import { passkeyPlace } from "./passkeys.ts";

const placeFor = (origin: string | null, host = "127.0.0.1", tls = false) =>
  passkeyPlace(createGate({ origin, host, tls, port: () => 8080 }));

describe("where passkeys work", () => {
  it.each([
    ["https://sekisho.town.lg.jp", "sekisho.town.lg.jp"],
    ["https://sekisho.town.lg.jp:8443", "sekisho.town.lg.jp"],
    ["http://localhost:9000", "localhost"],
  ])("%s is a place of its own", (origin, rpId) => {
    expect(placeFor(origin)).toEqual({ rpId, origin });
  });

  it("is localhost while the console has no name of its own", () => {
    expect(placeFor(null)).toEqual({
      ...{ rpId: "localhost", origin: "http://localhost:8080" },
    });
    expect(placeFor(null, "127.0.0.1", true)?.origin).toBe(
      "https://localhost:8080",
    );
  });

  it.each([
    ["an address", "http://127.0.0.1:8080"],
    ["an address with TLS", "https://192.0.2.7"],
    ["an address of IPv6", "https://[2001:db8::1]"],
    ["a name without TLS", "http://sekisho.town.lg.jp"],
  ])("is not %s", (_, origin) => {
    expect(placeFor(origin)).toBeNull();
  });
});
