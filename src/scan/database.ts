import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eicarBytes } from "./eicar.ts";

export interface SignatureFolder {
  readonly kind: "none" | "test-only" | "real";
  /** Files of the ClamAV project say when they were built; those of others do not. */
  readonly dated: boolean;
}

const DATED = /\.(cvd|cld|cud)$/;
const SIGNATURES = /\.(cvd|cld|cud|ndb|ldb|hdb|hsb|mdb|msb|yara?)$/;
const OURS = /^sekisho-test\./;

export async function lookAtSignatures(
  folder: string,
): Promise<SignatureFolder> {
  const all = await readdir(folder).catch(() => []);
  const names = all.filter((name) => SIGNATURES.test(name));
  const dated = names.some((name) => DATED.test(name));
  if (names.length === 0) return { kind: "none", dated };
  const kind = names.every((name) => OURS.test(name)) ? "test-only" : "real";
  return { kind, dated };
}

/** The harmless program that comes with ClamAV for trying it out. */
const CLAMAV_TEST_FILE =
  "71e7b604d18aefd839e51a39c88df8383bb4c071dc31f87f00a2b5df580d4495:544";

/** A database that knows the two test files of the trade and nothing else. */
export async function writeTestDatabase(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const eicar = Buffer.from(eicarBytes()).toString("hex");
  // Any kind of file, at any offset.
  await writeFile(
    join(folder, "sekisho-test.ndb"),
    `Eicar-Test-Signature:0:*:${eicar}\n`,
  );
  await writeFile(
    join(folder, "sekisho-test.hsb"),
    `${CLAMAV_TEST_FILE}:ClamAV-Test-File\n`,
  );
}
