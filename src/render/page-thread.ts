/*
NAME     page thread: looks at the pixels of a page, beside the event loop, because that takes some 50 ms
TAKES    checked pixels
GIVES    a lossless image, or null where tones flow
*/
import { parentPort } from "node:worker_threads";
import { encodeLossless, type LosslessImage, type Sheet } from "./lossless.ts";

export type FromPageThread =
  | { readonly kind: "looked"; readonly image: LosslessImage | null }
  | { readonly kind: "failed"; readonly message: string };

if (parentPort === null) throw new Error("runs in a worker thread only");
const port = parentPort;
port.on("message", (sheet: Sheet) => {
  try {
    say({ kind: "looked", image: encodeLossless(sheet) });
  } catch (error) {
    say({ kind: "failed", message: String(error) });
  }
});

function say(message: FromPageThread): void {
  port.postMessage(message);
}
