/** What became of one member of an archive, for the record of the new ZIP. */
import type { Fault } from "../core/fault.ts";
import type { PlannedPart } from "../core/plan.ts";
import type { HoldCode } from "../core/verdict.ts";
import type { ArchiveMember } from "../policy/archive-record.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { ZipMember } from "./zip-writer.ts";

/** What goes into one new ZIP, under the names that it has there. */
export interface Pack {
  readonly members: readonly PackedMember[];
  readonly flattened: boolean;
}

interface PackedMember extends ZipMember {
  /** Of the part. */
  readonly id: number;
  readonly pages?: number;
}

export interface Telling {
  readonly held: ReadonlyMap<number, { readonly code: HoldCode }>;
  readonly pack: Pack;
  readonly failed: ReadonlyMap<number, Fault>;
  readonly counts: ReadonlyMap<number, number>;
  /** Of the archives in this one. */
  readonly told: ReadonlyMap<number, readonly ArchiveMember[]>;
}

/** A member, and below an archive its own: all of them where nothing was made of it, so that each has its reason. */
export function tellMember(
  part: PlannedPart,
  telling: Telling,
): ArchiveMember[] {
  const { pack, counts, held, failed, told } = telling;
  const own = pack.members.filter(({ id }) => id === part.id);
  const names = own.map(({ name }) => name);
  const inside = (told.get(part.id) ?? []).map((member) =>
    withinArchive(member, part.name, names[0]),
  );
  if (names.length > 0) {
    const files = counts.get(part.id);
    const counted = files === undefined ? {} : { files };
    const pages = own[0]?.pages ?? null;
    const fate = { kind: "made", names, pages, ...counted } as const;
    return [{ part, within: [], fate }, ...inside];
  }
  const fault = failed.get(part.id);
  const code =
    held.get(part.id)?.code ?? (fault && holdFor(fault.code)) ?? null;
  const isEmpty =
    part.treatment.kind === "drop" && part.treatment.why === "empty";
  if (code === null && !isEmpty) return inside;
  return [{ part, within: [], fate: { kind: "left-out", code } }];
}

function withinArchive(
  member: ArchiveMember,
  archive: string,
  zipName: string | undefined,
): ArchiveMember {
  const { fate } = member;
  const inZip = (name: string) =>
    zipName === undefined ? name : `${zipName}/${name}`;
  return {
    ...member,
    within: [archive, ...member.within],
    fate:
      fate.kind === "made" ? { ...fate, names: fate.names.map(inZip) } : fate,
  };
}
