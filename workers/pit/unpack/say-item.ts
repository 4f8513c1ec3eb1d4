import { sayBytes, sayDocument, sayDone } from "../speak.ts";
import type { UnpackedItem } from "./item.ts";
import { writeMail } from "./mail.ts";

/** What was unpacked, as the parent wants to hear it. */
export function sayItem(item: UnpackedItem): void {
  sayDocument(1, []);
  let pieces = 0;
  for (const piece of writeMail(item)) pieces += sayBytes(piece);
  sayDone(pieces);
}
