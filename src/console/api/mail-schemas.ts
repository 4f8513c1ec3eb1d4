import { flag, list, number, object, orNull, text, time } from "./schema.ts";

const word = orNull(text);

const HOLD = object({
  ...{ part: word, name: word, kind: word, bytes: orNull(number) },
  ...{ sha256: word, code: text, title: text, message: text, advice: text },
  ...{ detail: word, at: time, state: text, stateWords: text },
  ...{ decidedBy: word, decidedWhy: word, decidedAt: orNull(time) },
});

/** One mail of the list. Words of the mail are null for who may not read them. */
export const ROW = object({
  ...{ item: text, tenant: text, state: text, stateWords: text },
  ...{ verdict: word, verdictWords: word, receivedAt: time, bytes: number },
  ...{ subject: word, from: word, recipients: list(text) },
  ...{ recipientCount: number, holds: list(HOLD), holdCount: number },
  ...{ version: text, may: object({ release: flag, discard: flag }) },
});

export const MAIL = object({
  ...{ item: text, tenant: text, tenantName: text, version: text },
  ...{ state: text, stateWords: text, verdict: word, verdictWords: word },
  ...{ receivedAt: time, updatedAt: time, bytes: number, sha256: text },
  ...{ parent: word, subject: word, from: word, policyVersion: word },
  ...{ kind: word, kindWords: word, passwordFrom: word },
  envelope: object({ reversePath: word, client: text, helo: word, tls: flag }),
  recipients: list(
    object({
      ...{ address: word, state: text, stateWords: text },
      ...{ attempts: number, reply: word },
    }),
  ),
  authentication: orNull(
    object({
      by: { ...text, description: "gateway, or the trusted server before it" },
      byWords: text,
      methods: list(
        object({
          method: { ...text, description: "SPF, DKIM, DMARC, ARC" },
          result: { ...text, description: "as RFC 8601 §2.7 calls it" },
          ...{ domain: word, policy: word, title: text, words: text },
        }),
      ),
    }),
  ),
  parts: list(
    object({
      ...{ path: text, name: word, kind: text, type: text, bytes: number },
      ...{ sha256: text, scan: text, scanWords: text, engine: text },
      ...{ signature: word, treatment: text, treatmentWords: text, hold: word },
    }),
  ),
  findings: list(object({ code: text, part: text, words: word, detail: word })),
  override: orNull(
    object({
      ...{ who: text, why: word, at: text, until: text, waives: list(text) },
      ...{ act: text, variant: word },
    }),
  ),
  holds: list(HOLD),
  history: list(
    object({
      ...{ at: time, act: text, words: text, actor: text },
      ...{ why: word, into: word, from: word, until: word, via: word },
    }),
  ),
  pin: orNull(object({ who: text, why: word, at: time })),
  rescan: orNull(object({ who: text, at: time, whenClean: text })),
  variants: list(object({ name: text, title: text })),
  may: object({
    ...{ release: flag, discard: flag, note: flag, password: flag },
    ...{ rescan: flag, pin: flag, unpin: flag },
    noRelease: {
      ...word,
      description: "not-held, malicious, unreadable, futile; null: no reason",
    },
    ...{ preview: flag, certificate: flag },
  }),
});
