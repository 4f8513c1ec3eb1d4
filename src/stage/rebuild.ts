/*
NAME       rebuild: write the new mail
ZONE       airlock
READS      clean parts, clean text       WRITES  work folder of the item
SECURITY   no byte of the original gets here: text went through the text rules, pixels through our encoders,
           headers through the allow-list
STANDARDS  RFC 5322, RFC 2045, RFC 2047, RFC 2231 (writing)
FAULTS     REBUILT_TOO_BIG
NOT HERE   believing the outcome (clear)
*/
import type { ItemId } from "../core/id.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { RebuiltMessage } from "../core/message.ts";
import type { HeaderField, PartTree } from "../core/part.ts";
import type { Plan } from "../core/plan.ts";
import type { Workspace } from "../core/stores.ts";
import type { Finding, VerdictKind } from "../core/verdict.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import {
  rebuildHeaders,
  type HeaderFinding,
  type OwnHeaders,
} from "../mime/header-set.ts";
import { writeMessage } from "../mime/message-writer.ts";
import {
  writeNotice,
  type NoticeSettings,
  type PartOutcome,
} from "../policy/notice.ts";
import { attachedMailOf, bodyText } from "./body-text.ts";
import { certificateNumber } from "./certificate-number.ts";
import type { Sanitized } from "./sanitize.ts";

/** Names and final values, as `mime/header-set.ts` writes them. */
export type RebuiltHeaders = readonly (readonly [string, string])[];

/** The header of the new mail, and what a reader has to know of it. */
export function rebuildHeader(
  untrusted: readonly HeaderField[],
  own: OwnHeaders,
): { readonly headers: RebuiltHeaders; readonly findings: readonly Finding[] } {
  const found = new Set<HeaderFinding>();
  const headers = rebuildHeaders(untrusted, {
    ...own,
    find: (code) => found.add(code),
  });
  const findings = [...found].map((code) => ({ code, part: "0", detail: "" }));
  return { headers, findings };
}

export interface RebuildInput {
  readonly item: ItemId;
  /** Hash of the original, so that the certificate ties what went out to what came in. */
  readonly originalSha256: string;
  readonly tree: PartTree;
  readonly headers: RebuiltHeaders;
  readonly plan: Plan;
  readonly sanitized: Sanitized;
  readonly verdict: VerdictKind;
  readonly notice: NoticeSettings;
  /** Address of the recipients' page for this mail. */
  readonly page?: () => string;
  /** Stands in place of the sender's words where they were delivered before. */
  readonly lead?: string | null;
}

export async function rebuild(
  input: RebuildInput,
  place: { readonly workspace: Workspace; readonly limits: Limits },
): Promise<RebuiltMessage> {
  const text = textOf(input);
  const { originalSha256, plan, sanitized } = input;
  const certificate = certificateNumber({
    ...{ originalSha256, policyVersion: plan.policyVersion },
    parts: plan.parts,
    files: sanitized.parts.map(({ from, name, content }) => ({
      ...{ from, name, sha256: content.sha256 },
    })),
  });
  const message = writeMessage({
    headers: [
      ...input.headers,
      ["X-Sekisho-Item", input.item],
      ["X-Sekisho-Verdict", input.verdict],
      ["X-Sekisho-Parts", partCounts(input.sanitized.outcomes)],
      ["X-Sekisho-Certificate", certificate],
    ],
    text,
    attachments: input.sanitized.parts.map((part) => ({
      name: part.name,
      type: part.type,
      bytes: part.content.open(),
    })),
    boundarySeed: certificate.slice(0, 32),
  });
  const holder = place.workspace.hold();
  for await (const piece of message) {
    await holder.add(piece);
    if (holder.bytes > place.limits.maxCleanMessageBytes) {
      throw new Fault("REBUILT_TOO_BIG", {
        limit: place.limits.maxCleanMessageBytes,
      });
    }
  }
  return {
    item: input.item,
    content: await holder.finish(),
    expected: {
      subject: subjectIn(input.headers),
      text,
      attachments: input.sanitized.parts.map((part) => ({
        name: part.name,
        type: part.type,
        sha256: part.content.sha256,
      })),
    },
  };
}

/** The subject as the new mail will say it. */
export function subjectIn(headers: RebuiltHeaders): string {
  const field = headers.find(([name]) => name === "Subject");
  return field === undefined
    ? ""
    : decodeHeaderText(field[1].replace(/\r\n(?=[ \t])/g, ""));
}

/** The sender's words in their order, and, clearly set apart, ours. */
function textOf(input: RebuildInput): string {
  const { bodies, links } = input.sanitized;
  const body = input.lead ?? bodyText(input.tree, bodies, links);
  const findings = [...input.plan.findings, ...input.sanitized.findings];
  const notice = writeNotice(input.sanitized.outcomes, findings, {
    item: input.item,
    settings: input.notice,
    attachedMailOf: attachedMailOf(input.tree),
    ...(input.page === undefined ? {} : { page: input.page }),
  });
  return input.notice.place === "start"
    ? `${notice}\n\n${body}\n`
    : `${body}\n\n${notice}\n`;
}

/** For rules of mail programs: how many parts were made and how many are held. */
function partCounts(outcomes: readonly PartOutcome[]): string {
  const count = (kind: PartOutcome["kind"]) =>
    outcomes.filter((outcome) => outcome.kind === kind).length;
  return `made=${count("made")} held=${count("held")}`;
}
