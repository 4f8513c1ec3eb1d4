import type { Part, PartTree } from "../core/part.ts";
import { cleanFileName } from "../mime/file-name.ts";

const MAX_FOLDERS = 8;
/** Windows takes paths of 260 characters, and a ZIP is unpacked somewhere below. */
const MAX_FOLDER_CHARACTERS = 120;

/** The innermost archive that a part lies in; null outside of any. */
export function archiveAround(id: number, tree: PartTree): Part | null {
  let above = tree.parts[tree.parts[id]?.parent ?? -1];
  while (above !== undefined && above.unpacked !== true)
    above = tree.parts[above.parent ?? -1];
  return above ?? null;
}

/** The clean names of the folders that a member lay in; null when they lead out of the archive, or are too many. */
export function foldersOf(untrustedName: string): readonly string[] | null {
  if (leadsOutside(untrustedName)) return null;
  const folders = untrustedName
    .split(/[/\\]/)
    .slice(0, -1)
    .filter((part) => part !== "" && part !== ".")
    .map((part) => cleanFileName(`${part}.x`, "", "フォルダー"));
  return folders.length > MAX_FOLDERS ||
    [...folders.join("/")].length > MAX_FOLDER_CHARACTERS
    ? null
    : folders;
}

/** Above the archive, at a root, in somebody's home, on a drive or another machine. */
function leadsOutside(untrustedName: string): boolean {
  return (
    /^(?:[/\\~]|[A-Za-z]:)/.test(untrustedName) ||
    /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(untrustedName)
  );
}
