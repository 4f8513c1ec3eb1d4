import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

// Processes and threads that tests start read the same sources hundreds of times: compiled once, a start takes half the time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL("node_modules/.cache/compile", import.meta.url),
);

/** Unit tests stand beside their file; test/ has what needs several processes. */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2024" },
        module: { type: "es6" },
      },
    ],
  },
  testMatch: ["<rootDir>/{src,workers,fixtures,bench,test}/**/*.test.ts"],
  testTimeout: 60_000,
  // Much of the time is waiting for other processes, so more at a time than processors is no loss.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
};
