import { describe, expect, it } from "@jest/globals";
import { FairPlaces } from "./fair-places.ts";

describe("places that people share", () => {
  it("are not filled by one of them: 2 at work, 4 waiting, the rest hears null, and others have theirs", async () => {
    const places = new FairPlaces({
      all: { atATime: 4, mayWait: 32 },
      each: { atATime: 2, mayWait: 4 },
    });
    let running = 0;
    let most = 0;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const work = async () => {
      most = Math.max(most, ++running);
      await ended;
      running -= 1;
      return "done";
    };
    const many = Array.from({ length: 40 }, () => places.run("itaku", work));
    const others = ["sato", "ito"].map((name) => places.run(name, work));
    await Promise.resolve();
    expect(most).toBe(4);
    end();
    const said = await Promise.all(many);
    expect(said.filter((one) => one === "done")).toHaveLength(6);
    expect(await Promise.all(others)).toEqual(["done", "done"]);
    expect(await places.run("itaku", work)).toBe("done");
  });

  it("are given back by work that fails", async () => {
    const room = { atATime: 1, mayWait: 0 };
    const places = new FairPlaces({ all: room, each: room });
    const fails = async () => {
      throw new Error("x");
    };
    await expect(places.run("sato", fails)).rejects.toThrow("x");
    expect(await places.run("sato", async () => 1)).toBe(1);
  });
});
