/**
 * Faults are our errors: something could not be done. A virus is a verdict, not a fault.
 * One class, one table. `docs/faults.md` lists every code with advice; a test compares both ways.
 */
export interface FaultRow {
  /** Whether trying again can help. */
  readonly retry: "never" | "later";
  /** Who can do something about it. */
  readonly blame: "sender" | "content" | "operator" | "us";
  /** What an SMTP client hears, or null where no client is waiting. Never names an engine, a path or a peer. */
  readonly reply: {
    readonly code: number;
    readonly enhanced: string;
    readonly text: string;
  } | null;
}

const later = { retry: "later" } as const;
const never = { retry: "never" } as const;
const reply = (code: number, enhanced: string, text: string) => ({
  code,
  enhanced,
  text,
});

export const FAULTS = {
  // SMTP, while a client waits
  SMTP_RELAY_DENIED: {
    ...never,
    blame: "sender",
    reply: reply(550, "5.7.1", "Relaying denied"),
  },
  SMTP_BAD_ADDRESS: {
    ...never,
    blame: "sender",
    reply: reply(553, "5.1.3", "Address not understood"),
  },
  SMTP_TOO_MANY_RECIPIENTS: {
    ...later,
    blame: "sender",
    reply: reply(452, "4.5.3", "Too many recipients"),
  },
  SMTP_TOO_BIG: {
    ...never,
    blame: "sender",
    reply: reply(552, "5.3.4", "Message too big"),
  },
  SMTP_BARE_LINE_ENDING: {
    ...never,
    blame: "sender",
    reply: reply(554, "5.6.0", "Bare CR, bare LF or NUL in message"),
  },
  SMTP_HEADER_TOO_BIG: {
    ...never,
    blame: "sender",
    reply: reply(554, "5.6.0", "Message header too big"),
  },
  SMTP_MAIL_LOOP: {
    ...never,
    blame: "sender",
    reply: reply(554, "5.4.6", "Mail loop"),
  },
  SMTP_DATA_TOO_SLOW: {
    ...later,
    blame: "sender",
    reply: reply(421, "4.4.2", "Message came too slowly"),
  },
  SMTP_TOO_MANY_MESSAGES: {
    ...later,
    blame: "sender",
    reply: reply(421, "4.7.0", "Too many messages in one session"),
  },
  SMTP_TOO_MANY_CONNECTIONS: {
    ...later,
    blame: "sender",
    reply: reply(421, "4.7.0", "Too many connections"),
  },
  SMTP_TOO_MANY_ERRORS: {
    ...later,
    blame: "sender",
    reply: reply(421, "4.7.0", "Too many errors"),
  },
  SMTP_SESSION_TOO_LONG: {
    ...later,
    blame: "sender",
    reply: reply(421, "4.4.2", "Session lasted too long"),
  },
  SMTP_NOT_OFFERED: {
    ...never,
    blame: "sender",
    reply: reply(555, "5.5.4", "Parameter not offered"),
  },
  SMTP_CLIENT_GONE: { ...later, blame: "sender", reply: null },
  SMTP_SHUTTING_DOWN: {
    ...later,
    blame: "us",
    reply: reply(421, "4.3.2", "Service closing, try again later"),
  },

  // Storage
  STORE_FULL: {
    ...later,
    blame: "operator",
    reply: reply(452, "4.3.1", "Insufficient storage, try again later"),
  },
  STORE_FAILED: {
    ...later,
    blame: "operator",
    reply: reply(451, "4.3.0", "Could not store, try again later"),
  },
  STORE_DAMAGED: { ...never, blame: "us", reply: null },
  STORE_LOCKED: { ...never, blame: "operator", reply: null },
  STORE_NEWER: { ...never, blame: "operator", reply: null },
  STORE_KEY_EXPOSED: { ...never, blame: "operator", reply: null },

  // Reading a mail
  MIME_TOO_MANY_HEADERS: { ...never, blame: "content", reply: null },
  MIME_HEADER_TOO_BIG: { ...never, blame: "content", reply: null },
  MIME_LINE_TOO_LONG: { ...never, blame: "content", reply: null },
  MIME_TOO_DEEP: { ...never, blame: "content", reply: null },
  MIME_TOO_MANY_PARTS: { ...never, blame: "content", reply: null },
  MIME_TOO_MANY_PARAMETERS: { ...never, blame: "content", reply: null },
  MIME_PARAMETERS_TOO_BIG: { ...never, blame: "content", reply: null },
  MIME_TOO_BIG: { ...never, blame: "content", reply: null },
  TEXT_TOO_BIG: { ...never, blame: "content", reply: null },

  // Scanner
  CLAMD_UNREACHABLE: { ...later, blame: "operator", reply: null },
  CLAMD_DEADLINE: { ...later, blame: "operator", reply: null },
  CLAMD_BAD_ANSWER: { ...later, blame: "operator", reply: null },

  // Pit
  PIT_UNAVAILABLE: { ...later, blame: "operator", reply: null },
  PIT_DEADLINE: { ...never, blame: "content", reply: null },
  PIT_CPU: { ...never, blame: "content", reply: null },
  PIT_MEMORY: { ...never, blame: "content", reply: null },
  PIT_OUTPUT: { ...never, blame: "content", reply: null },
  PIT_PROTOCOL: { ...never, blame: "content", reply: null },
  PIT_CRASHED: { ...never, blame: "content", reply: null },
  PIT_UNEXPECTED: { ...never, blame: "content", reply: null },
  DOCUMENT_UNREADABLE: { ...never, blame: "content", reply: null },
  DOCUMENT_ENCRYPTED: { ...never, blame: "content", reply: null },
  DOCUMENT_EMPTY: { ...never, blame: "content", reply: null },
  DOCUMENT_TOO_MANY_PAGES: { ...never, blame: "content", reply: null },
  DOCUMENT_TOO_MANY_PIXELS: { ...never, blame: "content", reply: null },
  PAGE_BLANK: { ...never, blame: "content", reply: null },
  PAGE_TEXT_TOO_BIG: { ...never, blame: "content", reply: null },
  GLYPHS_MISSING: { ...never, blame: "content", reply: null },
  UNPACKED_TOO_BIG: { ...never, blame: "content", reply: null },
  DOCUMENT_UNKNOWN: { ...never, blame: "content", reply: null },
  CONVERTER_MISSING: { ...never, blame: "operator", reply: null },
  OCR_MISSING: { ...never, blame: "operator", reply: null },
  ARCHIVE_TOO_MANY_ENTRIES: { ...never, blame: "content", reply: null },
  ARCHIVE_TOO_DEEP: { ...never, blame: "content", reply: null },
  ARCHIVE_RATIO: { ...never, blame: "content", reply: null },
  ARCHIVE_OVERLAPPING: { ...never, blame: "content", reply: null },
  ARCHIVE_AMBIGUOUS: { ...never, blame: "content", reply: null },
  ARCHIVE_NOT_SUPPORTED: { ...never, blame: "content", reply: null },
  UNPACKER_MISSING: { ...never, blame: "operator", reply: null },

  // Rebuilding and crossing
  REBUILT_TOO_BIG: { ...never, blame: "content", reply: null },
  VERIFIER_REFUSED: { ...never, blame: "us", reply: null },
  SEAL_BROKEN: { ...never, blame: "us", reply: null },

  // Configuration and everything else
  CONFIG_INVALID: { ...never, blame: "operator", reply: null },
  QUEUE_UNREACHABLE: { ...later, blame: "operator", reply: null },
  COLLECTOR_SILENT: { ...later, blame: "operator", reply: null },
  ALERT_NOT_SENT: { ...later, blame: "operator", reply: null },
  JOB_MALFORMED: { ...never, blame: "us", reply: null },
  UNEXPECTED: {
    ...later,
    blame: "us",
    reply: reply(451, "4.3.0", "Local error, try again later"),
  },
} as const satisfies Record<string, FaultRow>;

export type FaultCode = keyof typeof FAULTS;

/** Small typed facts for the log: numbers and closed words, never content, secrets or header values. */
export type FaultFacts = Readonly<Record<string, string | number | boolean>>;

export class Fault extends Error {
  readonly code: FaultCode;
  readonly facts: FaultFacts;

  constructor(code: FaultCode, facts: FaultFacts = {}, cause?: unknown) {
    const told = Object.entries(facts)
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(" ");
    super(
      told === "" ? code : `${code} ${told}`,
      cause === undefined ? {} : { cause },
    );
    this.name = "Fault";
    this.code = code;
    this.facts = facts;
  }

  get row(): FaultRow {
    return FAULTS[this.code];
  }
}

/** Every catch goes through here; what nobody foresaw is `UNEXPECTED`: try later, blame us. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault(
    "UNEXPECTED",
    {
      error:
        error instanceof Error ? error.message.slice(0, 200) : typeof error,
    },
    error,
  );
}
