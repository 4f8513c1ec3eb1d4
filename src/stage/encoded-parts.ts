import { readUpTo, type UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Part, PartTree } from "../core/part.ts";
import type { Workspace } from "../core/stores.ts";
import { decodeParameterText } from "../mime/encoded-word.ts";
import { findEncodedFiles, type EncodedFile } from "../mime/encoded-files.ts";
import { kindOf } from "./kind.ts";

/**
 * Files that stand in text as uuencode, yEnc or BinHex become parts below that text, like any attachment: named, scanned,
 * made anew or held. They come last, so that the ids of the others stay. Faults: MIME_TOO_MANY_PARTS, STORE_*.
 */
export async function withEncodedFiles(
  tree: PartTree,
  place: { readonly limits: Limits; readonly workspace: Workspace },
): Promise<PartTree> {
  const { limits } = place;
  const added: Part[] = [];
  for (const part of tree.parts) {
    if (part.leaf?.kind.type !== "text/plain") continue;
    const text = await readUpTo(part.leaf.content, limits.maxTextBytes);
    const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
    for (const [at, file] of findEncodedFiles(bytes).entries()) {
      const id = tree.parts.length + added.length;
      if (id >= limits.maxParts)
        throw new Fault("MIME_TOO_MANY_PARTS", { limit: limits.maxParts });
      const path = `${part.path === "0" ? "" : `${part.path}.`}${at + 1}`;
      added.push({
        ...(await partOf(file, place)),
        id,
        path,
        parent: part.id,
        depth: part.depth + 1,
      });
    }
  }
  return added.length === 0
    ? tree
    : { ...tree, parts: [...tree.parts, ...added] };
}

async function partOf(
  file: EncodedFile,
  place: { readonly limits: Limits; readonly workspace: Workspace },
): Promise<Omit<Part, "id" | "path" | "parent" | "depth">> {
  const holder = place.workspace.hold();
  await holder.add(file.bytes);
  const content = (await holder.finish()) as UntrustedContent;
  const untrustedName = decodeParameterText({
    value: file.untrustedName,
    charset: null,
  });
  return {
    declaredType: "application/octet-stream",
    charset: null,
    disposition: "attachment",
    untrustedName,
    contentId: null,
    anomalies: [],
    leaf: {
      kind: await kindOf(
        file.bytes,
        { declaredType: "application/octet-stream", name: untrustedName },
        { content, limits: place.limits },
      ),
      content,
    },
  };
}
