import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { newItemId } from "../core/id.ts";
import type { Log } from "../core/log.ts";
import { createViewerClient } from "./viewer-client.ts";
import { serveViewer, type ViewerServing } from "./viewer-server.ts";

const quiet: Log = {
  ...{ info: () => undefined, warn: () => undefined, error: () => undefined },
};
const question = { ask: "text", item: newItemId() } as const;
const never = new AbortController().signal;

describe("the viewer's socket", () => {
  let folder: string;
  let path: string;
  let closing: (() => Promise<void>) | null = null;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-socket-"));
    path = join(folder, "viewer.sock");
  });
  afterEach(async () => {
    await closing?.();
    closing = null;
    await rm(folder, { recursive: true });
  });

  async function serve(
    answer: ViewerServing["answer"],
    deadlineMs = 30_000,
  ): Promise<void> {
    const server = await serveViewer({ path, answer, deadlineMs, log: quiet });
    closing = () => server.close();
  }
  const ask = (signal = never) => createViewerClient(path)(question, signal);
  const textOf = async (content: AsyncIterable<Uint8Array>) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };

  it("carries 3 MB whole, and a stream of unknown length", async () => {
    const big = Buffer.alloc(3_000_000, "x");
    await serve(async ({ item }) => ({
      ...{ kind: "done", type: "application/octet-stream" },
      content:
        item === question.item
          ? big
          : (async function* () {
              yield Buffer.from("one");
              yield Buffer.from("two");
            })(),
    }));
    const reply = await ask();
    if (reply.kind !== "done") throw new Error(reply.code);
    expect(reply.bytes).toBe(3_000_000);
    expect((await textOf(reply.content)).length).toBe(3_000_000);
    const other = await createViewerClient(path)(
      { ask: "text", item: newItemId() },
      never,
    );
    expect(other.kind === "done" && (await textOf(other.content))).toBe(
      "onetwo",
    );
  });

  it("is open to our own user alone, and takes the place of a stale one", async () => {
    await serve(async () => ({ kind: "refused", code: "BUSY" }));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ask()).toEqual({ kind: "refused", code: "BUSY" });
    await chmod(path, 0o666);
    expect(await ask()).toEqual({ kind: "refused", code: "VIEWER_FAILED" });
  });

  it("does not replace a file that is no socket", async () => {
    await writeFile(path, "");
    const serving = serve(async () => ({ kind: "refused", code: "BUSY" }));
    await expect(serving).rejects.toMatchObject({ code: "STORE_DAMAGED" });
  });

  it("tells the viewer when whoever asked has gone", async () => {
    const told = Promise.withResolvers<string>();
    const asked = Promise.withResolvers<void>();
    await serve((_question, signal) => {
      asked.resolve();
      return new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          told.resolve((signal.reason as Error).message);
          resolve({ kind: "refused", code: "VIEWER_FAILED" });
        }),
      );
    });
    const gone = new AbortController();
    const asking = ask(gone.signal);
    await asked.promise;
    gone.abort();
    expect(await told.promise).toBe("gone");
    expect((await asking).kind).toBe("refused");
  });

  it("ends a question that takes longer than its time", async () => {
    await serve(
      (_question, signal) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () =>
            resolve({ kind: "refused", code: "TOO_LONG" }),
          ),
        ),
      20,
    );
    expect(await ask()).toEqual({ kind: "refused", code: "TOO_LONG" });
  });

  it("answers a fault with a refusal, and nobody with nothing", async () => {
    await serve(() => Promise.reject(new Error("broken")));
    expect(await ask()).toEqual({ kind: "refused", code: "VIEWER_FAILED" });
    await closing?.();
    closing = null;
    expect(await ask()).toEqual({ kind: "refused", code: "VIEWER_FAILED" });
  });

  it("hangs up on what is no question, without asking the viewer", async () => {
    let asked = 0;
    await serve(async () => {
      asked += 1;
      return { kind: "refused", code: "BUSY" };
    });
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.from([0, 0, 0, 2, 123, 125]),
      Buffer.from([0, 0, 0, 1, 123, 0, 0]),
    ]) {
      const socket = connect({ path });
      socket.write(bytes);
      socket.resume();
      await once(socket, "close");
    }
    expect(asked).toBe(0);
  });
});
