import { describe, expect, it } from "@jest/globals";
import { ClientCount, clientOf } from "./client-count.ts";

describe("client of an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0DB8:0001:2::1", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["", ""],
  ])("of %s is %s", (address, client) => {
    expect(clientOf(address)).toBe(client);
  });
});

describe("client count", () => {
  it("counts a /64 as one, and a place left twice as left once", () => {
    const count = new ClientCount(10, 2);
    const leave = count.enter("2001:db8::1");
    expect(leave).not.toBeNull();
    expect(count.enter("2001:db8::2")).not.toBeNull();
    expect(count.enter("2001:db8::3")).toBeNull();
    expect(count.enter("2001:db8:0:1::3")).not.toBeNull();
    leave?.();
    leave?.();
    expect(count.enter("2001:db8::3")).not.toBeNull();
    expect(count.enter("2001:db8::3")).toBeNull();
  });

  it("counts all clients together, too", () => {
    const count = new ClientCount(2, 2);
    expect(count.enter("192.0.2.1")).not.toBeNull();
    expect(count.enter("192.0.2.2")).not.toBeNull();
    expect(count.enter("192.0.2.3")).toBeNull();
  });
});
