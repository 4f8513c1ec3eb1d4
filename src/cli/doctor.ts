import { createHash } from "node:crypto";
import { access, constants, statfs } from "node:fs/promises";
import {
  alerts,
  certificates,
  clock,
  fonts,
  permissions,
  ports,
  redis,
  dnsServer,
} from "../assembly/machine.ts";
import type { Finding } from "../assembly/machine.ts";
import { placesIn } from "../assembly/places.ts";
import type { Config } from "../config/load.ts";
import { memoryContent } from "../core/content.ts";
import { toFault } from "../core/fault.ts";
import { DAY } from "../core/units.ts";
import type { Converter } from "../core/converter.ts";
import { missingOf } from "../pit/converter.ts";
import { missingExtractors } from "../pit/extractors.ts";
import { missingOcr, readsDownwards } from "../pit/ocr.ts";
import { missingOffice } from "../pit/office.ts";
import { createPit } from "../pit/pit.ts";
import { createScanner } from "../scan/clamd.ts";
import { SYSTEM_DATABASE } from "../scan/clamd-process.ts";
import { lookAtSignatures } from "../scan/database.ts";
import { eicarBytes } from "../scan/eicar.ts";
import type { ScannerHealth } from "../scan/health.ts";
import { askGreeting } from "../smtp/greeting.ts";
import { EXIT, parse, print, type Command } from "./command.ts";

export const doctor: Command = {
  help: `Usage: sekisho doctor [--json] [--config FILE]

Checks the pit's walls, LibreOffice and fonts, the programs that unpack archives or read scanned pages, the scanner and its signatures (also that they
are real and not old), disk, clock, ports, certificates, who can read the files, Redis, and whether the LGWAN side greets. Exit 0 when everything is in order, 1 when something is not; each such line says what to do.`,
  async run(args) {
    const { values, config } = parse(args, { json: { type: "boolean" } });
    const settings = config();
    const findings = await Promise.all([
      pitWalls(settings),
      office(),
      scanner(settings),
      disk(settings),
      lgwan(settings),
      ...settings.policy.converters.map(siteConverter),
    ]);
    findings.push(
      ...[archives(), ocr(settings), fonts()],
      ...[clock(settings), permissions(settings)],
      ...(await ports(settings)),
      ...certificates(settings),
      ...(await redis(settings)),
      ...(await dnsServer(settings)),
      alerts(settings),
    );
    for (const finding of findings) {
      if (values.json === true) print(JSON.stringify(finding));
      else {
        print(
          `${finding.ok ? "ok  " : "MISS"}  ${finding.what.padEnd(10)} ${finding.said}`,
        );
        if (!finding.ok) print(`      ${"".padEnd(10)} → ${finding.fix}`);
      }
    }
    return findings.every((finding) => finding.ok) ? EXIT.done : EXIT.fault;
  },
};

async function pitWalls(config: Config): Promise<Finding> {
  const fix =
    "apt-get install bubblewrap; user namespaces must be allowed, and /proc/sys/user writable to bubblewrap (docs/install.md). Until then documents and pictures wait";
  try {
    const pit = createPit({ limits: config.limits });
    const missing = [
      ...new Set([
        ...(await pit.proveWalls()),
        ...(await pit.proveExtraction()),
      ]),
    ];
    const said =
      missing.length === 0
        ? "every wall of the pit holds"
        : `walls that do not hold: ${missing.join(", ")}`;
    return { what: "pit", ok: missing.length === 0, said, fix };
  } catch (error) {
    return { what: "pit", ok: false, said: toFault(error).message, fix };
  }
}

async function siteConverter(converter: Converter): Promise<Finding> {
  const missing = missingOf(converter);
  const { name, program } = converter;
  return {
    ...{ what: "converter", ok: missing.length === 0 },
    said:
      missing.length === 0
        ? `${name}: ${program}`
        : `${name}: not here or not to be run: ${missing.join(", ")}`,
    fix: "install it, or correct policy.converters. Until then its kinds are held",
  };
}

/** Without it office documents are held, and everything else goes on. */
async function office(): Promise<Finding> {
  const missing = missingOffice();
  const ok = missing.length === 0;
  return {
    what: "office",
    ok,
    said: ok
      ? "LibreOffice is here"
      : `LibreOffice is not whole: office documents are held`,
    fix: `apt-get install --no-install-recommends ${missing.join(" ")}`,
  };
}

/** ZIP, RAR, TAR, GZIP and LZH need none of them. */
function archives(): Finding {
  const missing = missingExtractors();
  return {
    what: "archives",
    ok: missing.length === 0,
    said:
      missing.length === 0
        ? "7-Zip is there"
        : `missing: ${missing.join(", ")}`,
    fix: `apt-get install ${missing.join(" ")}; until then 7z, CAB, ISO, XZ and BZIP2 are held`,
  };
}

/** Nothing is missing where nobody asked for it. */
function ocr({ policy }: Config): Finding {
  const missing = missingOcr();
  const isWanted = [policy, ...policy.variants].some(({ pages }) => pages?.ocr);
  const here = readsDownwards()
    ? "tesseract reads Japanese, downwards too"
    : "tesseract reads Japanese (downwards with tesseract-ocr-jpn-vert)";
  const said = missing.length === 0 ? here : `missing: ${missing.join(", ")}`;
  return {
    what: "ocr",
    ok: !isWanted || missing.length === 0,
    said: isWanted ? said : `off (policy.pages.ocr); ${said}`,
    fix: `apt-get install --no-install-recommends ${missing.join(" ")}, or set policy.pages.ocr to false; until then scanned pages cannot be searched`,
  };
}

const INSTALL_CLAMD =
  "apt-get install clamav-daemon, and start the gateway (it runs clamd itself unless scanner.socketPath is set)";
const INSTALL_SIGNATURES =
  "freshclam, or copy main.cvd and daily.cvd to /var/lib/clamav, then start the gateway (or your clamd) again";

/** It answers, it finds the test virus, it knows more than that one, and what it knows is not old. */
async function scanner(config: Config): Promise<Finding> {
  const what = "scanner";
  const socketPath =
    config.scanner.socketPath ??
    `${placesIn(config.gateway.varFolder).clamd}/clamd.sock`;
  const clamd = createScanner({
    socketPath,
    limits: config.limits,
    maxConnections: 1,
  });
  const health = await clamd.health();
  if (health === null) {
    const said = `clamd does not answer at ${socketPath}`;
    return { what, ok: false, said, fix: INSTALL_CLAMD };
  }
  const virus = eicarBytes();
  const sha256 = createHash("sha256").update(virus).digest("hex");
  const { kind } = await clamd.scan(memoryContent(virus, sha256));
  const problem =
    kind === "malicious"
      ? await problemOfSignatures(config, health)
      : "does not find the test virus";
  const said =
    problem === null
      ? `${health.engine}, signatures ${health.signatures}`
      : `${health.engine} ${problem}`;
  return { what, ok: problem === null, said, fix: INSTALL_SIGNATURES };
}

/** As old as our own clamd would still start with (`FailIfCvdOlderThan`). */
const MAX_SIGNATURE_DAYS = 7;

async function problemOfSignatures(
  config: Config,
  health: ScannerHealth,
): Promise<string | null> {
  if (health.signatures !== "none") {
    const days = Math.floor((Date.now() - (health.builtAt ?? 0)) / DAY);
    return days > MAX_SIGNATURE_DAYS
      ? `has signatures that are ${days} days old`
      : null;
  }
  if (config.scanner.socketPath !== null)
    return "has no signatures of the ClamAV project; those of others have no date to look at";
  const folder = config.scanner.databaseFolder ?? SYSTEM_DATABASE;
  return (await lookAtSignatures(folder)).kind === "real"
    ? null
    : "knows TEST SIGNATURES ONLY: it protects nobody";
}

async function disk(config: Config): Promise<Finding> {
  const folder = config.gateway.varFolder;
  const fix = `make room on the disk of ${folder}, or let this user write there`;
  try {
    await access(folder, constants.W_OK);
    const free = await statfs(folder);
    const bytes = free.bavail * free.bsize;
    const ok = bytes > config.smtp.minFreeBytes;
    return {
      what: "disk",
      ok,
      said: `${Math.round(bytes / 1024 ** 3)} GiB free in ${folder}`,
      fix,
    };
  } catch (error) {
    return { what: "disk", ok: false, said: toFault(error).message, fix };
  }
}

const CONNECT_DEADLINE_MS = 3000;

async function lgwan(config: Config): Promise<Finding> {
  const { host, port } = config.lgwan;
  const { answers: ok, untrustedDetail } = await askGreeting(
    { host, port },
    CONNECT_DEADLINE_MS,
  );
  return {
    what: "lgwan",
    ok,
    said: `${config.lgwan.zoneName} mail server ${host}:${port} ${ok ? "answers" : `does not answer (${untrustedDetail})`}`,
    fix: config.lgwan.builtInMailbox
      ? "start the gateway; it brings the mailbox"
      : "check lgwan.host, lgwan.port and the route",
  };
}
