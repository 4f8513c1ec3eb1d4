/** What became of each member of an archive, for who has the new ZIP and not the mail. Says nothing of the item: the same archive gives the same bytes. */
import type { PlannedPart } from "../core/plan.ts";
import type { HoldCode } from "../core/verdict.ts";
import type { MadeFiles, NoticeWords } from "./notice-words.ts";
import { languagesOf, type NoticeSettings } from "./notice.ts";

/** Name of the file that says it: in the ZIP where something is not in it, and beside each ZIP that leaves by the file door. */
export const RECORD_NAME = "無害化の記録.txt";

export interface ArchiveMember {
  readonly part: PlannedPart;
  /** Archives in the archive that it lay in, outermost first. */
  readonly within: readonly string[];
  /** `code` null for an empty file. */
  readonly fate:
    | ({ readonly kind: "made" } & MadeFiles)
    | { readonly kind: "left-out"; readonly code: HoldCode | null };
}

export function isLeftOut({ fate }: ArchiveMember): boolean {
  return fate.kind === "left-out";
}

/** What is missing comes first. */
export function writeArchiveRecord(
  members: readonly ArchiveMember[],
  settings: NoticeSettings,
): string {
  const missing = members.filter(isLeftOut);
  const made = members.filter((member) => !isLeftOut(member));
  const isKept = missing.some(
    ({ fate }) => fate.kind === "left-out" && fate.code !== null,
  );
  const lines = languagesOf(settings).flatMap((words) => [
    words.title,
    words.archiveOpening,
    ...section(words, words.archiveMissing, missing),
    ...(isKept ? [words.heldKept] : []),
    ...section(words, words.archiveHolds, made),
  ]);
  return `${lines.join("\n")}\n`;
}

function section(
  words: NoticeWords,
  heading: string,
  members: readonly ArchiveMember[],
): string[] {
  if (members.length === 0) return [];
  return [heading, ...members.flatMap((member) => memberLines(words, member))];
}

function memberLines(
  words: NoticeWords,
  { part, within, fate }: ArchiveMember,
): string[] {
  const named = { ...part, name: [...within, part.name].join("/") };
  return [
    words.part(named, { attachedMail: null, archive: null }),
    words.fate(fateWords(words, part, fate)),
  ];
}

function fateWords(
  words: NoticeWords,
  { treatment }: PlannedPart,
  fate: ArchiveMember["fate"],
): string {
  if (fate.kind === "made") return words.made(treatment.kind, fate);
  return fate.code === null ? words.empty : words.held(fate.code);
}
