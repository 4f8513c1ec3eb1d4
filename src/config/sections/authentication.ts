/** The checks whether a mail comes from whom it says. */
import { isIP } from "node:net";
import { z } from "zod";
import { count, ipAddress, section, type Complain } from "../kinds.ts";

const WITH_PORT = /^(?:([\d.]+)|\[([\da-f:.]+)\])(?::(\d{1,5}))?$/i;

/** As `dns.Resolver` takes it: no name, for somebody would have to look that up. */
const dnsServer = z.string().refine((text) => {
  if (isIP(text) !== 0) return true;
  const [, four = "", six = "", port = "53"] = WITH_PORT.exec(text) ?? [];
  const isAddress = isIP(four) === 4 || isIP(six) === 6;
  return isAddress && Number(port) >= 1 && Number(port) <= 65_535;
}, "must be an address such as 192.0.2.53, 192.0.2.53:53 or [2001:db8::53]:53");

const trustedServer = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\w.-]{1,253}$/,
      "must be what the server calls itself in Authentication-Results, such as mx.town.example.lg.jp",
    ),
  addresses: z.array(ipAddress).min(1).max(100),
});

export const authenticationSchema = section({
  resolver: dnsServer.nullable().default(null),
  deadlineMs: count(500, 20_000, 4000),
  trustedServer: trustedServer.nullable().default(null),
});

/** Of the policy: what follows from them. */
export const authenticationRulesSchema = section({
  onFail: z.enum(["show", "hold"]).default("show"),
});

/** Whoever wants mail held that fails a check wants it checked. */
export function checkAuthentication(
  config: {
    readonly policy: {
      readonly authentication: z.output<typeof authenticationRulesSchema>;
    };
    readonly authentication: z.output<typeof authenticationSchema>;
  },
  complain: Complain,
) {
  const { resolver, trustedServer } = config.authentication;
  const { onFail } = config.policy.authentication;
  if (onFail === "hold" && resolver === null && trustedServer === null)
    complain(
      ["policy", "authentication", "onFail"],
      "must be show unless authentication.resolver or authentication.trustedServer is set",
    );
}
