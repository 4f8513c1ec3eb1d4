/*
NAME       file door: one file in, new files out, without a mail server
ZONE       airlock, and the pit
SECURITY   the same scan, plan, sanitize and verify as for a mail; a mail takes the whole line up to clear
NOT HERE   ledger, spool: nothing is accepted here, so nothing can be lost
*/
import type { Content, UntrustedContent } from "../core/content.ts";
import { readUpTo } from "../core/content.ts";
import { toFault } from "../core/fault.ts";
import { itemIdOf } from "../core/id.ts";
import type { Limits } from "../core/limits.ts";
import type {
  CleanPart,
  ClearedMessage,
  RebuiltMessage,
} from "../core/message.ts";
import type { FileKind, PartTree } from "../core/part.ts";
import type { Pit } from "../core/pit.ts";
import type { Render } from "../core/render.ts";
import type { Scanner } from "../core/scanner.ts";
import type { Workspace } from "../core/stores.ts";
import type { Finding, HoldCode, VerdictKind } from "../core/verdict.ts";
import { worse } from "../core/verdict.ts";
import { cleanFileName } from "../mime/file-name.ts";
import { KIND_HEAD_BYTES } from "../mime/file-kind.ts";
import { RECORD_NAME } from "../policy/archive-record.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { PartOutcome } from "../policy/notice.ts";
import type { Policy } from "../policy/policy.ts";
import { verdictFor, verdictOf } from "./dispose.ts";
import { openPacked } from "./packed-mail.ts";
import { inspect, inspectFile, type InspectPlace } from "./inspect.ts";
import { kindOf } from "./kind.ts";
import type { MadeBefore } from "./made-before.ts";
import { plan } from "./plan.ts";
import { rebuild, rebuildHeader } from "./rebuild.ts";
import { sanitize, type Sanitized } from "./sanitize.ts";
import { scan } from "./scan.ts";
import { verifyPart } from "./verify-again.ts";

export interface FileDoorTools {
  readonly scanner: Scanner;
  readonly pit: Pit;
  readonly render: Render;
  readonly madeBefore: MadeBefore;
  readonly clear: (rebuilt: RebuiltMessage) => Promise<ClearedMessage>;
  readonly workspace: Workspace;
  readonly limits: Limits;
  readonly policy: Policy;
  readonly password?: string;
}

export interface DoorFile {
  readonly name: string;
  readonly content: UntrustedContent;
}

export interface DoorOutput {
  readonly name: string;
  readonly type: string;
  readonly content: Content;
  readonly pages?: number;
}

export interface DoorAnswer {
  readonly kind: FileKind;
  readonly verdict: VerdictKind;
  readonly outputs: readonly DoorOutput[];
  readonly findings: readonly Finding[];
  /** Set when nothing of the file may go on. */
  readonly hold: { readonly code: HoldCode; readonly detail: string } | null;
}

const MAIL: FileKind = {
  type: "message/rfc822",
  label: "メール",
  extension: "eml",
};
const MAIL_START =
  /^(?:From |(?:Return-Path|Received|Delivered-To|X-[A-Za-z-]+|Message-ID|Date|From|To|Subject|MIME-Version|DKIM-Signature):)/i;

/** Faults of the content become a hold; others are thrown (PIT_UNAVAILABLE and the like become holds of their own). */
export async function passFile(
  file: DoorFile,
  tools: FileDoorTools,
): Promise<DoorAnswer> {
  const head = await readUpTo(file.content, KIND_HEAD_BYTES);
  const mail = isMail(file.name, head);
  const hint = {
    declaredType: "application/octet-stream",
    name: file.name,
  };
  const { content } = file;
  const kind = mail
    ? MAIL
    : await kindOf(head, hint, { content, limits: tools.limits });
  if (file.content.bytes > tools.limits.maxMessageBytes)
    return held(kind, "SIZE_LIMIT", `${file.content.bytes} bytes`);
  try {
    if (mail) return await passMail(file, tools);
    const leaf = { kind, content: file.content };
    const packed = await openPacked(leaf, placeOf(tools));
    if (packed === null) return await passOne(file, kind, tools);
    return "unopened" in packed
      ? held(kind, packed.unopened, kind.type)
      : await passPacked({ ...file, kind }, packed.content, tools);
  } catch (error) {
    const fault = toFault(error);
    const code = holdFor(fault.code) ?? WAITING[fault.code];
    if (code === undefined) throw fault;
    return held(kind, code, fault.message);
  }
}

/** A container of Outlook is a mail that came as a file; the scanner sees both. */
async function passPacked(
  file: DoorFile & { readonly kind: FileKind },
  mail: UntrustedContent,
  tools: FileDoorTools,
): Promise<DoorAnswer> {
  const scanned = await tools.scanner.scan(file.content);
  if (scanned.kind === "malicious")
    return held(file.kind, "VIRUS_FOUND", scanned.signature);
  if (scanned.kind === "unexaminable")
    return held(file.kind, scanned.code, scanned.detail);
  return passMail({ ...file, content: mail }, tools);
}

function placeOf(tools: FileDoorTools): InspectPlace {
  const { limits, workspace, pit, password } = tools;
  return {
    limits,
    workspace,
    unpack: (container) => pit.unpack(container, password),
  };
}

/** On the line these let a mail wait; here nobody waits, so the answer is that it could not be examined. */
const WAITING: Readonly<Record<string, HoldCode>> = {
  CLAMD_UNREACHABLE: "SCANNER_UNAVAILABLE",
  PIT_UNAVAILABLE: "SANDBOX_UNAVAILABLE",
};

function isMail(name: string, head: Uint8Array): boolean {
  const start = Buffer.from(
    head.buffer,
    head.byteOffset,
    Math.min(head.byteLength, 200),
  ).toString("latin1");
  return /\.eml$/i.test(name) || MAIL_START.test(start.trimStart());
}

/** Who gives a file in here is on this machine. */
const NO_TENANT = "";

async function passOne(
  file: DoorFile,
  kind: FileKind,
  tools: FileDoorTools,
): Promise<DoorAnswer> {
  const tree = await inspectFile(singlePart(file, kind), placeOf(tools));
  const verdicts = await scan(file.content, tree, tools.scanner);
  const decision = plan(tree, verdicts, {
    policy: tools.policy,
    override: null,
    now: 0,
  });
  if (decision.disposition.kind === "hold") {
    return held(
      kind,
      decision.disposition.code,
      decision.disposition.detail,
      decision.plan.findings,
    );
  }
  const made = await sanitize(tree, decision.plan, {
    ...tools,
    ...{ links: tools.policy.links, tenant: NO_TENANT },
    pages: tools.policy.pages,
    notice: tools.policy.notice,
  });
  const findings = [...decision.plan.findings, ...made.findings];
  const stopped = made.outcomes.filter((outcome) => outcome.kind === "held");
  const whole = stopped.find(({ part }) => part.id === 0);
  const [first] = stopped;
  if (whole !== undefined)
    return held(kind, whole.code, whole.detail, findings);
  // Of an archive the members that are held are left out; with all of them held, nothing is left to give.
  if (first !== undefined && made.parts.length === 0)
    return held(kind, first.code, first.detail, findings);
  if (made.parts.length === 0)
    return held(kind, "NOT_UNDERSTOOD", "nothing in it", findings);
  const parts = [...made.parts, ...recordBeside(made)];
  for (const part of parts) await verifyPart(part);
  const outputs = parts.map(({ name, type, content, pages }) => ({
    ...{ name, type, content },
    ...(pages === undefined ? {} : { pages }),
  }));
  return {
    kind,
    verdict: verdictOf(made.outcomes, findings),
    outputs,
    findings: [...findings, ...heldFindings(made.outcomes)],
    hold: null,
  };
}

/** A ZIP tells what is missing in it; who gave an archive here is told of every member. */
function recordBeside({ records }: Sanitized): CleanPart[] {
  const content = records.get(0);
  if (content === undefined) return [];
  return [{ from: "0", name: RECORD_NAME, type: "text/plain", content }];
}

function heldFindings(outcomes: readonly PartOutcome[]): Finding[] {
  return outcomes.flatMap((outcome) =>
    outcome.kind === "held"
      ? [
          {
            code: outcome.code,
            part: outcome.part.path,
            detail: outcome.detail,
          },
        ]
      : [],
  );
}

async function passMail(
  file: DoorFile,
  tools: FileDoorTools,
): Promise<DoorAnswer> {
  const tree = await inspect(file.content, placeOf(tools));
  const verdicts = await scan(file.content, tree, tools.scanner);
  const decision = plan(tree, verdicts, {
    policy: tools.policy,
    override: null,
    now: 0,
  });
  if (decision.disposition.kind === "hold") {
    return held(
      MAIL,
      decision.disposition.code,
      decision.disposition.detail,
      decision.plan.findings,
    );
  }
  const sanitized = await sanitize(tree, decision.plan, {
    ...tools,
    ...{ links: tools.policy.links, tenant: NO_TENANT },
    pages: tools.policy.pages,
    notice: tools.policy.notice,
  });
  const item = itemIdOf(file.content.sha256);
  const header = rebuildHeader(tree.headers, {
    messageId: `<${item}@sekisho.invalid>`,
  });
  const made = [...header.findings, ...sanitized.findings];
  const findings = [...decision.plan.findings, ...made];
  const verdict = verdictOf(sanitized.outcomes, findings);
  const input = {
    item,
    originalSha256: file.content.sha256,
    tree,
    headers: header.headers,
    plan: decision.plan,
    sanitized: { ...sanitized, findings: made },
    verdict,
    notice: tools.policy.notice,
  };
  const cleared = await tools.clear(await rebuild(input, tools));
  const output = {
    name: cleanFileName(file.name, "eml", "mail"),
    type: MAIL.type,
    content: cleared.content,
  };
  return {
    kind: MAIL,
    verdict,
    outputs: [output],
    findings: [...findings, ...heldFindings(sanitized.outcomes)],
    hold: null,
  };
}

function singlePart(file: DoorFile, kind: FileKind): PartTree {
  const part = {
    id: 0,
    parent: null,
    path: "0",
    depth: 0,
    declaredType: "application/octet-stream",
    charset: null,
    disposition: "attachment" as const,
    untrustedName: file.name,
    contentId: null,
    anomalies: [],
    leaf: { kind, content: file.content },
  };
  return { parts: [part], headers: [], messages: new Map(), outsideBytes: 0 };
}

function held(
  kind: FileKind,
  code: HoldCode,
  detail: string,
  findings: readonly Finding[] = [],
): DoorAnswer {
  return {
    kind,
    verdict: worse("unexaminable", verdictFor(code)),
    outputs: [],
    findings,
    hold: { code, detail },
  };
}
