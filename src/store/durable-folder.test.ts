import { describe, expect, it } from "@jest/globals";
import { durableFolder } from "./durable-folder.ts";

function heldSyncs() {
  const running: {
    readonly done: () => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  const syncOnce = () =>
    new Promise<void>((done, fail) => {
      running.push({ done, fail });
    });
  return { running, syncOnce };
}

async function turns(): Promise<void> {
  await new Promise(setImmediate);
}

describe("durable folder", () => {
  it("answers 100 callers who come during one sync with one more sync", async () => {
    const { running, syncOnce } = heldSyncs();
    const folder = durableFolder("/nowhere", syncOnce);
    const first = folder.sync();
    let answered = 0;
    const later = Array.from({ length: 100 }, () =>
      folder.sync().then(() => (answered += 1)),
    );
    running[0]?.done();
    await first;
    await turns();
    expect(running.length).toBe(2);
    expect(answered).toBe(0);
    running[1]?.done();
    await Promise.all(later);
    expect(answered).toBe(100);
    expect(running.length).toBe(2);
  });

  it("never lets a caller share a sync that began before the call", async () => {
    const { running, syncOnce } = heldSyncs();
    const folder = durableFolder("/nowhere", syncOnce);
    const first = folder.sync();
    const second = folder.sync();
    running[0]?.done();
    await first;
    await turns();
    const third = folder.sync();
    expect(running.length).toBe(2);
    running[1]?.done();
    await second;
    await turns();
    expect(running.length).toBe(3);
    running[2]?.done();
    await third;
  });

  it("fails all who shared a failed sync and nobody after them", async () => {
    const { running, syncOnce } = heldSyncs();
    const folder = durableFolder("/nowhere", syncOnce);
    const first = folder.sync();
    const sharers = [folder.sync(), folder.sync()];
    running[0]?.fail(new Error("EIO"));
    await expect(first).rejects.toThrow("EIO");
    await turns();
    running[1]?.fail(new Error("EIO again"));
    for (const one of sharers) await expect(one).rejects.toThrow("EIO again");
    const next = folder.sync();
    running[2]?.done();
    await next;
  });
});
