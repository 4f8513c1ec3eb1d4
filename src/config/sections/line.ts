/** Both ends of the line: where mail comes in, and where it goes. */
import { z } from "zod";
import { parseMailbox } from "../../core/mailbox.ts";
import {
  count,
  filePath,
  host,
  hostName,
  isLoopback,
  mailbox,
  port,
  section,
  tlsFiles,
  type Complain,
} from "../kinds.ts";

export const gatewaySchema = section({
  hostname: hostName.default("sekisho.example.lg.jp"),
  varFolder: filePath.default("var"),
});

export const smtpSchema = section({
  host: host.default("127.0.0.1"),
  port: port(2525),
  tls: tlsFiles,
  postmaster: mailbox("postmaster@town.example.lg.jp").nullable().default(null),
  maxConnections: count(1, 10_000, 200),
  maxConnectionsPerClient: count(1, 10_000, 50),
  maxMessagesPerConnection: count(1, 100_000, 1000),
  maxErrorsPerConnection: count(1, 1000, 10),
  idleTimeoutSeconds: count(5, 3600, 300),
  dataDeadlineSeconds: count(5, 7200, 600),
  minDataBytesPerSecond: count(0, 1_000_000, 500),
  minFreeBytes: count(0, Number.MAX_SAFE_INTEGER, 512 * 1024 * 1024),
});

export const lgwanSchema = section({
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
});

export function checkLgwan(
  lgwan: z.output<typeof lgwanSchema>,
  complain: Complain,
) {
  if (lgwan.builtInMailbox && !isLoopback(lgwan.host))
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

export function checkPostmaster(
  config: {
    readonly smtp: z.output<typeof smtpSchema>;
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
