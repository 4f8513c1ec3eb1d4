/** The pages of those who get mail. */
import { z } from "zod";
import {
  count,
  host,
  ipAddress,
  origin,
  port,
  section,
  tlsFiles,
} from "../kinds.ts";

export const recipientsSchema = section({
  origin: origin.nullable().default(null),
  host: host.default("127.0.0.1"),
  port: port(8081),
  tls: tlsFiles,
  proxies: z.array(ipAddress).max(100).default([]),
  linkDays: count(1, 365, 30),
});
