import {
  dmarcPolicyIn,
  domainIn,
  resultIn,
  type Authentication,
  type MethodResult,
} from "../core/authentication.ts";
import type { HeaderField } from "../core/part.ts";

/**
 * The field in which a mail server says what it found out about the sender (RFC 8601 §2.2). Anybody can write one: only that
 * of the server that is named counts, and of several of its name only the topmost, for a server writes above what it got.
 */

const MAX_FIELD_CHARACTERS = 16_384;
const MAX_METHODS = 50;
const FIELD_NAME = "authentication-results";
const NOTHING: MethodResult = { result: "none", domain: null };

/** Null when the server says nothing. `authservId`: its name for itself, whatever the case. */
export function authenticationBy(
  authservId: string,
  headers: readonly HeaderField[],
): Authentication | null {
  for (const { name, untrustedValue } of headers) {
    if (name.toLowerCase() !== FIELD_NAME) continue;
    if (untrustedValue.length > MAX_FIELD_CHARACTERS) continue;
    const [first, ...statements] = statementsIn(untrustedValue);
    if (serverIn(first) !== authservId.toLowerCase()) continue;
    return resultsOf(statements.slice(0, MAX_METHODS).flatMap(methodIn));
  }
  return null;
}

/** One piece between semicolons. */
interface Statement {
  /** Without comments. */
  readonly text: string;
  readonly comments: string;
}

/** Quotes mean nothing in a comment, nor do parentheses in quotes; a backslash takes the next character as it is. */
const OUTSIDE = /"(?:[^"\\]|\\.)*"?|\\.?|[();]|[^"\\();]+/sy;
const IN_COMMENT = /\\.?|[()]|[^\\()]+/sy;

function statementsIn(untrusted: string): readonly Statement[] {
  const all = [{ text: "", comments: "" }];
  let depth = 0;
  for (let at = 0; at < untrusted.length;) {
    const pattern = depth === 0 ? OUTSIDE : IN_COMMENT;
    pattern.lastIndex = at;
    const [token = ""] = pattern.exec(untrusted) ?? [];
    const last = all.at(-1)!;
    if (token === "(") depth += 1;
    else if (token === ")" && depth > 0) depth -= 1;
    else if (depth > 0) last.comments += token;
    else if (token === ";") all.push({ text: "", comments: "" });
    else last.text += token;
    // A comment divides words as a blank does.
    if (token === "(") last.text += " ";
    at += token.length;
  }
  return all;
}

const SERVER = /^\s*(?:"([^"]*)"|([^\s"=]+))(?:\s+\d+)?\s*$/;

function serverIn(statement: Statement | undefined): string | null {
  const [, quoted, bare] = SERVER.exec(statement?.text ?? "") ?? [];
  return (quoted ?? bare)?.toLowerCase() ?? null;
}

interface Method {
  readonly method: string;
  readonly result: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly comments: string;
}

const METHOD = /^\s*([a-z][a-z0-9-]*)\s*(?:\/\s*\d+\s*)?=\s*([a-z]+)/i;
/** Begins where a word begins, so that a long word is looked at once. */
const PROPERTY =
  /(?<![\w-])([a-z]+)\s*\.\s*([a-z][\w-]*)\s*=\s*(?:"([^"]*)"|([^\s"]+))/gi;

function methodIn({ text, comments }: Statement): readonly Method[] {
  const [all, method = "", result = ""] = METHOD.exec(text) ?? [];
  if (all === undefined) return [];
  const properties = new Map<string, string>();
  for (const [, type, name, quoted, bare] of text
    .slice(all.length)
    .matchAll(PROPERTY)) {
    const key = `${type}.${name}`.toLowerCase();
    if (!properties.has(key)) properties.set(key, quoted ?? bare ?? "");
  }
  return [
    {
      method: method.toLowerCase(),
      result: result.toLowerCase(),
      ...{ properties, comments },
    },
  ];
}

function resultsOf(methods: readonly Method[]): Authentication {
  const told = (name: string, ...properties: readonly string[]) =>
    methods
      .filter(({ method }) => method === name)
      .map((one) => resultOf(one, properties));
  const dmarc = methods.find(({ method }) => method === "dmarc");
  return {
    by: "server",
    spf: told("spf", "smtp.mailfrom", "smtp.helo")[0] ?? NOTHING,
    dkim: told("dkim", "header.d", "header.i").filter(
      ({ result }) => result !== "none",
    ),
    dmarc: {
      ...(told("dmarc", "header.from")[0] ?? NOTHING),
      policy: dmarc === undefined ? null : policyIn(dmarc),
    },
    arc: told("arc")[0] ?? NOTHING,
  };
}

function resultOf(
  { result, properties }: Method,
  names: readonly string[],
): MethodResult {
  const value = names.map((name) => properties.get(name)).find(Boolean);
  const domain = value?.slice(value.lastIndexOf("@") + 1);
  return { result: resultIn(result), domain: domainIn(domain) };
}

/** Where servers write what the domain asks for: registered since RFC 9989 §9.1, in a comment before. */
function policyIn({ properties, comments }: Method) {
  const commented = /(?:^|[\s,])p=([a-z]+)/i.exec(comments)?.[1];
  const policy = properties.get("policy.dmarc") ?? commented;
  return dmarcPolicyIn(policy?.toLowerCase());
}
