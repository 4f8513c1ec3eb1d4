import type { CleanPart } from "../core/message.ts";
import type { PartTree } from "../core/part.ts";
import type { PlannedPart } from "../core/plan.ts";
import { cleanFileName } from "../mime/file-name.ts";

/** A file that was made anew and has no name yet. */
export interface NewFile {
  readonly type: CleanPart["type"];
  readonly extension: string;
  readonly bytes: Uint8Array;
  readonly pages?: number;
}

/** What was made of one part: pages of a picture are files of their own. */
export interface MadePart {
  readonly planned: PlannedPart;
  readonly files: readonly NewFile[];
}

export interface NamedFile {
  readonly planned: PlannedPart;
  readonly file: NewFile;
  readonly name: string;
}

/** Names that may leave, one a file, in order; two may still be equal. */
export function nameFiles(
  made: readonly MadePart[],
  tree: PartTree,
): NamedFile[] {
  return made.flatMap(({ planned, files }) =>
    files.map((file, index) => {
      const untrustedName = tree.parts[planned.id]?.untrustedName ?? null;
      const fallback = `添付${planned.path.replaceAll(".", "-")}`;
      const name = cleanFileName(untrustedName, file.extension, fallback);
      const numbered =
        sameKind(file, files) > 1
          ? name.replace(/(\.[a-z]+)$/, `-${index + 1}$1`)
          : name;
      return { planned, file, name: numbered };
    }),
  );
}

function sameKind({ extension }: NewFile, files: readonly NewFile[]): number {
  return files.filter((other) => other.extension === extension).length;
}
