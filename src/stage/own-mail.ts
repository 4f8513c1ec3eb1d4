/*
NAME       own mail: write a mail of the gateway's own: a digest, or that promised attachments are held
ZONE       airlock
READS      ledger       WRITES  work folder of the item
SECURITY   made of the ledger's words alone, cleaned again; goes the way of every mail through clear and the outbox
STANDARDS  RFC 5322, RFC 3834 §3.1.7, §5 (Auto-Submitted; the null reverse-path stands in the envelope)
NOT HERE   when to write one (stage/post), the words (own-mail-words)
*/
import { createHash } from "node:crypto";
import type { ItemKind } from "../core/item.ts";
import type { RebuiltMessage } from "../core/message.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Workspace } from "../core/stores.ts";
import { formatAddresses } from "../mime/address.ts";
import { formatDate } from "../mime/date.ts";
import { decodeHeaderText, encodeHeaderText } from "../mime/encoded-word.ts";
import { FOLLOW_UP_MARK } from "../mime/follow-up.ts";
import { writeMessage } from "../mime/message-writer.ts";
import { shownLine } from "../mime/shown-line.ts";
import {
  digestWords,
  dutyDigestWords,
  heldNoticeWords,
  type OwnMailWords,
} from "./own-mail-words.ts";
import type { Policy } from "../policy/policy.ts";

export interface OwnMailTools {
  readonly ledger: Pick<Ledger, "digestContent" | "holds" | "item">;
  readonly workspace: Workspace;
  readonly hostname: string;
  readonly policy: Policy;
  readonly sender: OwnSender;
  /** Address of the recipients' page for an item; absent or null where there is none. */
  readonly recipientLink?: ((item: ItemRecord) => string) | null;
}

/** Who stands as the author of such mails: whoever answers gets to people. */
export interface OwnSender {
  readonly tenantName: string;
  readonly address: string;
}

const OWN: ReadonlySet<ItemKind> = new Set([
  ...(["held-notice", "digest", "duty-digest"] as const),
]);

export function isOwnMail({ kind }: ItemRecord): boolean {
  return kind !== undefined && OWN.has(kind);
}

const MAX_HOLDS = 200;
const MAX_SUBJECT_CHARACTERS = 200;

/** The same ledger gives the same bytes. */
export async function writeOwnMail(
  record: ItemRecord,
  tools: OwnMailTools,
): Promise<RebuiltMessage> {
  const words = await wordsFor(record, tools);
  const subject = shownLine(words.subject, MAX_SUBJECT_CHARACTERS);
  const at = formatDate({
    at: new Date(record.receivedAt),
    offsetMinutes: 540,
  });
  const { address } = tools.sender;
  const certificate = createHash("sha256")
    .update(`${record.sha256}\n${words.text}`)
    .digest("hex");
  const people = (name: string, all: readonly string[], own = "") =>
    formatAddresses(
      all.map((one) => ({ name: own, address: one })),
      name.length + 2,
    );
  const subjectValue = encodeHeaderText(subject, "Subject: ".length);
  const message = writeMessage({
    headers: [
      ["Received", `by ${tools.hostname} id ${record.id};\r\n ${at}`],
      ["X-Sekisho-Passages", "1"],
      ["Date", at],
      ["From", people("From", [address], "関所（Sekisho）")],
      ["To", people("To", record.envelope.recipients)],
      ["Subject", subjectValue],
      ["Message-ID", `<${record.id}@sekisho.invalid>`],
      ...(record.thread === undefined
        ? []
        : ([
            ["In-Reply-To", record.thread],
            ["References", record.thread],
          ] as const)),
      ["Auto-Submitted", "auto-generated"],
      ["X-Sekisho-Item", record.id],
      ["X-Sekisho-Verdict", "clean"],
      ["X-Sekisho-Certificate", certificate],
    ],
    text: words.text,
    attachments: [],
    boundarySeed: certificate.slice(0, 32),
  });
  const holder = tools.workspace.hold();
  for await (const piece of message) await holder.add(piece);
  return {
    item: record.id,
    content: await holder.finish(),
    expected: {
      subject: decodeHeaderText(subjectValue.replace(/\r\n(?=[ \t])/g, "")),
      text: words.text,
      attachments: [],
    },
  };
}

async function wordsFor(
  record: ItemRecord,
  tools: OwnMailTools,
): Promise<OwnMailWords> {
  const { policy, sender, ledger } = tools;
  const about = {
    ...{ links: policy.links, notice: policy.notice },
    tenantName: sender.tenantName,
  };
  if (record.kind === "held-notice" && record.parent !== null) {
    const parent = await ledger.item(record.parent);
    const filter = { item: record.parent, limit: MAX_HOLDS };
    const holds = [...(await ledger.holds(filter))].reverse();
    const subject = `${FOLLOW_UP_MARK}${parent?.subject ?? ""}`;
    const pageOf = await pages(
      holds.map(({ item }) => item),
      tools,
    );
    return heldNoticeWords(subject, holds, { ...about, pageOf });
  }
  const content = await ledger.digestContent(record.id);
  const items = content.lines.map(({ hold }) => hold.item);
  const isDuty = record.kind === "duty-digest";
  // The pages of recipients are for them alone.
  const pageOf = isDuty ? () => null : await pages(items, tools);
  return isDuty
    ? dutyDigestWords(content, { ...about, pageOf })
    : digestWords(content, { ...about, pageOf });
}

/** The one place where a link to each held mail comes in. */
async function pages(
  items: readonly ItemRecord["id"][],
  { recipientLink, ledger }: OwnMailTools,
): Promise<(hold: { readonly item: ItemRecord["id"] }) => string | null> {
  const known = new Map<ItemRecord["id"], string>();
  if (recipientLink)
    for (const id of new Set(items)) {
      const item = await ledger.item(id);
      if (item !== null) known.set(id, recipientLink(item));
    }
  return ({ item }) => known.get(item) ?? null;
}
