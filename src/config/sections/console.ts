/** The pages of staff, and how they sign in. */
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
} from "../kinds.ts";

/** On this machine alone a provider may speak plain HTTP. */
const issuer = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  const isSafe =
    protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  return isSafe && search === "" && hash === "";
}, "must be an address such as https://login.town.example.lg.jp/realms/town");

const oidcWord = z.string().min(1).max(300);

/** The site's own sign-in. Its secret stands in SEKISHO_OIDC_SECRET. */
const oidc = z.strictObject({
  name: z.string().min(1).max(60).default("庁内の認証基盤"),
  issuer,
  clientId: oidcWord,
  scopes: z.array(oidcWord).max(20).default(["openid", "profile"]),
  accountClaim: oidcWord.default("preferred_username"),
  accountSuffix: oidcWord.nullable().default(null),
  acrValues: z.array(oidcWord).max(20).default([]),
  amrValues: z.array(oidcWord).max(20).default([]),
});

export const consoleSchema = section({
  host: host.default("127.0.0.1"),
  port: port(8080),
  origin: origin.nullable().default(null),
  tls: tlsFiles,
  proxies: z.array(ipAddress).max(100).default([]),
  idleMinutes: count(1, 120, 20),
  absoluteHours: count(1, 24, 10),
  linkHours: count(1, 168, 24),
  metricsFrom: z.array(ipAddress).max(100).default(["127.0.0.1", "::1"]),
  oidc: oidc.nullable().default(null),
});
