import { describe, it } from "@jest/globals";
import { existsSync, globSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { missingOcr } from "../../src/pit/ocr.ts";
import { missingOffice } from "../../src/pit/office.ts";

/** Debian keeps servers where not everybody's PATH leads. */
const PLACES = [
  ...(process.env.PATH ?? "").split(delimiter),
  "/usr/sbin",
  "/sbin",
];

/** Of names of programs, and of patterns of absolute paths. */
function missingOf(programs: readonly string[]): readonly string[] {
  return programs.filter((program) =>
    isAbsolute(program)
      ? globSync(program).length === 0
      : !PLACES.some((place) => existsSync(join(place, program))),
  );
}

/**
 * `describe` where the programs are installed. Where one is missing the tests are skipped for everybody to see, and on CI,
 * which installs them, that is a failure.
 */
export function describeWith(
  programs: readonly string[],
  title: string,
  tests: () => void,
): void {
  describeUnless(missingOf(programs), title, tests);
}

/** Likewise where letters can be read off pictures. */
export function describeWithOcr(title: string, tests: () => void): void {
  describeUnless(missingOcr(), title, tests);
}

/** Likewise where LibreOffice is installed. */
export function describeWithOffice(title: string, tests: () => void): void {
  describeUnless(missingOffice(), title, tests);
}

function describeUnless(
  missing: readonly string[],
  title: string,
  tests: () => void,
): void {
  if (missing.length === 0) return describe(title, tests);
  const told = `${title} (needs ${missing.join(", ")})`;
  if (process.env.CI !== "true") return describe.skip(told, tests);
  it(told, () => {
    throw new Error(`not installed: ${missing.join(", ")}`);
  });
}

/** What every gateway of a test needs. */
export const GATEWAY_PROGRAMS = ["clamd", "bwrap"];
