import { describe, expect, it } from "@jest/globals";
import { Rooms } from "./rooms.ts";

describe("the rooms of a document", () => {
  it("give what was given back to a page that fits, as large as the page", () => {
    const rooms = new Rooms();
    const first = rooms.take(12);
    rooms.giveBack(first);
    const small = rooms.take(8);
    expect(small.buffer).toBe(first.buffer);
    expect(small.length).toBe(8);
  });

  it("never give one room to two pages, though it was given back twice", () => {
    const rooms = new Rooms();
    const first = rooms.take(8);
    rooms.giveBack(first);
    rooms.giveBack(first);
    expect(rooms.take(8).buffer).not.toBe(rooms.take(8).buffer);
  });

  it("leave the large ones to large pages", () => {
    const rooms = new Rooms();
    const [large, small] = [rooms.take(24), rooms.take(8)];
    rooms.giveBack(large);
    rooms.giveBack(small);
    expect(rooms.take(8).buffer).toBe(small.buffer);
    expect(rooms.take(24).buffer).toBe(large.buffer);
  });

  it("make room for a larger page", () => {
    const rooms = new Rooms();
    rooms.giveBack(rooms.take(8));
    expect(rooms.take(9).length).toBe(9);
  });
});
