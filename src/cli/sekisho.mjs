#!/usr/bin/env node
// The door of the command line. Plain JavaScript, so that a Node too old to read TypeScript can still say what to do:
// it hands over to the Node 24 that came with the packages.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const home = new URL("../../", import.meta.url);
const ownNode = fileURLToPath(new URL("node_modules/.bin/node", home));

if (!existsSync(new URL("node_modules/.package-lock.json", home))) {
  leave("The packages of Sekisho are not installed yet. Run: npm start");
} else if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
  await begin();
} else if (!existsSync(ownNode) || isThisNode(ownNode)) {
  leave(
    `Sekisho needs Node.js ${NEEDED_MAJOR} or later; this is ${process.version}. Run: npm ci, or install Node.js ${NEEDED_MAJOR}.`,
  );
} else {
  handOver();
}

async function begin() {
  // node:sqlite still calls itself experimental; that is our decision to carry, not the reader's.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning")
      process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  await import("./main.ts");
}

function handOver() {
  const script = fileURLToPath(import.meta.url);
  const child = spawn(ownNode, [script, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"]) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well; twice would mean "at once".
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on("error", (error) => leave(`Cannot start ${ownNode}: ${error.code}`));
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

function isThisNode(path) {
  return realpathSync(path) === realpathSync(process.execPath);
}

function leave(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
