import { Readable } from "node:stream";
import type { DKIMResult, SPFResult } from "mailauth";
import type {
  Authentication,
  AuthResult,
  DmarcResult,
  MailToAuthenticate,
  MethodResult,
} from "../core/authentication.ts";
import { dmarcPolicyIn, domainIn, resultIn } from "../core/authentication.ts";
import { SECOND } from "../core/units.ts";
import { authorsOf, type Authors } from "./authors.ts";
import { DnsServer } from "./dns-server.ts";
import type { Lookups } from "./lookups.ts";
import {
  boundSignatures,
  keyNameOf,
  MAX_SIGNATURES_A_MAIL,
} from "./signed-header.ts";
import { signedMail } from "./signed-mail.ts";

/*
NAME       own checks: SPF, DKIM, ARC and DMARC of one mail, asked of the one DNS server that is named
ZONE       airlock
READS      the original, as a stream       TALKS TO  that DNS server
SECURITY   sender and their DNS are hostile: every question, record, signature and line has a limit, and each method a time of its
           own, so that a silent server of the sender's spoils no check but its own. Nothing of their words goes on but host names
STANDARDS  RFC 7208, RFC 6376, RFC 8617, RFC 9989, each read strictly
NOT HERE   what follows (policy)
*/

export interface OwnCheckRules {
  /** Address and port of the DNS server. */
  readonly resolver: string;
  /** For all that is looked up of one mail. */
  readonly deadlineMs: number;
}

/** RFC 7208 §4.6.4: 10 terms that look something up, of which mx and ptr bring up to 10 names more. */
const MAX_SPF_LOOKUPS = 40;
/** Those of the signatures, and the newest of a chain. */
const MAX_KEY_LOOKUPS = MAX_SIGNATURES_A_MAIL + 1;
/** RFC 9989 §4.10: 8 for a walk up the tree; and whether the name is there. */
const MAX_DMARC_LOOKUPS = 40;
const MAX_SEAL_LOOKUPS = 20;
/** However big the mail and slow its lines: then its signatures stay unproven. */
const MAX_READING_MS = 10 * SECOND;

const NONE: MethodResult = { result: "none", domain: null };
const NOT_CHECKED: MethodResult = { result: "permerror", domain: null };
const NOBODY_TO_ASK: DmarcResult = {
  ...NOT_CHECKED,
  ...{ policy: null, unclearAuthor: true },
};

type Library = Awaited<ReturnType<typeof loadLibrary>>;

/** Its parts one by one: the whole would bring what fetches pictures from the web. */
async function loadLibrary() {
  const [{ dkimVerify }, { spf }, { evaluateDmarc }, { arc }] =
    await Promise.all([
      import("mailauth/lib/dkim/verify.js"),
      import("mailauth/lib/spf/index.js"),
      import("mailauth/lib/dmarc/index.js"),
      import("mailauth/lib/arc/index.js"),
    ]);
  return { dkimVerify, spf, evaluateDmarc, arc };
}

export async function createOwnChecks(
  rules: OwnCheckRules,
): Promise<(mail: MailToAuthenticate) => Promise<Authentication>> {
  const library = await loadLibrary();
  const { deadlineMs, resolver } = rules;
  const place = { library, deadlineMs, server: new DnsServer(resolver) };
  return (mail) => new Checks(place, mail).run();
}

/** What one method proved, as DMARC takes it. */
interface Proof {
  readonly passed: readonly string[];
  /** They may have passed: the answer did not come. */
  readonly unknown: readonly string[];
}

interface Signatures extends Proof {
  readonly told: readonly MethodResult[];
  readonly chain: Parameters<Library["arc"]>[0] | null;
  readonly authors: Authors;
}

interface CheckPlace {
  readonly library: Library;
  readonly server: DnsServer;
  readonly deadlineMs: number;
}

class Checks {
  readonly #library: Library;
  readonly #place: CheckPlace;
  readonly #mail: MailToAuthenticate;

  constructor(place: CheckPlace, mail: MailToAuthenticate) {
    this.#library = place.library;
    this.#place = place;
    this.#mail = mail;
  }

  async run(): Promise<Authentication> {
    const [spf, signatures] = await Promise.all([
      this.#spf(),
      this.#signatures(),
    ]);
    const [dmarc, arc] = await Promise.all([
      // What makes a reader stumble is no reason for a mail to wait, nor to be believed.
      this.#dmarc(spf, signatures).catch(() => NOBODY_TO_ASK),
      this.#arc(signatures).catch(() => NOT_CHECKED),
    ]);
    return {
      by: "gateway",
      ...{ spf: spf.told, dkim: signatures.told, dmarc, arc },
    };
  }

  /** Half of the time is for SPF and keys, the other for what begins when they are known. */
  async #with<T>(
    maxLookups: number,
    ask: (lookups: Lookups) => Promise<T>,
  ): Promise<T> {
    const { server, deadlineMs } = this.#place;
    const rules = { deadlineMs: deadlineMs / 2, maxLookups };
    const lookups = server.lookups(rules);
    try {
      return await ask(lookups);
    } finally {
      lookups.end();
      if (lookups.isUnheard) await server.doubt();
    }
  }

  #spf(): Promise<Proof & { readonly told: MethodResult }> {
    const { reversePath, client } = this.#mail.envelope;
    return this.#with(MAX_SPF_LOOKUPS, async ({ resolve }) => {
      const found = await this.#library
        .spf({
          ...{ ip: client.address, helo: client.helo, sender: reversePath },
          ...{ mta: "sekisho", resolver: resolve, strict: true },
        })
        .catch((): SPFResult | null => null);
      if (found === null) return { told: NOT_CHECKED, ...NOTHING_PROVEN };
      const { domain, status } = found;
      const result = resultIn(status.result);
      return {
        told: { result, domain: domainIn(domain) },
        passed: result === "pass" ? [domain] : [],
        unknown: result === "temperror" ? [domain] : [],
      };
    });
  }

  #signatures(): Promise<Signatures> {
    return this.#with(MAX_KEY_LOOKUPS, async (lookups) => {
      const pieces = signedMail(this.#mail.original, MAX_READING_MS);
      try {
        const first = await pieces.next();
        const header = boundSignatures(first.value ?? Buffer.alloc(0));
        const ask = keysAskedAhead(header.keyNames, lookups);
        const mail = Readable.from(followed(header.block, pieces), {
          objectMode: false,
        });
        const found = await this.#library.dkimVerify(mail, {
          ...{ resolver: ask, sender: this.#mail.envelope.reversePath },
          strict: true,
        });
        const signatures = signaturesIn(found, lookups, this.#mail);
        return header.hasTooLong
          ? { ...signatures, told: [...signatures.told, NOT_CHECKED] }
          : signatures;
      } catch {
        // Not to be read, so nothing in it proves anything.
        const told = [NOT_CHECKED];
        const authors = authorsOf(this.#mail.headers, null);
        return { told, chain: null, authors, ...NOTHING_PROVEN };
      } finally {
        await pieces.return();
      }
    });
  }

  #dmarc(spf: Proof, { passed, unknown, authors }: Signatures) {
    return this.#with(MAX_DMARC_LOOKUPS, async ({ resolve }) => {
      const evaluate = (
        spfDomains: readonly string[],
        signed: readonly string[],
      ) =>
        this.#library.evaluateDmarc({
          headerFrom: [...authors.addresses],
          fromFields: authors.fields,
          spfDomains: [...spfDomains],
          dkimDomains: signed.map((domain) => ({ domain })),
          ...{ resolver: resolve, strict: true },
        });
      const found = await evaluate(spf.passed, passed);
      const told = dmarcTold(found);
      if (told.result !== "fail") return told;
      // Would pass with the answers that did not come: then nobody can say that it failed.
      const all = await evaluate(
        [...spf.passed, ...spf.unknown],
        [...passed, ...unknown],
      );
      return dmarcTold(all).result === "pass"
        ? { ...told, result: "temperror" as const }
        : told;
    });
  }

  #arc({ chain }: Signatures): Promise<MethodResult> {
    if (chain === null) return Promise.resolve(NONE);
    return this.#with(MAX_SEAL_LOOKUPS, async (lookups) => {
      const { resolve: resolver, unanswered } = lookups;
      const found = await this.#library.arc(chain, { resolver, strict: true });
      const { signature } = found;
      const domain = signature ? domainIn(signature.signingDomain) : null;
      const isUnknown =
        unanswered.size > 0 ||
        (signature && signature.status.result === "temperror");
      const result = resultIn(found.status.result);
      return result === "fail" && isUnknown
        ? { result: "temperror", domain }
        : { result, domain };
    });
  }
}

const NOTHING_PROVEN: Proof = { passed: [], unknown: [] };

/**
 * All at once, before the mail is read: whoever lets one wait takes no time from the others. What was not asked for ahead is
 * not asked for at all.
 */
function keysAskedAhead(
  names: readonly string[],
  { resolve }: Lookups,
): Lookups["resolve"] {
  const asked = new Map(
    [...new Set(names)].map((name) => {
      const answer = resolve(name, "TXT");
      // Whoever asks for it hears of it.
      answer.catch(() => undefined);
      return [name, answer] as const;
    }),
  );
  return (untrustedName) =>
    asked.get(keyNameOf(untrustedName)) ??
    Promise.reject(Object.assign(new Error("not asked"), { code: "ETIMEOUT" }));
}

async function* followed(
  first: Buffer,
  rest: AsyncGenerator<Buffer, void>,
): AsyncGenerator<Buffer, void> {
  yield first;
  yield* rest;
}

type Verified = Awaited<ReturnType<Library["dkimVerify"]>>;

function signaturesIn(
  { results, arc, headerFrom, fromFields }: Verified,
  { unanswered }: Lookups,
  { headers }: MailToAuthenticate,
): Signatures {
  const signed = results.filter(({ status }) => status.result !== "none");
  const isUnknown = ({ status, selector, signingDomain }: DKIMResult) =>
    status.result === "temperror" &&
    unanswered.has(keyNameOf(`${selector}._domainkey.${signingDomain}`));
  return {
    told: signed.map((one) => ({
      result: signatureResult(one),
      domain: domainIn(one.signingDomain),
    })),
    passed: domainsOf(signed.filter((one) => signatureResult(one) === "pass")),
    unknown: domainsOf(signed.filter(isUnknown)),
    chain: arc === undefined ? null : { ...arc, chain: arc.chain || [] },
    authors: authorsOf(headers, { addresses: headerFrom, fields: fromFields }),
  };
}

/** One that leaves the end of the mail open (RFC 6376 §8.2) holds, and proves nothing of what stands there. */
function signatureResult({ status }: DKIMResult): AuthResult {
  const result = resultIn(status.result);
  const isOpen = (status.underSized ?? 0) > 0;
  return result === "pass" && isOpen ? "policy" : result;
}

function domainsOf(results: readonly DKIMResult[]): readonly string[] {
  return results.map(({ signingDomain }) => signingDomain ?? "");
}

function dmarcTold({
  response,
  reason,
  authorDomains,
}: Awaited<ReturnType<Library["evaluateDmarc"]>>): DmarcResult {
  if (response === false)
    return reason === "no-author-domain"
      ? { ...NONE, policy: null }
      : {
          ...NOBODY_TO_ASK,
          domain: domainIn(authorDomains?.[0]),
        };
  const { status, policy } = response;
  return {
    result: resultIn(status.result),
    domain: domainIn(status.header?.from),
    policy: dmarcPolicyIn(policy),
  };
}
