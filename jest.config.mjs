import { availableParallelism } from "node:os";

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
