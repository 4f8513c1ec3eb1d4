import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, resolve } from "node:path";
import { administratorsText } from "../assembly/administrators-text.ts";
import { placesIn } from "../assembly/places.ts";
import type { Config } from "../config/load.ts";
import { Fault } from "../core/fault.ts";
import { MIB } from "../core/units.ts";
import { backup as makeCopy } from "../store/copy/backup.ts";
import { restore as putBack } from "../store/copy/restore.ts";
import { loadKeys } from "../store/keys.ts";
import { createLedger } from "../store/ledger.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
  type Parsed,
} from "./command.ts";
import { withProgress } from "./progress-line.ts";

const MIN_PASSPHRASE_CHARACTERS = 12;

export const backup: Command = {
  help: `Usage: sekisho backup --out FILE [--with-keys --passphrase-file FILE] [--by NAME]

One tar file with the ledger and its record, accounts, held originals, mails on their way, the configuration in force
(without what the emergency mode changes), the signed state of program and settings, and a signed list of hashes. The gateway goes on meanwhile. --with-keys adds the secret keys, sealed under the
passphrase in the file (its first line, ${MIN_PASSPHRASE_CHARACTERS} characters or more); without them a copy is of use only beside a copy of the keys.
Not in it: mails that are delivered, the built-in mailbox, virus signatures, TLS certificates, measures of the past, and
what was cut off the record (retention.archiveFolder: copy that folder, too). Originals that were not cleaned yet are in
it as they came: keep the file as safe as the gateway itself. On record.`,
  async run(args) {
    const parsed = parse(args, {
      out: { type: "string" },
      "with-keys": { type: "boolean" },
      "passphrase-file": { type: "string" },
      by: { type: "string" },
    });
    const out = text(parsed.values, "out");
    if (out === null || parsed.positionals.length > 0)
      throw new UsageError("say where to: --out FILE");
    const withKeys = parsed.values["with-keys"] === true;
    const passphrase = withKeys ? passphraseIn(parsed) : null;
    if (withKeys && passphrase === null)
      throw new UsageError("--with-keys needs --passphrase-file FILE");
    const config = parsed.config();
    return copy(config, {
      ...{ out: resolve(out), passphrase },
      who: text(parsed.values, "by") ?? userInfo().username,
    });
  },
};

interface CopyOrder {
  readonly out: string;
  readonly passphrase: string | null;
  readonly who: string;
}

async function copy(
  config: Config,
  { out, passphrase, who }: CopyOrder,
): Promise<number> {
  const places = placesIn(config.gateway.varFolder);
  const keys = await loadKeys(places.keys, {
    vault: config.secrets.vaultKey?.reveal() ?? null,
    clear: config.secrets.sealKey?.reveal() ?? null,
  });
  const configuration = await administratorsText(config);
  const counted = { what: "backup", unit: "bytes" } as const;
  const { contents, bytes, sha256 } = await withProgress(counted, (progress) =>
    makeCopy({
      ...{ places, out, passphrase, hostname: config.gateway.hostname },
      configuration,
      privateKey: keys.clear.privateKey,
      progress,
    }),
  );
  const ledger = await createLedger(places.ledger);
  const { files, missing } = contents;
  await ledger.record({
    act: "copied",
    actor: who,
    facts: { file: basename(out), sha256, files: files.length, bytes },
  });
  await ledger.close();
  print(
    `${out}: ${files.length} files, ${(bytes / MIB).toFixed(1)} MiB, sha256 ${sha256}`,
  );
  if (missing.length === 0) return EXIT.done;
  complain(
    `${missing.length} mails lack their file in the gateway itself: ${missing.slice(0, 20).join(" ")}`,
  );
  return EXIT.fault;
}

export const restore: Command = {
  help: `Usage: sekisho restore FILE --into FOLDER [--passphrase-file FILE] [--public-key FILE]
                       [--reason TEXT] [--by NAME] [--go-on]

Proves signature and hashes first and refuses a folder that is not empty. Then set gateway.varFolder to it and start;
the configuration of that time lies in it as sekisho.yaml. The gateway begins with its crossing stopped: mails that were
on their way at the moment of the copy may have been delivered since, and go a second time only after
"sekisho crossing resume" (or --go-on, when you know that they were not). Deliveries that were just under way are held
for a person. --public-key FILE proves the signature with a key kept elsewhere (keys/clear.pub) instead of the one in the
copy. Without the keys in the copy, put the *.key files into FOLDER/keys, mode 0600. After the start "sekisho state sign":
with another folder in the configuration or another program the daily check tells of changed files until then.`,
  async run(args) {
    const parsed = parse(args, {
      into: { type: "string" },
      "passphrase-file": { type: "string" },
      "public-key": { type: "string" },
      reason: { type: "string" },
      by: { type: "string" },
      "go-on": { type: "boolean" },
    });
    const { values, positionals } = parsed;
    const into = text(values, "into");
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1 || into === null)
      throw new UsageError("give one FILE, and --into FOLDER");
    const keyFile = text(values, "public-key");
    const who = text(values, "by") ?? userInfo().username;
    const why =
      text(values, "reason") ??
      "控えから戻しました。控えの時点で配送途中のメールは、すでに届いている場合があります";
    const passphrase = passphraseIn(parsed);
    const counted = { what: "restore", unit: "bytes" } as const;
    const { contents, marks, hasKeys } = await withProgress(
      counted,
      (progress) =>
        putBack({
          ...{ file, into, who, why, passphrase, progress },
          publicKey: keyFile === null ? null : readFileSync(keyFile, "utf8"),
        }),
    );
    const { copiedAt, hostname, files } = contents;
    print(
      `${into}: ${files.length} files of ${hostname}, as of ${new Date(copiedAt).toISOString()}`,
    );
    if (!hasKeys)
      print(
        `The secret keys are not in it. Put the *.key files of that gateway into ${into}/keys before the start.`,
      );
    if (marks.unknown > 0)
      print(
        `${marks.unknown} deliveries were under way and are held (DELIVERY_UNKNOWN): see quarantine list.`,
      );
    if (values["go-on"] === true) await goOn(into, who, why);
    else
      print(
        `The crossing is stopped; ${marks.waiting} mails wait. Let them go with: sekisho crossing resume --reason TEXT`,
      );
    return EXIT.done;
  },
};

async function goOn(into: string, who: string, why: string): Promise<void> {
  const ledger = await createLedger(placesIn(resolve(into)).ledger);
  await ledger.resumeCrossing({ tenant: "*", who, why, via: "restore" });
  await ledger.close();
  print("The crossing is open: what waits goes at the next start.");
}

function passphraseIn({ values }: Parsed): string | null {
  const file = text(values, "passphrase-file");
  if (file === null) return null;
  const [line = ""] = readFileSync(file, "utf8").split(/\r?\n/);
  if (line.length >= MIN_PASSPHRASE_CHARACTERS) return line;
  throw new Fault("CONFIG_INVALID", {
    file,
    complaints: `its first line must have ${MIN_PASSPHRASE_CHARACTERS} characters or more`,
  });
}
