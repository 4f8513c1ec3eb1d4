/** What holds for whatever shows pages: passwords and sessions do not cross a network in the clear. */
import { isLoopback, type Complain } from "../kinds.ts";

export interface Pages {
  readonly host: string;
  readonly origin: string | null;
  readonly tls: object | null;
}

/** `name` is the section's, for the words. */
export function checkPages(
  name: string,
  { host, origin, tls }: Pages,
  complain: Complain,
) {
  const isSecure = tls !== null || origin?.startsWith("https:") === true;
  if (!isLoopback(host) && !isSecure)
    complain(
      [name, "host"],
      `must be a loopback address unless ${name}.tls is set or ${name}.origin begins with https:// (a proxy with TLS in front)`,
    );
  if (tls !== null && origin?.startsWith("http:") === true)
    complain(
      [name, "origin"],
      `must begin with https:// while ${name}.tls is set`,
    );
}
