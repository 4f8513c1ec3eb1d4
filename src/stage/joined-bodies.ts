/*
NAME       joined bodies: no file may stand in several texts of one mail, a piece in each
ZONE       airlock
SECURITY   the texts leave as one; what each of them alone is free of, all of them together must be, too
NOT HERE   cleaning one text (read-text)
*/
import type { PartTree } from "../core/part.ts";
import type { Finding } from "../core/verdict.ts";
import { REMOVED_BLOCK, removeEncodedBlocks } from "../mime/encoded-blocks.ts";

/** No clean text has it. */
const BETWEEN = "\u0001";

/** Takes out of `bodies` what is a file only where they stand behind each other. */
export function removeJoinedFiles(
  tree: PartTree,
  bodies: Map<number, string>,
): readonly Finding[] {
  if (bodies.size < 2) return [];
  const inOrder = [...bodies];
  // As `body-text.ts` puts them.
  if (tree.messages.size > 0) inOrder.sort(([one], [other]) => one - other);
  const joined = inOrder.map(([, text]) => text).join(`\n\n${BETWEEN}\n\n`);
  const { text, removed } = removeEncodedBlocks(joined);
  if (removed === 0) return [];
  const pieces = text.split(`\n\n${BETWEEN}\n\n`);
  const whole = pieces.length === inOrder.length;
  for (const [at, [id]] of inOrder.entries())
    bodies.set(id, (whole ? pieces[at] : undefined) ?? REMOVED_BLOCK);
  const detail = `${removed} across texts`;
  return [{ code: "encoded-block-in-text", part: "0", detail }];
}
