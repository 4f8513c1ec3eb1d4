/*
NAME       pit/converter — a document in, a PDF out, by a program that the site brings
ZONE       pit: no network, no secrets, no siblings, no disk but a folder in memory; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   the site's program, started here inside the same walls: PROGRAM IN OUT
SECURITY   everything here has met hostile bytes. What it says is one more untrusted PDF
LIMITS     the folder in memory; the parent counts bytes and time
FAULTS     DOCUMENT_UNREADABLE, PIT_OUTPUT
NOT HERE   which kinds it is for (policy), drawing pages (pit/pdf)
*/
import { spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import {
  perform,
  PitRefusal,
  sayBytes,
  sayDocument,
  sayDone,
} from "../speak.ts";

const SCRATCH = "/tmp";

interface Order {
  readonly program: string;
  readonly extension: string;
}

await perform(async ({ document }) => {
  const order = JSON.parse(
    readFileSync(new URL("order.json", import.meta.url), "utf8"),
  ) as Order;
  const source = `${SCRATCH}/document.${order.extension}`;
  const made = `${SCRATCH}/made.pdf`;
  writeFileSync(source, document);
  const code = await exitOf(order.program, [source, made]);
  if (code !== 0) throw new PitRefusal("DOCUMENT_UNREADABLE");
  sayDocument(1, []);
  sayDone(sayBytes(read(made)));
});

function exitOf(
  program: string,
  args: readonly string[],
): Promise<number | null> {
  // A file, not a pipe: nothing here has to be listened to.
  const murmur = openSync(`${SCRATCH}/murmur`, "w");
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: SCRATCH,
      env: { HOME: SCRATCH, LANG: "C.UTF-8", PATH: "/usr/bin:/bin" },
      stdio: ["ignore", murmur, murmur],
    });
    child.once("error", () => resolve(null));
    child.once("exit", (code) => resolve(code));
  });
}

function read(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > 0) return bytes;
  } catch {
    // No file is an answer too.
  }
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}
