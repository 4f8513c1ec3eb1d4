/*
NAME       portion: which of two mails an item becomes, and what of the plan that one carries out
ZONE       airlock
SECURITY   pure; what is in neither portion would be lost, so the one is what the other is not
NOT HERE   whether a mail is worth two (policy/staged)
*/
import { createHash } from "node:crypto";
import { itemIdOf, type ItemId } from "../core/id.ts";
import type { PartTree } from "../core/part.ts";
import type { Plan, PlannedPart } from "../core/plan.ts";
import type { ClearPatch, ItemRecord } from "../core/item-record.ts";
import type { Finding } from "../core/verdict.ts";
import { followUpHeader } from "../mime/follow-up.ts";
import type { NoticeSettings } from "../policy/notice.ts";
import { attachmentsWith, goesWithText, portionOf } from "../policy/staged.ts";
import { archiveAround } from "./archive-place.ts";
import { leadWords } from "./own-mail-words.ts";
import { subjectIn, type RebuiltHeaders } from "./rebuild.ts";

export interface Portion {
  readonly plan: Plan;
  readonly headers: RebuiltHeaders;
  /** Of the header. */
  readonly findings: readonly Finding[];
  /** Told to the reader as following in the next mail. */
  readonly later: readonly PlannedPart[];
  /** Stands in place of the sender's words, which were delivered before. */
  readonly lead: string | null;
  /** Paths of what a password is to open; empty but for a try with one. */
  readonly closed: readonly string[];
  readonly second: NonNullable<ClearPatch["second"]> | null;
}

export interface PortionFrom {
  readonly record: ItemRecord;
  readonly tree: PartTree;
  readonly plan: Plan;
  readonly headers: RebuiltHeaders;
  readonly findings: readonly Finding[];
}

export function wholeMail({ plan, headers, findings }: PortionFrom): Portion {
  return {
    ...{ plan, headers, findings, later: [] },
    ...{ lead: null, closed: [], second: null },
  };
}

/** The text, with a line for each attachment that follows. `forThePit`: the plan knows not yet what has to be unpacked. */
export function textOfMail(from: PortionFrom, forThePit: boolean): Portion {
  const { record, tree, plan, headers } = from;
  const later = plan.parts.filter(
    (part) =>
      !goesWithText(part) &&
      part.treatment.kind !== "drop" &&
      archiveAround(part.id, tree) === null,
  );
  const second = {
    item: secondOf(record.id),
    thread: messageIdIn(headers),
    plan: forThePit ? null : plan,
  };
  return {
    ...wholeMail(from),
    plan: portionOf(plan, goesWithText, "with-others"),
    later,
    // What a person sends once more to some has its second mail already.
    second: record.parent === null ? second : null,
  };
}

/** What the text left out; or, of what came before without it, what a password is to open (`closed`). */
export function attachmentsOfMail(
  from: PortionFrom,
  closed: readonly string[],
  language: NoticeSettings["language"],
): Portion {
  const { record, plan, headers, tree } = from;
  const forPassword = record.passwordFrom !== undefined;
  const wanted = forPassword ? attachmentsWith(tree, closed) : () => true;
  return {
    plan: portionOf(
      plan,
      (part) => wanted(part) && !goesWithText(part),
      "alone",
    ),
    headers: followUpHeader(headers, {
      messageId: `<${record.id}@sekisho.invalid>`,
      follows: record.thread ?? messageIdIn(headers),
      subject: subjectIn(headers),
    }),
    ...{ findings: [], later: [], closed, second: null },
    lead: leadWords(forPassword ? "unlocked" : "staged", language),
  };
}

/** Always the same, so that whoever comes again finds it made. */
function secondOf(first: ItemId): ItemId {
  return itemIdOf(
    createHash("sha256").update(`attachments of ${first}`).digest("hex"),
  );
}

function messageIdIn(headers: RebuiltHeaders): string {
  return headers.find(([name]) => name === "Message-ID")?.[1] ?? "";
}
