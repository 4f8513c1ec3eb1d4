import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { simpleParser } from "mailparser";
import { openCertify } from "../assembly/certify.ts";
import { placesIn } from "../assembly/places.ts";
import { parseItemId } from "../core/id.ts";
import {
  keyId,
  proveCertificate,
  type BrokenWhy,
} from "../stage/certificate.ts";
import { loadCertificateKey } from "../store/keys.ts";
import { createLedger } from "../store/ledger.ts";
import {
  decodeCertificate,
  type CertificateBody,
} from "../wire/certificate.ts";
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

export const certificate: Command = {
  help: `Usage: sekisho certificate show ITEM [--json] [--config FILE]
       sekisho certificate key [--config FILE]
       sekisho certificate verify FILE --key FILE [--mail FILE]

show prints the certificate (無害化証明書) of a delivered mail, and puts it on record that it did. With --json, its very bytes:
keep these. key prints the public key to verify it with. verify needs these two files and nothing else, neither network nor
configuration: exit 0 when the signature holds; 1, with the reason, when not. With --mail it also tells whether the mail in that
file is the one of the certificate, and whether each attachment is as it was made.`,
  async run(args) {
    const parsed = parse(args, {
      json: { type: "boolean" },
      key: { type: "string" },
      mail: { type: "string" },
    });
    const [act, ...rest] = parsed.positionals;
    if (act === "show" && rest.length === 1) return show(parsed, rest[0] ?? "");
    if (act === "key" && rest.length === 0) return showKey(parsed);
    if (act === "verify" && rest.length === 1)
      return verify(parsed, rest[0] ?? "");
    throw new UsageError("say what to do: show ITEM, key, or verify FILE");
  },
};

const REFUSALS: Readonly<Record<string, string>> = {
  NOT_MADE: "nothing was delivered of that item, so there is no certificate",
  NOT_RECORDED:
    "that item was made before the outcome of a mail was kept on record",
};

async function show(parsed: Parsed, given: string): Promise<number> {
  const item = parseItemId(given);
  if (item === null) throw new UsageError(`${given} is no number of an item`);
  const { gateway, tenants } = parsed.config();
  const ledger = await createLedger(placesIn(gateway.varFolder).ledger);
  try {
    if ((await ledger.item(item)) === null) {
      complain(`there is no item ${item}`);
      return EXIT.fault;
    }
    const made = await openCertify({ gateway, tenants, ledger })(item);
    if (made.kind === "refused") {
      complain(REFUSALS[made.code] ?? made.code);
      return EXIT.fault;
    }
    await ledger.record({
      ...{ act: "certified", actor: "unknown" },
      facts: { item, via: "command line" },
    });
    const line = new TextDecoder().decode(made.content as Uint8Array);
    const read = decodeCertificate(line);
    if (parsed.values["json"] === true || read === null)
      process.stdout.write(line);
    else tell(read.body, read.signature.key);
    return EXIT.done;
  } finally {
    await ledger.close();
  }
}

function tell(body: CertificateBody, key: string): void {
  const { original, clean } = body;
  print(`無害化証明書  ${body.item}`);
  print(`  number     ${body.number}`);
  print(`  verdict    ${body.verdict}, ${body.state} ${body.asOf}`);
  print(`  original   ${original.sha256}  ${original.bytes} bytes`);
  print(`  clean      ${clean.sha256}  ${clean.bytes} bytes`);
  for (const { path, sha256, treatment, name } of body.parts)
    print(`  part ${path}  ${sha256}  ${treatment.kind}  ${name}`);
  for (const { from, sha256, name } of clean.files)
    print(`  file ${from}  ${sha256}  ${name}`);
  print(`  key        ${key}`);
}

async function showKey(parsed: Parsed): Promise<number> {
  const { keys } = placesIn(parsed.config().gateway.varFolder);
  const key = createPublicKey(await loadCertificateKey(keys));
  process.stdout.write(String(key.export({ type: "spki", format: "pem" })));
  complain(`key ${keyId(key)}`);
  return EXIT.done;
}

const BROKEN: Readonly<Record<BrokenWhy, string>> = {
  form: "it is no certificate, or not in its one spelling: something was changed",
  "other-key": "it was signed with another key",
  signature: "the signature does not hold: something was changed",
  number: "its number is not that of what stands in it",
};

async function verify(parsed: Parsed, file: string): Promise<number> {
  const keyFile = text(parsed.values, "key");
  if (keyFile === null) throw new UsageError("name the public key: --key FILE");
  const key = publicKeyIn(keyFile);
  if (key === null) {
    complain(`${keyFile} holds no Ed25519 public key`);
    return EXIT.fault;
  }
  const proof = proveCertificate(readFileSync(file, "utf8"), key);
  if (proof.kind === "broken") {
    complain(`${file}: ${BROKEN[proof.why]}`);
    return EXIT.fault;
  }
  const { certificate } = proof;
  print(
    `the certificate holds: item ${certificate.item}, ${certificate.verdict}, as of ${certificate.asOf}`,
  );
  const mail = text(parsed.values, "mail");
  return mail === null ? EXIT.done : verifyMail(mail, certificate);
}

function publicKeyIn(file: string): KeyObject | null {
  try {
    const key = createPublicKey(readFileSync(file, "utf8"));
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    return null;
  }
}

/** On its way a mail gets more headers; its number and its files stay. */
async function verifyMail(
  file: string,
  { number, item, clean }: CertificateBody,
): Promise<number> {
  const mail = await simpleParser(readFileSync(file), {
    ...{ skipTextToHtml: true, skipHtmlToText: true },
  });
  const header = (name: string) => mail.headers.get(name);
  if (
    header("x-sekisho-certificate") !== number ||
    header("x-sekisho-item") !== item
  ) {
    complain(`${file} is not the mail of this certificate`);
    return EXIT.fault;
  }
  const hashes = mail.attachments.map(({ content }) =>
    createHash("sha256").update(content).digest("hex"),
  );
  const isAsMade =
    hashes.length === clean.files.length &&
    clean.files.every(({ sha256 }, at) => sha256 === hashes[at]);
  if (!isAsMade) {
    complain(`${file}: an attachment is not as it was made`);
    return EXIT.fault;
  }
  print(`and is that of ${file}: all ${hashes.length} attachments are as made`);
  return EXIT.done;
}
