import { describe, expect, it } from "@jest/globals";
import { OneEach } from "./one-each.ts";

describe("one of a kind for each person", () => {
  it("is free again when it was given back, and when whoever asked has left, also before", () => {
    const exports = new OneEach();
    const here = new AbortController();
    const first = exports.take("sato", here.signal);
    expect(first).not.toBeNull();
    expect(exports.take("sato", here.signal)).toBeNull();
    expect(exports.take("ito", here.signal)).not.toBeNull();
    first?.();
    const next = exports.take("sato", here.signal);
    expect(next).not.toBeNull();
    // An end that comes late gives back nobody else's.
    first?.();
    expect(exports.take("sato", here.signal)).toBeNull();
    here.abort();
    expect(exports.take("sato", here.signal)).not.toBeNull();
    expect(exports.take("sato", here.signal)).not.toBeNull();
  });
});
