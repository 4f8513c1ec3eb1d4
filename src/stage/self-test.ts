/*
NAME       self-test: mails of which it is known what must become of them, through the real line
ZONE       admin
READS      ledger        WRITES  ledger (outcome, with the audit chain; discards what it held)
TALKS TO   our own intake (SMTP)
SECURITY   scanner, pit, verifier and courier do with them what they do with any mail; the courier ends them (stage/deliver)
*/
import { randomBytes } from "node:crypto";
import { EVERY_TENANT } from "../core/account.ts";
import type { ItemId } from "../core/id.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Ledger } from "../core/ledger.ts";
import { toFault } from "../core/fault.ts";
import { DAY, SECOND } from "../core/units.ts";
import { SELF_TEST_WORDS, selfTestMails } from "./self-test-mails.ts";
import type { SelfTestMail, SelfTestName } from "./self-test-mails.ts";

export interface SelfTestTools {
  readonly ledger: Pick<
    Ledger,
    | "item"
    | "holds"
    | "discard"
    | "recordCheck"
    | "forgetSelfTests"
    | "stopCrossing"
  >;
  /** Through our own door; the number that the intake answered with. */
  readonly send: (raw: Buffer) => Promise<ItemId>;
  readonly virus: Uint8Array;
  /** Who has it run: the janitor or a person. */
  readonly actor: string;
  readonly deadlineMs: number;
  readonly stopOnFailure: boolean;
  /** Ends the waiting; nothing is recorded then. */
  readonly signal?: AbortSignal;
}

export interface SelfTestResult {
  readonly name: SelfTestName;
  readonly passed: boolean;
  /** Such as `delivered cleaned`, or `held unexaminable ENCRYPTED`; a fault's code. */
  readonly found: string;
  readonly expected: string;
  readonly ms: number;
}

const LOOK_MS = SECOND / 2;
/** Until then the rows stay, so that the janitor can tell whose files these are. */
const KEEP_MS = 3 * DAY;
const WHY = "自己診断のメール";

/** Null when it was ended from outside. */
export async function selfTest(
  tools: SelfTestTools,
): Promise<readonly SelfTestResult[] | null> {
  const { ledger, actor } = tools;
  const token = randomBytes(6).toString("hex");
  const results: SelfTestResult[] = [];
  for (const mail of selfTestMails(token, tools.virus)) {
    results.push(await tried(tools, mail));
    if (tools.signal?.aborted === true) return null;
  }
  const failed = results.filter(({ passed }) => !passed);
  const detail = failed
    .map(({ name, expected, found }) => {
      const words = SELF_TEST_WORDS[name];
      return `${words}（期待：${expected}、結果：${found}）`;
    })
    .join("、");
  await ledger.recordCheck({
    ...{ name: "self-test", passed: failed.length === 0, detail, actor },
    facts: { results },
  });
  if (failed.length > 0 && tools.stopOnFailure)
    await ledger.stopCrossing({
      ...{ tenant: EVERY_TENANT, who: actor, via: "self-test" },
      why: `自己診断に失敗したため：${detail}`,
    });
  await ledger.forgetSelfTests(Date.now() - KEEP_MS);
  return results;
}

async function tried(
  tools: SelfTestTools,
  mail: SelfTestMail,
): Promise<SelfTestResult> {
  const began = performance.now();
  const { hold, verdict } = mail.expected;
  const expected = [verdict, hold ?? "delivered"].join(" ");
  const ended = (passed: boolean, found: string): SelfTestResult => ({
    ...{ name: mail.name, passed, found, expected },
    ms: Math.round(performance.now() - began),
  });
  try {
    const id = await tools.send(mail.raw);
    const item = await endOf(tools, id, began + tools.deadlineMs);
    if (item === null) return ended(false, "未完了");
    const holds = await tools.ledger.holds({ item: id, limit: 100 });
    const codes = holds.map(({ code }) => code);
    const outcome = codes.length > 0 ? codes : [item.state];
    const found: string[] = [item.verdict ?? "-", ...outcome];
    if (holds.some(({ state }) => state === "held"))
      await tools.ledger.discard(id, { who: tools.actor, why: WHY });
    const { subject } = item;
    if (subject !== mail.expected.subject)
      found.push(`件名「${subject ?? ""}」`);
    const isRight =
      item.verdict === verdict &&
      subject === mail.expected.subject &&
      (hold === null
        ? item.state === "delivered" && codes.length === 0
        : codes.length > 0 && codes.every((code) => code === hold));
    return ended(isRight, found.join(" "));
  } catch (error) {
    return ended(false, toFault(error).message.slice(0, 200));
  }
}

async function endOf(
  { ledger, signal }: SelfTestTools,
  id: ItemId,
  deadline: number,
): Promise<ItemRecord | null> {
  while (performance.now() < deadline && signal?.aborted !== true) {
    const item = await ledger.item(id);
    if (item?.state === "delivered" || item?.state === "held") return item;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return null;
}
