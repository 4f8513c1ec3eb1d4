import type { Config } from "../../src/config/load.ts";
import type { WorkerName } from "./children.ts";
import type { ScannerState } from "./scanner.ts";

export interface ScreenFacts {
  readonly config: Config;
  readonly facts: ReadonlyMap<
    WorkerName,
    Readonly<Record<string, string | number>>
  >;
  readonly clamd: ScannerState;
  /** Names of walls that did not hold; empty when all did. */
  readonly walls: readonly string[];
  /** Packages to install before office documents can be converted; empty when all are there. */
  readonly office: readonly string[];
}

/** One screen: what runs, what is missing and what that costs. */
export function screen(told: ScreenFacts): string {
  const { config, facts, clamd, walls, office } = told;
  const port = (name: WorkerName, fallback: number) =>
    String(facts.get(name)?.port ?? fallback);
  const smtp = `${config.smtp.host}:${port("intake", config.smtp.port)}`;
  const mailbox = `${config.lgwan.host}:${port("mailbox", config.lgwan.port)}`;
  const scheme = config.console.tls === null ? "http" : "https";
  const page =
    config.console.origin ??
    `${scheme}://${config.console.host}:${port("console", config.console.port)}`;
  const setUp = facts.get("console")?.setUp;
  const domains = config.tenants.flatMap((tenant) => tenant.domains);
  const lines = [
    "",
    "  関所 Sekisho is running",
    "",
    `  mail in (SMTP)     ${smtp}   for ${domains.slice(0, 3).join(", ")}${domains.length > 3 ? ", …" : ""}`,
    `  console            ${page}`,
    ...(setUp === undefined
      ? []
      : [
          `  first account      ${setUp}`,
          `                     works once, within ${config.console.linkHours} hours`,
        ]),
    ...(config.recipients.origin === null
      ? []
      : [
          `  recipients' page   ${config.recipients.origin}   at ${config.recipients.host}:${port("recipients", config.recipients.port)}`,
        ]),
    config.lgwan.builtInMailbox
      ? `  ${config.lgwan.zoneName} side         ${mailbox}   the built-in mailbox; read it at ${page}/mailbox`
      : `  ${config.lgwan.zoneName} side         ${mailbox}`,
    `  virus scanner      ${scannerLine(clamd)}`,
    `  pit (sandbox)      ${walls.length === 0 ? "every wall holds" : `MISSING: ${walls.join(", ")}`}`,
    `  office documents   ${office.length === 0 ? "LibreOffice, in the pit" : "HELD: LibreOffice is missing"}`,
    `  queue              ${config.queue.redis === null ? "in process" : "Redis"}`,
    `  files              ${config.gateway.varFolder}`,
    "",
    ...warnings(told).map((line) => `  !! ${line}`),
    `  try it:  swaks --server ${smtp} --to you@${domains[0] ?? "town.example.lg.jp"} --body 'こんにちは'`,
    "  stop it: Ctrl-C",
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function scannerLine(clamd: ScannerState): string {
  switch (clamd.signatures) {
    case "real":
      return "clamd, with the signatures of this machine";
    case "test-only":
      return "clamd, TEST SIGNATURES ONLY (EICAR and the ClamAV test file)";
    case "external":
      return `clamd at ${clamd.socketPath ?? ""}`;
    case "none":
      return "NOT RUNNING";
  }
}

function warnings({ clamd, walls, office }: ScreenFacts): string[] {
  const lines: string[] = [];
  if (clamd.signatures === "test-only") {
    lines.push(
      "No virus signatures on this machine: only test viruses are found. Install them before real use",
      "   (freshclam, or copy main.cvd and daily.cvd to /var/lib/clamav), then start again.",
      "",
    );
  }
  if (clamd.signatures === "none") {
    lines.push(
      `The virus scanner does not run (${clamd.problem ?? "unknown"}). Mail is accepted and waits.`,
      "   Install it:  apt-get install clamav-daemon",
      "",
    );
  }
  if (walls.length > 0) {
    lines.push(
      `The pit is not closed (${walls.join(", ")}). Documents and pictures wait; text goes on.`,
      "   Install it:  apt-get install bubblewrap",
      "",
    );
  }
  if (office.length > 0) {
    lines.push(
      "LibreOffice is not whole. Office documents are held; everything else goes on.",
      `   Install it:  apt-get install --no-install-recommends ${office.join(" ")}`,
      "",
    );
  }
  return lines;
}
