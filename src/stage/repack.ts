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
  isLeftOut,
  RECORD_NAME,
  writeArchiveRecord,
  type ArchiveMember,
} from "../policy/archive-record.ts";
import type { NoticeSettings, PartOutcome } from "../policy/notice.ts";
import { archiveAround, foldersOf } from "./archive-place.ts";
import { nameFiles, type MadePart, type NewFile } from "./new-file.ts";
import { tellMember, type Pack } from "./tell-member.ts";
import { writeZip } from "./zip-writer.ts";

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
  /** What became of the members of each archive, as a text that may leave, by the part id of the archive. */
  readonly records: ReadonlyMap<number, Uint8Array>;
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
  const records = new Map<number, Uint8Array>();
  if (archives.length === 0)
    return { ...facts, counts, failed, records, findings };

  const files = new Map<number, readonly NewFile[]>(
    facts.made.map(({ planned, files }) => [planned.id, files]),
  );
  const membersOf = membersByArchive(facts);
  const told = new Map<number, readonly ArchiveMember[]>();
  for (const archive of archives.toReversed()) {
    const members = membersOf.get(archive.id) ?? [];
    const pack = packMembers(madeOf(members, files), facts.tree);
    const own = members.flatMap((member) =>
      tellMember(member, { ...facts, pack, failed, counts, told }),
    );
    told.set(archive.id, own);
    const isAllHeld = own.every(
      ({ fate }) => fate.kind === "left-out" && fate.code !== null,
    );
    if (isAllHeld && pack.members.length === 0) continue;
    if (pack.flattened) findings.push(finding("archive-path", archive));
    const bytes = pack.members.reduce((sum, one) => sum + one.bytes.length, 0);
    if (bytes > facts.maxBytes) {
      failed.set(archive.id, new Fault("REBUILT_TOO_BIG", { bytes }));
      continue;
    }
    const record = recordOf(own, facts.notice);
    records.set(archive.id, record);
    const note = { name: RECORD_NAME, bytes: record };
    const zip = writeZip([
      ...(own.some(isLeftOut) ? [note] : []),
      ...pack.members,
    ]);
    files.set(archive.id, [
      { type: "application/zip", extension: "zip", bytes: zip },
    ]);
    counts.set(archive.id, pack.members.length);
  }
  const outside = membersOf.get(null) ?? [];
  const made = madeOf(outside, files);
  return { made, counts, failed, records, findings };
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

function packMembers(made: readonly MadePart[], tree: PartTree): Pack {
  let flattened = false;
  const files = nameFiles(made, tree);
  const paths = files.map(({ planned, name }) => {
    const folders = foldersOf(tree.parts[planned.id]?.untrustedName ?? "");
    flattened ||= folders === null;
    return [...(folders ?? []), name].join("/");
  });
  // Our own word comes first, so that no member can take its name.
  const [, ...names] = uniqueNames([RECORD_NAME, ...paths]);
  const members = files.map(({ planned, file }, index) => ({
    ...{ id: planned.id, name: names[index] ?? "", bytes: file.bytes },
    ...(file.pages === undefined ? {} : { pages: file.pages }),
  }));
  return { members, flattened };
}

function recordOf(
  members: readonly ArchiveMember[],
  notice: NoticeSettings,
): Uint8Array {
  const text = writeArchiveRecord(members, notice).replaceAll("\n", "\r\n");
  return new TextEncoder().encode(text);
}

function finding(code: string, { path }: PlannedPart): Finding {
  return { code, part: path, detail: "" };
}
