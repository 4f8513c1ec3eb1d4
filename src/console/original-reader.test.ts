import { describe, expect, it } from "@jest/globals";
import { newItemId } from "../core/id.ts";
import type { ViewerReply } from "../socket/viewer-client.ts";
import { originalReader } from "./original-reader.ts";

/** Of "abc" (FIPS 180-4). */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

async function read(reply: ViewerReply, maxBytes: number) {
  const found = await originalReader(
    () => Promise.resolve(reply),
    maxBytes,
  )({ item: newItemId(), part: "2", request: "r" });
  if (found === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of found.chunks) pieces.push(piece);
  return [found.sha256, Buffer.concat(pieces)];
}

function content(...pieces: readonly string[]): ViewerReply {
  return {
    ...{ kind: "done", type: "application/octet-stream", bytes: null },
    content: (async function* () {
      for (const piece of pieces) {
        if (piece === "cut") throw new Error("ended early");
        yield await Promise.resolve(Buffer.from(piece));
      }
    })(),
  };
}

describe("an attachment as it came, from the viewer", () => {
  it("is handed on with the SHA-256 of its bytes", async () => {
    expect(await read(content("a", "bc"), 3)).toEqual([
      ...[ABC, Buffer.from("abc")],
    ]);
  });

  it.each([
    ["was not granted", { kind: "refused", code: "NOT_GRANTED" } as const],
    ["ended early", content("ab", "cut")],
    ["is longer than 3 bytes of 3", content("ab", "cd")],
  ])("is none when it %s", async (_why, reply) => {
    expect(await read(reply, 3)).toBeNull();
  });
});
