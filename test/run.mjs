// Runs jest with the flags it needs and ends with one line that people and machines can read.
// Arguments go on to jest: `npm test -- src/queue -t "rings"`.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("..", import.meta.url));
const ownNode = join(home, "node_modules/.bin/node");
const folder = mkdtempSync(join(tmpdir(), "sekisho-jest-"));
const report = join(folder, "report.json");

const jest = spawn(
  existsSync(ownNode) ? ownNode : process.execPath,
  [
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    join(home, "node_modules/jest/bin/jest.js"),
    "--json",
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  // The JSON goes to the file; without one, jest would also write it here.
  { cwd: home, stdio: ["inherit", "ignore", "inherit"] },
);
for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => jest.kill(signal));

jest.on("exit", (code) => {
  const { passed, failed, skipped } = counts();
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(
    `${passed} passed, ${failed} failed, ${skipped} skipped\n`,
  );
  process.exit(code ?? 1);
});

function counts() {
  try {
    const said = JSON.parse(readFileSync(report, "utf8"));
    return {
      passed: said.numPassedTests,
      // A file that does not even load has no tests to count, and is a failure all the same.
      failed: said.numFailedTests + said.numRuntimeErrorTestSuites,
      skipped: said.numPendingTests + said.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
