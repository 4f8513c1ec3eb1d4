/*
NAME       repack: what was made of the members of an archive, as one new ZIP
ZONE       airlock
READS      new files       WRITES  nothing but what it returns
SECURITY   only new files get in; folders and names go through the one function for names that leave
LIMITS     folders and characters of a path, bytes of a clean part
FAULTS     REBUILT_TOO_BIG
NOT HERE   unpacking (pit), what becomes of a member (plan, sanitize)
*/
import { Fault } from "../core/fault.ts";
import type { PartTree } from "../core/part.ts";
import type { Plan, PlannedPart } from "../core/plan.ts";
import { uniqueNames } from "../mime/file-name.ts";
import type { Finding } from "../core/verdict.ts";
import {
  RECORD_NAME,
  writeArchiveRecord,
  type LeftOut,
  type NoticeSettings,
  type PartOutcome,
} from "../policy/notice.ts";
import { archiveAround, foldersOf } from "./archive-place.ts";
import { nameFiles, type MadePart, type NewFile } from "./new-file.ts";
import { writeZip, type ZipMember } from "./zip-writer.ts";

export interface RepackFacts {
  readonly tree: PartTree;
  readonly plan: Plan;
  readonly made: readonly MadePart[];
  /** By part id, notices included. */
  readonly held: ReadonlyMap<number, PartOutcome & { readonly kind: "held" }>;
  readonly notice: NoticeSettings;
  readonly maxBytes: number;
}

export interface Repacked {
  /** What stands outside of archives, the new ZIPs among it, in document order. */
  readonly made: readonly MadePart[];
  /** How many files went into each new ZIP, by the part id of its archive. */
  readonly counts: ReadonlyMap<number, number>;
  /** Archives that nothing could be made of after all. */
  readonly failed: ReadonlyMap<number, Fault>;
  readonly findings: readonly Finding[];
}

/** From the innermost archive outwards, so that an archive in an archive is a ZIP in a ZIP. */
export function repackArchives(facts: RepackFacts): Repacked {
  const archives = facts.plan.parts.filter(
    ({ treatment }) => treatment.kind === "repack",
  );
  const findings: Finding[] = [];
  const counts = new Map<number, number>();
  const failed = new Map<number, Fault>();
  if (archives.length === 0) return { ...facts, counts, failed, findings };

  const files = new Map<number, readonly NewFile[]>(
    facts.made.map(({ planned, files }) => [planned.id, files]),
  );
  const membersOf = membersByArchive(facts);
  const notMade = new Map<number, readonly LeftOut[]>();
  for (const archive of archives.toReversed()) {
    const members = membersOf.get(archive.id) ?? [];
    const made = madeOf(members, files);
    const leftOut = members.flatMap(
      (member) => notMade.get(member.id) ?? leftOutOf(member, facts),
    );
    const isEmptyHanded =
      made.length === 0 && leftOut.every(({ code }) => code !== null);
    if (isEmptyHanded) {
      notMade.set(archive.id, leftOut);
      continue;
    }
    const pack = packMembers(made, facts.tree);
    if (pack.flattened) findings.push(finding("archive-path", archive));
    const bytes = pack.members.reduce((sum, one) => sum + one.bytes.length, 0);
    if (bytes > facts.maxBytes) {
      failed.set(archive.id, new Fault("REBUILT_TOO_BIG", { bytes }));
      continue;
    }
    const record = recordOf(leftOut, facts.notice);
    const zip = writeZip(withUniqueNames([...record, ...pack.members]));
    files.set(archive.id, [
      { type: "application/zip", extension: "zip", bytes: zip },
    ]);
    counts.set(archive.id, pack.members.length);
  }
  const outside = membersOf.get(null) ?? [];
  return { made: madeOf(outside, files), counts, failed, findings };
}

function membersByArchive({
  tree,
  plan,
}: RepackFacts): Map<number | null, PlannedPart[]> {
  const members = new Map<number | null, PlannedPart[]>();
  for (const planned of plan.parts) {
    const archive = archiveAround(planned.id, tree)?.id ?? null;
    const known = members.get(archive);
    if (known === undefined) members.set(archive, [planned]);
    else known.push(planned);
  }
  return members;
}

function madeOf(
  parts: readonly PlannedPart[],
  files: ReadonlyMap<number, readonly NewFile[]>,
): MadePart[] {
  return parts.flatMap((planned) => {
    const own = files.get(planned.id) ?? [];
    return own.length === 0 ? [] : [{ planned, files: own }];
  });
}

/** What a reader of the ZIP would miss in it. */
function leftOutOf(part: PlannedPart, { held }: RepackFacts): LeftOut[] {
  const hold = held.get(part.id);
  if (hold !== undefined) return [{ part, code: hold.code }];
  const isEmpty =
    part.treatment.kind === "drop" && part.treatment.why === "empty";
  return isEmpty ? [{ part, code: null }] : [];
}

function packMembers(
  made: readonly MadePart[],
  tree: PartTree,
): { readonly members: readonly ZipMember[]; readonly flattened: boolean } {
  let flattened = false;
  const members = nameFiles(made, tree).map(({ planned, file, name }) => {
    const folders = foldersOf(tree.parts[planned.id]?.untrustedName ?? "");
    flattened ||= folders === null;
    return { name: [...(folders ?? []), name].join("/"), bytes: file.bytes };
  });
  return { members, flattened };
}

/** Our own word comes first, so that no member can take its name. */
function recordOf(
  leftOut: readonly LeftOut[],
  notice: NoticeSettings,
): ZipMember[] {
  if (leftOut.length === 0) return [];
  const text = writeArchiveRecord(leftOut, notice).replaceAll("\n", "\r\n");
  return [{ name: RECORD_NAME, bytes: new TextEncoder().encode(text) }];
}

function withUniqueNames(members: readonly ZipMember[]): ZipMember[] {
  const names = uniqueNames(members.map(({ name }) => name));
  return members.map(({ bytes }, index) => ({
    name: names[index] ?? "",
    bytes,
  }));
}

function finding(code: string, { path }: PlannedPart): Finding {
  return { code, part: path, detail: "" };
}
