/** The pages of those who get mail. */
import { z } from "zod";
import {
  count,
  host,
  ipAddress,
  isLoopback,
  origin,
  port,
  section,
  tlsFiles,
  type Complain,
} from "../kinds.ts";

export const recipientsSchema = section({
  origin: origin.nullable().default(null),
  host: host.default("127.0.0.1"),
  port: port(8081),
  tls: tlsFiles,
  proxies: z.array(ipAddress).max(100).default([]),
  linkDays: count(1, 365, 30),
});

/** What staff type there may be a password. */
export function checkRecipients(
  { host, origin, tls }: z.output<typeof recipientsSchema>,
  complain: Complain,
) {
  if (origin === null) return;
  if (!isLoopback(host) && tls === null && !origin.startsWith("https:"))
    complain(
      ["recipients", "host"],
      "must be a loopback address unless recipients.tls is set or recipients.origin begins with https:// (a proxy with TLS in front)",
    );
  if (tls !== null && !origin.startsWith("https:"))
    complain(
      ["recipients", "origin"],
      "must begin with https:// while recipients.tls is set",
    );
}
