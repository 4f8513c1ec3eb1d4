import { isIP } from "node:net";

/** Where browsers come from and what they show: the checks that need no account. */
export interface Gate {
  /** Where the console is reached, without a slash at the end. */
  readonly origin: string;
  readonly isSecure: boolean;
  readonly cookie: string;
  /** False: a page of another name that was pointed at our address (DNS rebinding). */
  readonly isOurHost: (host: string | undefined) => boolean;
  /** False: another site's page asks. */
  readonly isOurPage: (asked: AskingPage) => boolean;
  readonly setCookie: (token: string | null) => string;
  /** Null when there is none, or more than one. */
  readonly readCookie: (header: string | undefined) => string | null;
  /** The same for a sign-in under way at the site's provider. It lasts `FLOW_SECONDS`. */
  readonly setFlow: (token: string | null) => string;
  readonly readFlow: (header: string | undefined) => string | null;
  /** The same for a screen on a wall, as long as its link is good. */
  readonly setWall: (token: string, seconds: number) => string;
  readonly readWall: (header: string | undefined) => string | null;
}

export interface AskingPage {
  readonly changes: boolean;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

export interface GateSettings {
  /** Null: the address on which the console listens. */
  readonly origin: string | null;
  readonly host: string;
  /** Known once the console listens. */
  readonly port: () => number;
  readonly tls: boolean;
}

/** A person finds the telephone, types a password elsewhere, comes back. */
export const FLOW_SECONDS = 300;

const LOOPBACK_NAMES: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

export function createGate(settings: GateSettings): Gate {
  const { host } = settings;
  const named = isIP(host) === 6 ? `[${host}]` : host;
  const scheme = settings.tls ? "https" : "http";
  const isSecure =
    settings.origin === null
      ? settings.tls
      : settings.origin.startsWith("https:");
  const names = new Set(
    settings.origin === null
      ? [...LOOPBACK_NAMES, named]
      : [new URL(settings.origin).hostname],
  );
  // The prefix makes browsers refuse the cookie from a neighbour host or without TLS.
  const cookie = isSecure ? "__Host-sekisho" : "sekisho";
  return {
    get origin() {
      return settings.origin ?? `${scheme}://${named}:${settings.port()}`;
    },
    isSecure,
    cookie,
    isOurHost: (untrustedHost) => {
      const name = hostName(untrustedHost);
      return name !== null && names.has(name);
    },
    isOurPage: ({ changes, origin: from, fetchSite }) => {
      if (fetchSite === "cross-site" || fetchSite === "same-site") return false;
      if (!changes || from === undefined) return true;
      return settings.origin === null
        ? isLocal(from, { names, scheme })
        : from === settings.origin;
    },
    setCookie: (token) => written(cookie, token, isSecure),
    readCookie: (header) => read(cookie, header),
    setFlow: (token) =>
      written(`${cookie}-flow`, token, isSecure, FLOW_SECONDS),
    readFlow: (header) => read(`${cookie}-flow`, header),
    setWall: (token, seconds) =>
      written(`${cookie}-wall`, token, isSecure, seconds),
    readWall: (header) => read(`${cookie}-wall`, header),
  };
}

function written(
  name: string,
  token: string | null,
  isSecure: boolean,
  seconds?: number,
): string {
  const lasts = token === null ? 0 : seconds;
  return [
    `${name}=${token ?? ""}`,
    ...["Path=/", "HttpOnly", "SameSite=Strict"],
    ...(isSecure ? ["Secure"] : []),
    ...(lasts === undefined ? [] : [`Max-Age=${lasts}`]),
  ].join("; ");
}

function read(name: string, header: string | undefined): string | null {
  const found = (header ?? "")
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one.startsWith(`${name}=`));
  return found.length === 1 ? (found[0]?.slice(name.length + 1) ?? null) : null;
}

function hostName(untrustedHost: string | undefined): string | null {
  const shape = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i;
  return shape.exec(untrustedHost ?? "")?.[1]?.toLowerCase() ?? null;
}

function isLocal(
  origin: string,
  ours: { readonly names: ReadonlySet<string>; readonly scheme: string },
): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return protocol === `${ours.scheme}:` && ours.names.has(hostname);
}
