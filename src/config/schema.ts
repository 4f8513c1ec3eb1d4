import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { MAX_DISASTER_HOURS } from "../core/disaster.ts";
import type { Limits } from "../core/limits.ts";
import { SELF_TEST_DOMAIN, SELF_TEST_TENANT } from "../core/check.ts";
import { parseMailbox } from "../core/mailbox.ts";
import { cleanLine } from "../mime/clean-text.ts";
import { KIB, MIB } from "../core/units.ts";
import { isQuiet } from "../policy/digest-times.ts";
import { DEFAULT_PAGES } from "../policy/policy.ts";
import {
  authenticationRulesSchema,
  authenticationSchema,
} from "./authentication.ts";
import { limitsSchema } from "./limits.ts";
import { alertsSchema, eventsSchema } from "./watching.ts";

/** Every setting of the one file, with its range and default. `config/sekisho.yaml` lists them all; a test compares. */

/** A section may be absent, or stand there with everything in it commented out. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value) => value ?? {}, z.strictObject(shape));
}

const count = (least: number, most: number, preset: number) =>
  z.int().min(least).max(most).default(preset);

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

const hostName = z
  .string()
  .toLowerCase()
  .regex(HOST_NAME, "must be a host name in ASCII (xn-- for others)");

const host = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || HOST_NAME.test(text),
    "must be an IP address or a host name",
  );

/** 0 takes any free port; for tests. */
const port = (preset: number) => count(0, 65_535, preset);

const filePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes("\0"), "must be a path");

const LOOPBACK = /^(127\.|::1$|localhost$)/;

const MAX_NOTICE_LINE_CHARACTERS = 300;

/** As it will stand in every mail. */
const noticeLine = z
  .string()
  .min(1)
  .max(MAX_NOTICE_LINE_CHARACTERS)
  .refine(
    (text) => cleanLine(text, MAX_NOTICE_LINE_CHARACTERS) === text,
    "must be one line of plain text without control characters",
  );

const mailbox = z
  .string()
  .refine(
    (text) => parseMailbox(text) !== null,
    "must be one address such as postmaster@town.example.lg.jp",
  );

const origin = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.origin === text;
}, "must be an origin such as https://sekisho.town.example.lg.jp, without a path");

const NO_DIGESTS = {
  every: "none" as const,
  hour: 8,
  quietHours: null,
  audience: "recipients" as const,
  dutyAddress: null,
};

/** On this machine alone a provider may speak plain HTTP. */
const issuer = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  const isSafe =
    protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
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

const tenant = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,62}$/,
      "must be 1 to 63 of a-z, 0-9 and hyphen, not beginning with a hyphen",
    ),
  name: z.string().min(1).max(200),
  domains: z.array(hostName).min(1).max(1000),
  digests: section({
    every: z.enum(["none", "hourly", "daily"]).default("none"),
    hour: count(0, 23, 8),
    quietHours: z
      .strictObject({
        from: z.int().min(0).max(23),
        to: z.int().min(0).max(23),
      })
      .nullable()
      .default(null),
    audience: z.enum(["recipients", "duty"]).default("recipients"),
    dutyAddress: mailbox.nullable().default(null),
  }),
});

const absolutePath = filePath.refine(isAbsolute, "must be an absolute path");

/** A program of the site for kinds of files that nothing here reads; `docs/converters.md`. */
const converter = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, "must be 1 to 40 of a-z, 0-9 and hyphen"),
  program: absolutePath,
  folders: z.array(absolutePath).max(50).default([]),
  extension: z
    .string()
    .regex(/^[a-z0-9]{1,10}$/, "must be 1 to 10 of a-z and 0-9")
    .default("bin"),
  kinds: z
    .array(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/, "must be a media type"))
    .min(1)
    .max(100),
});

const dpi = z.union([z.literal(150), z.literal(200), z.literal(300)]);
const links = z.enum(["keep", "defang", "domain-only"]);
const budget = z
  .int()
  .min(100 * KIB)
  .max(1024 * MIB);

/** Another way to make a held mail anew; what is left out is as in the policy itself. */
const variant = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, "must be 1 to 40 of a-z, 0-9 and hyphen"),
  title: z.string().min(1).max(100),
  links: links.optional(),
  pages: z
    .strictObject({
      dpi: dpi.optional(),
      textLayer: z.boolean().optional(),
      ocr: z.boolean().optional(),
      budgetBytes: budget.optional(),
    })
    .optional(),
});
/** Addresses, and domains for everybody there. */
const senders = z
  .array(
    z
      .string()
      .refine(
        (text) => parseMailbox(text) !== null || HOST_NAME.test(text),
        "must be an address or a domain",
      ),
  )
  .max(1000)
  .nullish()
  .transform((senders) => senders ?? []);

const redisUrl = z.string().superRefine((text, context) => {
  const complain = (message: string) =>
    context.addIssue({ code: "custom", message });
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["redis:", "rediss:"].includes(url.protocol))
    complain("must be an address such as redis://127.0.0.1:6379");
  else if (url.password !== "")
    complain("must not hold a password; put it into SEKISHO_REDIS_PASSWORD");
});

/** null: for ever. */
const daysOrEver = z.int().min(30).max(36_500).nullable().default(null);

export const fileSchema = section({
  gateway: section({
    hostname: hostName.default("sekisho.example.lg.jp"),
    varFolder: filePath.default("var"),
  }),
  tenants: z
    .array(tenant)
    .min(1)
    .max(10_000)
    .nullish()
    .transform(
      (tenants) =>
        tenants ?? [
          {
            id: "default",
            name: "Example Town",
            domains: ["town.example.lg.jp"],
            digests: NO_DIGESTS,
          },
        ],
    ),
  smtp: section({
    host: host.default("127.0.0.1"),
    port: port(2525),
    tls: z
      .strictObject({ keyFile: filePath, certificateFile: filePath })
      .nullable()
      .default(null),
    postmaster: mailbox.nullable().default(null),
    maxConnections: count(1, 10_000, 200),
    maxConnectionsPerClient: count(1, 10_000, 50),
    maxMessagesPerConnection: count(1, 100_000, 1000),
    maxErrorsPerConnection: count(1, 1000, 10),
    idleTimeoutSeconds: count(5, 3600, 300),
    dataDeadlineSeconds: count(5, 7200, 600),
    minDataBytesPerSecond: count(0, 1_000_000, 500),
    minFreeBytes: count(0, Number.MAX_SAFE_INTEGER, 512 * 1024 * 1024),
  }),
  lgwan: section({
    host: host.default("127.0.0.1"),
    port: port(2526),
    zoneName: z.string().min(1).max(100).default("LGWAN"),
    builtInMailbox: z.boolean().default(true),
    requireTls: z.boolean().default(false),
    certificateAuthorityFile: filePath.nullable().default(null),
    maxConnections: count(1, 1000, 8),
    answerDeadlineSeconds: count(5, 3600, 600),
    retryMinutes: z
      .array(z.number().min(0.01).max(1440))
      .min(1)
      .max(100)
      .default([1, 5, 15, 30, 60]),
    giveUpAfterHours: count(1, 720, 120),
    askEverySeconds: count(0, 3600, 30),
  }),
  console: section({
    host: host.default("127.0.0.1"),
    port: port(8080),
    origin: origin.nullable().default(null),
    tls: z
      .strictObject({ keyFile: filePath, certificateFile: filePath })
      .nullable()
      .default(null),
    proxies: z
      .array(
        z.string().refine((text) => isIP(text) !== 0, "must be an address"),
      )
      .max(100)
      .default([]),
    idleMinutes: count(1, 120, 20),
    absoluteHours: count(1, 24, 10),
    linkHours: count(1, 168, 24),
    metricsFrom: z
      .array(
        z.string().refine((text) => isIP(text) !== 0, "must be an address"),
      )
      .max(100)
      .default(["127.0.0.1", "::1"]),
    oidc: oidc.nullable().default(null),
  }),
  recipients: section({
    origin: origin.nullable().default(null),
    host: host.default("127.0.0.1"),
    port: port(8081),
    tls: z
      .strictObject({ keyFile: filePath, certificateFile: filePath })
      .nullable()
      .default(null),
    proxies: z
      .array(
        z.string().refine((text) => isIP(text) !== 0, "must be an address"),
      )
      .max(100)
      .default([]),
    linkDays: count(1, 365, 30),
  }),
  scanner: section({
    socketPath: filePath.nullable().default(null),
    databaseFolder: filePath.nullable().default(null),
    maxConnections: count(1, 100, 8),
  }),
  queue: section({
    redis: z
      .strictObject({
        url: redisUrl,
        prefix: z
          .string()
          .regex(/^[a-z0-9-]{1,40}$/, "must be 1 to 40 of a-z, 0-9 and hyphen")
          .default("sekisho"),
        pages: z.boolean().default(false),
      })
      .nullable()
      .default(null),
  }),
  limits: limitsSchema,
  policy: section({
    malicious: z.enum(["hold-part", "hold-mail"]).default("hold-part"),
    heuristics: z.enum(["examine", "hold"]).default("examine"),
    links: links.default("keep"),
    pages: section({
      dpi: dpi.default(DEFAULT_PAGES.dpi),
      textLayer: z.boolean().default(DEFAULT_PAGES.textLayer),
      ocr: z.boolean().default(DEFAULT_PAGES.ocr),
      budgetBytes: count(100 * KIB, 1024 * MIB, DEFAULT_PAGES.budgetBytes),
    }),
    notice: section({
      language: z.enum(["ja", "en", "ja-en"]).default("ja"),
      place: z.enum(["start", "end"]).default("end"),
      contact: noticeLine.nullable().default(null),
      footer: noticeLine.nullable().default(null),
    }),
    recipientLink: z.boolean().default(true),
    converters: z
      .array(converter)
      .max(50)
      .nullish()
      .transform((converters) => converters ?? []),
    variants: z
      .array(variant)
      .max(20)
      .nullish()
      .transform((variants) => variants ?? []),
    originalRelease: z.enum(["off", "on"]).default("off"),
    stagedDelivery: z.enum(["off", "on"]).default("off"),
    secondMailPassword: z.enum(["off", "on"]).default("off"),
    secondMailMinutes: count(1, 1440, 60),
    authentication: authenticationRulesSchema,
  }),
  authentication: authenticationSchema,
  workers: section({
    inspectConcurrency: count(1, 256, 8),
    sanitizeConcurrency: count(1, 256, 2),
    deliverConcurrency: count(1, 256, 8),
    officeSpares: count(0, 16, 1),
    pitSpares: count(0, 16, 2),
    stopGraceSeconds: count(1, 600, 25),
    firstSenders: senders,
  }),
  disaster: section({
    maxHours: count(1, MAX_DISASTER_HOURS, 24),
    limits: z.record(z.string(), z.int()).default({}),
    senders,
  }),
  selfTest: section({
    hour: z.int().min(0).max(23).nullable().default(4),
    deadlineMinutes: count(1, 120, 15),
    stopOnFailure: z.boolean().default(false),
  }),
  viewer: section({
    showsMalicious: z.boolean().default(false),
    concurrency: count(1, 16, 2),
    keepSeconds: count(1, 25, 15),
    maxCacheBytes: count(MIB, 1024 * MIB, 64 * MIB),
  }),
  janitor: section({
    everySeconds: count(1, 3600, 5),
    quietSeconds: count(1, 3600, 30),
  }),
  alerts: alertsSchema,
  events: eventsSchema,
  retention: section({
    originalDays: count(2, 36_500, 2),
    deliveredDays: count(0, 36_500, 0),
    itemDays: daysOrEver,
    lineEntryDays: daysOrEver,
    viewEntryDays: daysOrEver,
    signInEntryDays: daysOrEver,
    actEntryDays: daysOrEver,
    archiveFolder: filePath.nullable().default(null),
  }),
}).superRefine((config, context) => {
  crossCheckPorts(config, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckTenants(config.tenants, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckDigests(config.tenants, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckConsole(config.console, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckRecipients(config.recipients, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckConverters(config.policy.converters, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckRetention(config.retention, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckVariants(config.policy.variants, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckDisaster(config, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckAuthentication(config, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
  crossCheckPostmaster(config, (path, message) =>
    context.addIssue({ code: "custom", path, message }),
  );
});

type Complain = (path: (string | number)[], message: string) => void;

function crossCheckPorts(
  config: {
    readonly smtp: { readonly port: number };
    readonly lgwan: {
      readonly host: string;
      readonly port: number;
      readonly builtInMailbox: boolean;
      readonly requireTls: boolean;
    };
    readonly console: { readonly port: number };
    readonly recipients: {
      readonly port: number;
      readonly origin: string | null;
    };
  },
  complain: Complain,
) {
  const { smtp, lgwan, console, recipients } = config;
  const ours: [string, number][] = [
    ["smtp.port", smtp.port],
    ["console.port", console.port],
  ];
  if (lgwan.builtInMailbox) ours.push(["lgwan.port", lgwan.port]);
  if (recipients.origin !== null)
    ours.push(["recipients.port", recipients.port]);
  for (const [at, [name, used]] of ours.entries()) {
    const first = ours.slice(0, at).find(([, earlier]) => earlier === used);
    if (used !== 0 && first !== undefined)
      complain(
        name.split("."),
        `must differ from ${first[0]}; both are ${used}`,
      );
  }
  if (lgwan.builtInMailbox && !LOOPBACK.test(lgwan.host))
    complain(
      ["lgwan", "host"],
      "must be a loopback address while lgwan.builtInMailbox is true",
    );
  if (lgwan.builtInMailbox && lgwan.requireTls)
    complain(
      ["lgwan", "requireTls"],
      "must be false while lgwan.builtInMailbox is true: the mailbox has no TLS",
    );
  if (!lgwan.builtInMailbox && lgwan.port === 0)
    complain(
      ["lgwan", "port"],
      "must be at least 1 when lgwan.builtInMailbox is false",
    );
}

/** Passwords and sessions do not cross a network in the clear. */
function crossCheckConsole(
  console: {
    readonly host: string;
    readonly origin: string | null;
    readonly tls: object | null;
  },
  complain: Complain,
) {
  const { host, origin, tls } = console;
  const isSecure = tls !== null || origin?.startsWith("https:") === true;
  if (!LOOPBACK.test(host) && !isSecure)
    complain(
      ["console", "host"],
      "must be a loopback address unless console.tls is set or console.origin begins with https:// (a proxy with TLS in front)",
    );
  if (tls !== null && origin?.startsWith("http:") === true)
    complain(
      ["console", "origin"],
      "must begin with https:// while console.tls is set",
    );
}

/** What staff type there may be a password. */
function crossCheckRecipients(
  recipients: {
    readonly host: string;
    readonly origin: string | null;
    readonly tls: object | null;
  },
  complain: Complain,
) {
  const { host, origin, tls } = recipients;
  if (origin === null) return;
  if (!LOOPBACK.test(host) && tls === null && !origin.startsWith("https:"))
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

function crossCheckTenants(
  tenants: readonly {
    readonly id: string;
    readonly domains: readonly string[];
  }[],
  complain: Complain,
) {
  const ids = new Map<string, number>();
  const domains = new Map<string, string>();
  for (const [at, { id, domains: own }] of tenants.entries()) {
    if (id === SELF_TEST_TENANT)
      complain(["tenants", at, "id"], "is kept for the gateway's self-test");
    if (own.includes(SELF_TEST_DOMAIN))
      complain(["tenants", at, "domains"], "must not be that of the self-test");
    if (ids.has(id))
      complain(
        ["tenants", at, "id"],
        `must be unique; tenant ${ids.get(id)!} has it too`,
      );
    else ids.set(id, at);
    for (const [place, domain] of own.entries()) {
      const owner = domains.get(domain);
      if (owner === undefined) domains.set(domain, id);
      else
        complain(
          ["tenants", at, "domains", place],
          `must belong to one tenant; ${owner} has ${domain} already`,
        );
    }
  }
}

/** What tells of one town's mail stays in that town. */
function crossCheckDigests(
  tenants: readonly {
    readonly id: string;
    readonly domains: readonly string[];
    readonly digests: {
      readonly every: string;
      readonly hour: number;
      readonly quietHours: {
        readonly from: number;
        readonly to: number;
      } | null;
      readonly audience: string;
      readonly dutyAddress: string | null;
    };
  }[],
  complain: Complain,
) {
  for (const [at, { id, domains, digests }] of tenants.entries()) {
    const { every, hour, quietHours, audience, dutyAddress } = digests;
    const place = ["tenants", at, "digests", "dutyAddress"];
    const duty = dutyAddress === null ? null : parseMailbox(dutyAddress);
    if (duty !== null && !domains.includes(duty.domain))
      complain(place, `must be at a domain of tenant ${id}`);
    if (every === "daily" && isQuiet(hour, quietHours))
      complain(
        ["tenants", at, "digests", "hour"],
        "must lie outside of quietHours",
      );
    if (every !== "none" && audience === "duty" && duty === null)
      complain(
        place,
        "must be set while audience is duty: nobody else gets one",
      );
  }
}

function crossCheckConverters(
  converters: readonly {
    readonly name: string;
    readonly kinds: readonly string[];
  }[],
  complain: Complain,
) {
  const names = new Set<string>();
  const owners = new Map<string, string>();
  for (const [at, { name, kinds }] of converters.entries()) {
    const place = ["policy", "converters", at];
    if (names.has(name)) complain([...place, "name"], "must be unique");
    names.add(name);
    for (const kind of kinds) {
      const owner = owners.get(kind);
      if (owner === undefined) owners.set(kind, name);
      else
        complain(
          [...place, "kinds"],
          `must belong to one converter; ${owner} has ${kind} already`,
        );
    }
  }
}

/** Files are told by their item: it may not be forgotten before them. */
function crossCheckRetention(
  retention: {
    readonly originalDays: number;
    readonly deliveredDays: number;
    readonly itemDays: number | null;
  },
  complain: Complain,
) {
  const { originalDays, deliveredDays, itemDays } = retention;
  const files = Math.max(originalDays, deliveredDays);
  if (itemDays !== null && itemDays <= files)
    complain(
      ["retention", "itemDays"],
      `must be more than originalDays and deliveredDays, which keep files for ${files}`,
    );
}

function crossCheckVariants(
  variants: readonly { readonly name: string }[],
  complain: Complain,
) {
  const names = new Set<string>();
  for (const [at, { name }] of variants.entries()) {
    if (names.has(name))
      complain(["policy", "variants", at, "name"], "must be unique");
    names.add(name);
  }
}

/** Together with the usual ones they must be limits that could be set. */
function crossCheckDisaster(
  config: {
    readonly limits: Limits;
    readonly disaster: { readonly limits: Readonly<Record<string, number>> };
  },
  complain: Complain,
) {
  if (Object.keys(config.disaster.limits).length === 0) return;
  const both = { ...config.limits, ...config.disaster.limits };
  const checked = limitsSchema.safeParse(both);
  if (checked.success) return;
  for (const issue of checked.error.issues)
    complain(["disaster", "limits", ...issue.path.map(String)], issue.message);
}

/** Whoever wants mail held that fails a check wants it checked. */
function crossCheckAuthentication(
  config: {
    readonly policy: { readonly authentication: { readonly onFail: string } };
    readonly authentication: {
      readonly resolver: string | null;
      readonly trustedServer: object | null;
    };
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

function crossCheckPostmaster(
  config: {
    readonly smtp: { readonly postmaster: string | null };
    readonly tenants: readonly { readonly domains: readonly string[] }[];
  },
  complain: Complain,
) {
  const { postmaster } = config.smtp;
  const mailbox = postmaster === null ? null : parseMailbox(postmaster);
  if (mailbox === null) return;
  if (!config.tenants.some(({ domains }) => domains.includes(mailbox.domain)))
    complain(
      ["smtp", "postmaster"],
      `must be at a domain of one of the tenants; ${mailbox.domain} is none`,
    );
}
