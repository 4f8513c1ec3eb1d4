import { readUpTo, type Content } from "../core/content.ts";
import type { Limits } from "../core/limits.ts";
import type { FileKind } from "../core/part.ts";
import { fileKind, type KindHint } from "../mime/file-kind.ts";
import { needsWholeFile, officeKind } from "../mime/office-kind.ts";

/** What some bytes are: by their first ones, and by the whole only where those say too little. */
export async function kindOf(
  head: Uint8Array,
  hint: Omit<KindHint, "bytes">,
  file: { readonly content: Content; readonly limits: Limits },
): Promise<FileKind> {
  const { content, limits } = file;
  const kind = await fileKind(head, { ...hint, bytes: content.bytes });
  if (!needsWholeFile(kind)) return kind;
  return officeKind(kind, await readUpTo(content, limits.maxMessageBytes));
}
