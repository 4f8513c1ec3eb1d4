import type { MailReader } from "./reading.ts";

/** Loaded by name inside the measuring child, so that nobody carries the others' code in memory. */
const LOADERS = {
  ours: async () => (await import("./our-reader.ts")).ourReader,
  simpleParser: async () =>
    (await import("./rivals/simple-parser.ts")).simpleParserReader,
  "simpleParser-defaults": async () =>
    (await import("./rivals/simple-parser.ts")).simpleParserDefaultsReader,
  mailsplit: async () =>
    (await import("./rivals/mailsplit.ts")).mailsplitReader,
  "postal-mime": async () =>
    (await import("./rivals/postal-mime.ts")).postalMimeReader,
  "base64-decode": async () =>
    (await import("./rivals/base64-decode.ts")).base64DecodeReader,
  "read-sha256": async () =>
    (await import("./rivals/read-sha256.ts")).readSha256Reader,
} as const satisfies Record<string, () => Promise<MailReader>>;

export type CoreContestant = keyof typeof LOADERS;

export function isCoreContestant(name: unknown): name is CoreContestant {
  return typeof name === "string" && Object.hasOwn(LOADERS, name);
}

export function loadReader(name: CoreContestant): Promise<MailReader> {
  return LOADERS[name]();
}
