/** An envelope address that we are ready to say to a server: ASCII, no control characters, no angle brackets. */
export interface Mailbox {
  readonly local: string;
  /** Lower case. */
  readonly domain: string;
  /** `local@domain`. */
  readonly address: string;
}

const LOCAL_CHARACTERS = 64;
const PATH_CHARACTERS = 254;

/**
 * RFC 5321 §4.1.2 Dot-string, except that dots may stand anywhere: Japanese carriers once gave out `a..b@` and `a.@`, and such
 * senders still write to town halls.
 */
const DOTTED = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/;
/** Quoted-string without blank, quote, backslash, angle bracket and @: what all servers on the way read alike. */
const QUOTED = /^"[!#-;=?A-[\]-~]+"$/;
/** The underscore is no host name, but machines that send alarms are called so. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** RFC 5321 §4.1.3; we say it on and never connect to it, so the shape is enough. */
const LITERAL = /^\[(?:ipv6:)?[0-9a-f.:]{2,45}\]$/;

/** Null when the text is not one mailbox and nothing else. Routes, comments and display names are not mailboxes. */
export function parseMailbox(untrusted: string): Mailbox | null {
  if (untrusted.length > PATH_CHARACTERS) return null;
  const at = untrusted.lastIndexOf("@");
  const local = untrusted.slice(0, at);
  const domain = untrusted.slice(at + 1).toLowerCase();
  if (at < 1 || local.length > LOCAL_CHARACTERS) return null;
  if (!DOTTED.test(local) && !QUOTED.test(local)) return null;
  if (!isDomain(domain)) return null;
  return { local, domain, address: `${local}@${domain}` };
}

function isDomain(domain: string): boolean {
  if (domain.startsWith("[")) return LITERAL.test(domain);
  return domain.split(".").every((label) => LABEL.test(label));
}
