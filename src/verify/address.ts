import { readHeaderText } from "./header-text.ts";
import type { Field } from "./header.ts";
import { refuse } from "./refuse.ts";

/** RFC 5321 §4.5.3.1: 64 before the @, 255 behind it. */
const MAX_LOCAL_CHARACTERS = 64;
const MAX_DOMAIN_CHARACTERS = 255;
const MAX_MAILBOXES = 1000;

/** ASCII atoms with dots anywhere, as some Japanese carriers once gave them out, bare or in quotes without any escape. */
const LOCAL = /^(?:[\w!#$%&'*+/=?^`{|}~.-]+|"[\w!#$%&'*+/=?^`{|}~.-]+")$/;
const DOMAIN =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/;
const WORDS = /^=\?[^ ]+(?: =\?[^ ]+)*$/;
/** Inside a quoted string a quote and a backslash stand escaped, nothing else does (RFC 5322 §3.2.4). */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;

/** `mailbox *("," mailbox)` of RFC 5322 §3.4, without groups, comments, routes and obsolete forms. Gives the addresses. */
export function verifyMailboxes(field: Field): string[] {
  const mailboxes = splitAtCommas(field);
  if (mailboxes.length > MAX_MAILBOXES) refuse("mailbox", field.at);
  return mailboxes.map((mailbox) => verifyMailbox(mailbox, field.at));
}

/** Splits at `, ` outside quotes; a quote only opens at the beginning of a mailbox or of its local part. */
function splitAtCommas({ value, at }: Field): string[] {
  const mailboxes: string[] = [];
  let begin = 0;
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const character = value[i];
    if (quoted && character === "\\") i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ",") {
      if (value[i + 1] !== " ") refuse("mailbox", at);
      mailboxes.push(value.slice(begin, i));
      begin = i + 2;
    }
  }
  if (quoted) refuse("mailbox", at);
  mailboxes.push(value.slice(begin));
  return mailboxes;
}

function verifyMailbox(mailbox: string, at: number): string {
  if (!mailbox.endsWith(">")) return requireAddress(mailbox, at);
  const open = mailbox.lastIndexOf("<");
  if (open < 0) refuse("mailbox", at);
  if (open > 0) {
    if (mailbox[open - 1] !== " ") refuse("mailbox", at);
    verifyDisplayName(mailbox.slice(0, open - 1), at);
  }
  return requireAddress(mailbox.slice(open + 1, -1), at);
}

function verifyDisplayName(name: string, at: number): void {
  if (QUOTED.test(name)) {
    if (name.includes("=?")) refuse("mailbox", at);
    return;
  }
  if (name.includes("=?") ? !WORDS.test(name) : !ATOMS.test(name))
    refuse("mailbox", at);
  readHeaderText(name, at);
}

function requireAddress(address: string, at: number): string {
  const sign = address.lastIndexOf("@");
  const local = address.slice(0, sign);
  const domain = address.slice(sign + 1);
  const good =
    sign > 0 &&
    local.length <= MAX_LOCAL_CHARACTERS &&
    domain.length <= MAX_DOMAIN_CHARACTERS &&
    LOCAL.test(local) &&
    DOMAIN.test(domain) &&
    !address.includes("=?");
  return good ? address : refuse("address", at);
}
