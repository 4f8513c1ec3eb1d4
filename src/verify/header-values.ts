import { verifyMailboxes } from "./address.ts";
import { readHeaderText } from "./header-text.ts";
import type { Field, Fields } from "./header.ts";
import { refuse } from "./refuse.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
/** RFC 5322 §3.3 without comments and obsolete zones. */
const DATE =
  /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat), (\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d) [+-](?:0\d|1[0-4])[0-5]\d$/;

/** RFC 5322 §3.6.4: dot-atoms, or a literal of letters, digits, dots, colons and hyphens on the right. */
const MESSAGE_ID =
  /^<[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|\[[A-Za-z0-9.:-]{1,60}\])>$/;
const MAX_MESSAGE_ID_CHARACTERS = 998;
const MAX_REFERENCES = 1000;
/** RFC 2919 §3, without the phrase in front. */
const LIST_ID = /^<[\w-]+(?:\.[\w-]+)*>$/;
const AUTO_SUBMITTED = /^(?:no|auto-generated|auto-replied|auto-notified)$/;
const ITEM = /^[0-9a-hjkmnp-tv-z]{26}$/;
const VERDICT = /^(?:clean|cleaned|unexaminable|malicious)$/;
const PARTS = /^made=\d{1,5} held=\d{1,5}$/;
const PASSAGES = /^[1-9]\d{0,2}$/;
/** RFC 5322 §3.6.7 in the one form that we write: nothing of the client. */
const RECEIVED = /^by [a-z0-9.-]{1,253} id [0-9a-hjkmnp-tv-z]{26}; (.*)$/;
const CERTIFICATE = /^[0-9a-f]{64}$/;

/** How each field of the mail itself is read, other than the MIME fields. */
const CHECKS: Readonly<Record<string, (field: Field) => void>> = {
  Received: verifyReceived,
  "X-Sekisho-Passages": closed(PASSAGES, "closed-value"),
  Date: verifyDate,
  From: verifyMailboxes,
  To: verifyMailboxes,
  Cc: verifyMailboxes,
  "Reply-To": verifyMailboxes,
  Subject: ({ value, at }) => void readHeaderText(value, at),
  "Message-ID": verifyMessageId,
  "In-Reply-To": verifyMessageIds,
  References: verifyMessageIds,
  "List-Id": closed(LIST_ID, "list-id"),
  "Auto-Submitted": closed(AUTO_SUBMITTED, "closed-value"),
  "X-Sekisho-Item": closed(ITEM, "closed-value"),
  "X-Sekisho-Verdict": closed(VERDICT, "closed-value"),
  "X-Sekisho-Parts": closed(PARTS, "closed-value"),
  "X-Sekisho-Certificate": closed(CERTIFICATE, "closed-value"),
  "X-Sekisho-Original-Message-ID": verifyMessageId,
  "MIME-Version": closed(/^1\.0$/, "closed-value"),
};

/** Every name that may stand in the header of the mail. */
export const MAIL_FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(CHECKS),
  "Content-Type",
  "Content-Transfer-Encoding",
]);

export function verifyMailFields(fields: Fields): void {
  for (const [name, field] of fields) CHECKS[name]?.(field);
}

function closed(
  shape: RegExp,
  rule: "closed-value" | "list-id",
): (field: Field) => void {
  return ({ value, at }) => {
    if (!shape.test(value)) refuse(rule, at);
  };
}

function verifyReceived({ value, at }: Field): void {
  const [, date] = RECEIVED.exec(value) ?? refuse("closed-value", at);
  verifyDate({ value: date!, at });
}

function verifyDate({ value, at }: Field): void {
  const [, weekday, day, month, year] = DATE.exec(value) ?? refuse("date", at);
  const monthIndex = MONTHS.indexOf(month!) / 3;
  const date = new Date(Date.UTC(Number(year), monthIndex, Number(day)));
  const real =
    Number(year) >= 1000 &&
    date.getUTCMonth() === monthIndex &&
    date.getUTCDate() === Number(day);
  if (!real || DAYS[date.getUTCDay()] !== weekday) refuse("date", at);
}

function verifyMessageId({ value, at }: Field): void {
  const good =
    value.length <= MAX_MESSAGE_ID_CHARACTERS &&
    MESSAGE_ID.test(value) &&
    !value.includes("=?");
  if (!good) refuse("message-id", at);
}

function verifyMessageIds({ value, at }: Field): void {
  const ids = value.split(" ");
  if (ids.length > MAX_REFERENCES) refuse("message-id", at);
  for (const id of ids) verifyMessageId({ value: id, at });
}
