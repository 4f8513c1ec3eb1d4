import { openingDoor } from "../assembly/opening-door.ts";
import type { ActBy, RescanAsk } from "../core/acts.ts";
import { parseItemId, type ItemId } from "../core/id.ts";
import type { Ledger } from "../core/ledger.ts";
import { REASONS } from "../policy/reasons.ts";
import { givePassword } from "../stage/give-password.ts";
import {
  MAX_DOCUMENT_PASSWORD_CHARACTERS,
  type PasswordAnswer,
} from "../wire/opening.ts";
import { complain, EXIT, print, UsageError } from "./command.ts";

/** What `sekisho quarantine` does beside releasing and discarding. */

const PAGE = 100;

export async function giveDocumentPassword(
  place: { readonly ledger: Ledger; readonly doors: string },
  item: ItemId,
  by: ActBy,
): Promise<number> {
  const { ledger, doors } = place;
  const answer = await givePassword(
    { ledger, open: openingDoor(doors), clock: Date.now },
    item,
    { ...by, password: await passwordIn() },
  );
  if (answer.kind === "opened") {
    const as = answer.item === item ? "" : ` as ${answer.item}`;
    print(`the password fits; ${item} goes back on the line${as}`);
    return EXIT.done;
  }
  complain(told(item, answer));
  return EXIT.fault;
}

/** Not as an argument: other users of the machine see those. */
async function passwordIn(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) {
    pieces.push(piece as Buffer);
    if ((piece as Buffer).includes(0x0a)) break;
  }
  const [line = ""] = Buffer.concat(pieces).toString("utf8").split(/\r?\n/);
  if (line === "" || line.length > MAX_DOCUMENT_PASSWORD_CHARACTERS)
    throw new UsageError("give the password as one line on standard input");
  return line;
}

function told(
  item: ItemId,
  answer: Exclude<PasswordAnswer, { kind: "opened" }>,
): string {
  switch (answer.kind) {
    case "wrong":
      return `the password does not fit; ${answer.triesLeft} tries left`;
    case "wait":
      return `too many tries on ${item}; wait ${answer.seconds} seconds`;
    case "not-locked":
      return `nothing of ${item} waits for a password`;
    case "malicious":
      return `the password fits, and what it opened has a virus; ${item} stays held`;
    case "not-made":
      return `the password fits, but what it opened can't be passed on: ${REASONS[answer.code].title} (${answer.code})`;
    case "changed":
      return `${item} changed meanwhile; look at it again`;
    case "busy":
      return "the sanitizer is busy with other passwords; try again";
    case "no-sanitizer":
      return "no sanitizer of this machine answers; is the gateway running?";
  }
}

export async function rescan(
  ledger: Ledger,
  rest: readonly string[],
  ask: RescanAsk,
): Promise<number> {
  // The janitor of the running gateway hears of it from the ledger; this process has no bell of its own.
  const [which] = rest;
  if (which === "all" && rest.length === 1) {
    print(
      `asked for ${await rescanAll(ledger, ask)} items to be scanned again`,
    );
    return EXIT.done;
  }
  const item = parseItemId(which);
  if (item === null || rest.length !== 1)
    throw new UsageError("give one item number of 26 characters, or all");
  if (await ledger.askRescan(item, ask)) {
    print(`${item} will be scanned again; see its record for the outcome`);
    return EXIT.done;
  }
  complain(`nothing of ${item} is held.`);
  return EXIT.fault;
}

async function rescanAll(ledger: Ledger, ask: RescanAsk): Promise<number> {
  let count = 0;
  let after: number | null = null;
  do {
    const page = await ledger.search({
      ...{ tenants: null, state: "held", after, limit: PAGE },
    });
    for (const { id } of page.rows)
      if (await ledger.askRescan(id, ask)) count += 1;
    after = page.after;
  } while (after !== null);
  return count;
}

export async function pin(
  ledger: Ledger,
  item: ItemId,
  { act, by }: { readonly act: "pin" | "unpin"; readonly by: ActBy },
): Promise<number> {
  if (act === "pin") await ledger.pin(item, by);
  else await ledger.unpin(item, by);
  const isPinned = (await ledger.pinOf(item)) !== null;
  if (isPinned !== (act === "pin")) {
    complain(`nothing of ${item} was ever held; its original is not kept.`);
    return EXIT.fault;
  }
  print(isPinned ? `${item} is pinned` : `${item} is not pinned`);
  return EXIT.done;
}
