import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { answersAt } from "../authentication/dns-server.ts";
import { tlsPairs, type TlsPair } from "../config/certificates.ts";
import type { Config } from "../config/load.ts";
import { toFault } from "../core/fault.ts";
import type { Log } from "../core/log.ts";
import { DAY, SECOND } from "../core/units.ts";
import { askGreeting } from "../smtp/greeting.ts";
import { placesIn } from "./places.ts";

/** One line of `doctor`. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly said: string;
  /** What to do when it is not. */
  readonly fix: string;
}

/** Debian packages whose fonts documents of Japanese offices need, and a file of each. */
const FONTS: Readonly<Record<string, string>> = {
  "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
  "fonts-ipafont-gothic": "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
  "fonts-ipafont-mincho": "/usr/share/fonts/opentype/ipafont-mincho/ipam.ttf",
};

export function fonts(): Finding {
  const missing = Object.entries(FONTS)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
  const ok = missing.length === 0;
  return {
    ...{ what: "fonts", ok },
    said: ok
      ? "Noto CJK and IPA fonts are here"
      : "without these fonts documents that do not bring their own come out with other letters, or are held (GLYPHS_MISSING)",
    fix: `apt-get install --no-install-recommends ${missing.join(" ")}`,
  };
}

const CLOCK_KEEPERS = /^(chronyd|ntpd|openntpd|systemd-timesyn|ptp4l)$/;

/** Times stand in the record and in alerts; a clock that went back makes both hard to believe. */
export function clock(config: Config): Finding {
  const ledger = placesIn(config.gateway.varFolder).ledger;
  const aheadMs = existsSync(ledger)
    ? statSync(ledger).mtimeMs - Date.now()
    : 0;
  const keeper = keeperOfClock();
  const time = new Date().toISOString();
  const fix =
    "set the clock, then apt-get install chrony with a server of your network in /etc/chrony/sources.d";
  if (aheadMs > SECOND)
    return {
      ...{ what: "clock", ok: false, fix },
      said: `${time}, but the ledger was written ${Math.round(aheadMs / SECOND)} s later than that: the clock went back`,
    };
  return {
    ...{ what: "clock", ok: true, fix },
    said:
      keeper === null
        ? `${time}; no program here keeps it (in a container the host does)`
        : `${time}, kept by ${keeper}`,
  };
}

function keeperOfClock(): string | null {
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      if (CLOCK_KEEPERS.test(name)) return name;
    } catch {
      // It ended meanwhile.
    }
  }
  return null;
}

const PORT_DEADLINE_MS = 3 * SECOND;
const MIN_UNPRIVILEGED_PORT = 1024;

/** Each port is either free or ours. */
export async function ports(config: Config): Promise<readonly Finding[]> {
  const { smtp, console, gateway } = config;
  const [mail, page] = await Promise.all([
    askGreeting(smtp, PORT_DEADLINE_MS),
    answers(console.host, console.port),
  ]);
  const refused = mail.untrustedDetail === "ECONNREFUSED";
  const ours = mail.answers && mail.untrustedDetail.includes(gateway.hostname);
  const mayBind = (port: number) =>
    port === 0 || port >= MIN_UNPRIVILEGED_PORT || process.getuid?.() === 0;
  const privileged =
    "ports below 1024 need root or CAP_NET_BIND_SERVICE; set another port, or let a mail server in front pass mail on";
  return [
    {
      ...{ what: "port", ok: (refused && mayBind(smtp.port)) || ours },
      said: `smtp ${smtp.host}:${smtp.port} ${ours ? "answers: the gateway runs" : refused ? "is free" : `answers oddly: ${mail.untrustedDetail}`}`,
      fix: mayBind(smtp.port)
        ? "another program has it, or smtp.host is no address of this machine: end that program or change smtp.host, smtp.port"
        : privileged,
    },
    {
      ...{ what: "port", ok: mayBind(console.port) || page },
      said: `console ${console.host}:${console.port} ${page ? "answers" : "is free"}`,
      fix: privileged,
    },
  ];
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: PORT_DEADLINE_MS });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

/** Readable, of one pair, and not about to end. */
export function certificates(config: Config): readonly Finding[] {
  return tlsPairs(config).map((pair) => ({
    what: "tls",
    ...judged(pair, config.alerts.certificateDays),
  }));
}

function judged(
  { name, keyFile, certificateFile }: TlsPair,
  days: number,
): Omit<Finding, "what"> {
  const fix = `put a new pair into the files of ${name}, then sekisho config reload`;
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile));
    const left = Math.floor(
      (Date.parse(certificate.validTo) - Date.now()) / DAY,
    );
    const isPair = certificate.checkPrivateKey(
      createPrivateKey(readFileSync(keyFile)),
    );
    const said = isPair
      ? `${name} holds for ${left} days`
      : `${name}: key and certificate are no pair`;
    return { ok: isPair && left >= days, said, fix };
  } catch (error) {
    return { ok: false, said: `${name}: ${toFault(error).message}`, fix };
  }
}

/** What is kept here nobody else may read. */
export function permissions(config: Config): Finding {
  const folder = config.gateway.varFolder;
  const { keys } = placesIn(folder);
  const files = existsSync(keys)
    ? readdirSync(keys).map((name) => join(keys, name))
    : [];
  const open = [...(existsSync(folder) ? [folder] : []), ...files].filter(
    (path) => (statSync(path).mode & 0o077) !== 0,
  );
  const foreign = [folder, ...files].filter(
    (path) => existsSync(path) && statSync(path).uid !== process.getuid?.(),
  );
  const ok = open.length === 0 && foreign.length === 0;
  return {
    ...{ what: "rights", ok },
    said: ok
      ? `only this user can read ${folder} and its keys`
      : `others can read, or own: ${[...new Set([...open, ...foreign])].join(", ")}`,
    fix: `chown -R the gateway's user ${folder}; chmod 700 ${folder}; chmod 600 ${keys}/*`,
  };
}

const silent: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Only where lanes are on Redis. */
export async function redis(config: Config): Promise<readonly Finding[]> {
  const { redis: at } = config.queue;
  if (at === null) return [];
  const { createRedisLanes } = await import("../queue/redis.ts");
  const lanes = createRedisLanes({
    ...{ url: at.url, prefix: at.prefix, log: silent },
    password: config.secrets.redisPassword?.reveal() ?? null,
  });
  const ok = await lanes.depths().then(
    () => true,
    () => false,
  );
  await lanes.close(SECOND);
  return [
    {
      ...{ what: "redis", ok },
      said: `Redis at ${at.url} ${ok ? "answers" : "does not answer"}`,
      fix: "start Redis, or check queue.redis.url and SEKISHO_REDIS_PASSWORD. Mail is accepted and waits",
    },
  ];
}

/** Only where one is named. */
export async function dnsServer({
  authentication: { resolver },
}: Config): Promise<readonly Finding[]> {
  if (resolver === null) return [];
  const ok = await answersAt(resolver);
  return [
    {
      ...{ what: "dns", ok },
      said: `DNS server at ${resolver} ${ok ? "answers" : "does not answer"}`,
      fix: "start it, or correct authentication.resolver. Until then mail goes on with its sender unknown",
    },
  ];
}

export function alerts({ alerts: { mail, webhooks } }: Config): Finding {
  const nobody = mail === null && webhooks.length === 0;
  const ways = [
    ...(mail === null ? [] : [`mail to ${mail.to.join(", ")}`]),
    ...webhooks.map((url) => `webhook ${new URL(url).host}`),
  ];
  return {
    ...{ what: "alerts", ok: true },
    said: nobody
      ? "nobody is told of trouble: neither alerts.mail nor alerts.webhooks is set"
      : ways.join("; "),
    fix: "",
  };
}
