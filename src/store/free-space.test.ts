import { describe, expect, it } from "@jest/globals";
import { freeSpaceGuard, roomOf } from "./free-space.ts";

describe("free space", () => {
  it("looks once for 1,000 mails that come together", async () => {
    let looks = 0;
    const refuseWhenFull = freeSpaceGuard(10, async () => {
      looks += 1;
      return { bytes: 11, files: null };
    });
    await Promise.all(Array.from({ length: 1000 }, refuseWhenFull));
    expect(looks).toBe(1);
  });

  it.each([
    [{ bytes: 9, files: null }, "STORE_FULL"],
    [{ bytes: 99, files: 9_999 }, "STORE_FULL"],
  ])("with %j left says %s", async (room, code) => {
    const refuseWhenFull = freeSpaceGuard(10, async () => room);
    await expect(refuseWhenFull()).rejects.toMatchObject({ code });
  });

  it("reads the room of a real folder, and a folder that is not there is STORE_FAILED", async () => {
    expect((await roomOf("/")).bytes).toBeGreaterThan(0);
    await expect(roomOf("/nowhere/at/all")).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
  });
});
