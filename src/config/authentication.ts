import { isIP } from "node:net";
import { z } from "zod";

/** Settings of the checks whether a mail comes from whom it says. */

const WITH_PORT = /^(?:([\d.]+)|\[([\da-f:.]+)\])(?::(\d{1,5}))?$/i;

/** As `dns.Resolver` takes it: no name, for somebody would have to look that up. */
const dnsServer = z.string().refine((text) => {
  if (isIP(text) !== 0) return true;
  const [, four = "", six = "", port = "53"] = WITH_PORT.exec(text) ?? [];
  const isAddress = isIP(four) === 4 || isIP(six) === 6;
  return isAddress && Number(port) >= 1 && Number(port) <= 65_535;
}, "must be an address such as 192.0.2.53, 192.0.2.53:53 or [2001:db8::53]:53");

const address = z
  .string()
  .refine((text) => isIP(text) !== 0, "must be an address");

const trustedServer = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\w.-]{1,253}$/,
      "must be what the server calls itself in Authentication-Results, such as mx.town.example.lg.jp",
    ),
  addresses: z.array(address).min(1).max(100),
});

export const authenticationSchema = z.preprocess(
  (value) => value ?? {},
  z.strictObject({
    resolver: dnsServer.nullable().default(null),
    deadlineMs: z.int().min(500).max(20_000).default(4000),
    trustedServer: trustedServer.nullable().default(null),
  }),
);

export const authenticationRulesSchema = z.preprocess(
  (value) => value ?? {},
  z.strictObject({ onFail: z.enum(["show", "hold"]).default("show") }),
);
