import { describe, expect, it } from "@jest/globals";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Pit } from "../core/pit.ts";
import type { Workspace } from "../core/stores.ts";
import { withPasswords } from "./try-passwords.ts";

const document = memoryContent(Buffer.from("x"), "") as UntrustedContent;
const workspace: Workspace = {
  hold: () => {
    const pieces: Uint8Array[] = [];
    return {
      bytes: 0,
      add: (piece) => void pieces.push(piece),
      finish: async () => memoryContent(Buffer.concat(pieces), ""),
    };
  },
  dispose: async () => undefined,
};

/** Opens with one word, and says at the end of what it gives whether that was the one. */
function pitFor(word: string, otherwise = new Fault("DOCUMENT_ENCRYPTED")) {
  const tried: (string | undefined)[] = [];
  const pit: Pit = {
    open: async (_kind, _document, password) => {
      tried.push(password);
      if (password !== word) throw otherwise;
      return { pageCount: 1, findings: [], pages: (async function* () {})() };
    },
    unpack: async (_container, password) => {
      tried.push(password);
      return (async function* () {
        yield Buffer.from("half ");
        if (password !== word) throw otherwise;
        yield Buffer.from("whole");
      })();
    },
    convert: () => Promise.reject(otherwise),
    proveWalls: async () => [],
  };
  return { pit, tried };
}

describe("a pit with passwords", () => {
  it("tries none, then each, and on the next document first what opened the last", async () => {
    const { pit, tried } = pitFor("c");
    const trying = withPasswords(pit, ["a", "b", "c"], workspace);
    await trying.open("pdf", document);
    await trying.open("pdf", document);
    expect(tried).toEqual([undefined, "a", "b", "c", undefined, "c"]);
  });

  it("gives nothing of a container that turns out closed half way through", async () => {
    const { pit } = pitFor("b");
    const trying = withPasswords(pit, ["a", "b"], workspace);
    const pieces = [];
    for await (const piece of await trying.unpack(document))
      pieces.push(Buffer.from(piece).toString());
    expect(pieces.join("")).toBe("half whole");
  });

  it("says ENCRYPTED when none opens it, and any other fault at once", async () => {
    const closed = withPasswords(pitFor("z").pit, ["a"], workspace);
    await expect(closed.open("pdf", document)).rejects.toMatchObject({
      code: "DOCUMENT_ENCRYPTED",
    });
    const { pit, tried } = pitFor("z", new Fault("PIT_UNAVAILABLE"));
    const broken = withPasswords(pit, ["a", "b"], workspace);
    await expect(broken.unpack(document)).rejects.toMatchObject({
      code: "PIT_UNAVAILABLE",
    });
    expect(tried).toEqual([undefined]);
  });

  it("tries 60 times for all documents together", async () => {
    const { pit, tried } = pitFor("z");
    const words = Array.from({ length: 20 }, (_, n) => String(n));
    const trying = withPasswords(pit, words, workspace);
    for (let n = 0; n < 5; n += 1)
      await trying.open("pdf", document).catch(() => undefined);
    expect(tried.filter((word) => word !== undefined)).toHaveLength(60);
  });
});
