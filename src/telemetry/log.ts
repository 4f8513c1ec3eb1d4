import { destination, pino, stdTimeFunctions } from "pino";
import type { Log } from "../core/log.ts";

export type LogLevel = "info" | "warn" | "error" | "silent";

export interface LogOptions {
  /** Which worker speaks; stands on every line. */
  readonly worker: string;
  /** `silent` is for commands whose own output is the answer. */
  readonly level: LogLevel;
  /** Takes whole lines; standard error when absent. */
  readonly stream?: { write(line: string): void };
}

const MAX_STRING_CHARACTERS = 512;
const MAX_ENTRIES = 64;
const MAX_DEPTH = 4;

/**
 * One JSON object a line. Whatever a fact holds, a line stays one line: JSON escapes C0, and what JSON leaves raw but
 * terminals and editors act upon (DEL, C1, bidi marks, U+2028/9, BOM, tag characters) is escaped on top.
 */
export function createLog({ worker, level, stream }: LogOptions): Log {
  const out = stream ?? standardError();
  const logger = pino(
    {
      level,
      messageKey: "event",
      base: { worker },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => out.write(escapeActive(line)) },
  );
  return {
    info: (event, facts) => logger.info(checkedFacts(facts), cut(event)),
    warn: (event, facts) => logger.warn(checkedFacts(facts), cut(event)),
    error: (event, facts) => logger.error(checkedFacts(facts), cut(event)),
  };
}

/** Written synchronously, so that the last words of a crash are not lost. */
function standardError() {
  const stderr = destination({ fd: 2, sync: true });
  // A closed or full log must not stop mail.
  stderr.on("error", () => undefined);
  return stderr;
}

const ACTIVE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Most lines; and the pattern above is slow, for it is one over all of Unicode. */
const HARMLESS = /^[\n\x20-\x7e]*$/;

function escapeActive(line: string): string {
  if (HARMLESS.test(line)) return line;
  return line.replace(ACTIVE, (text) =>
    Array.from(
      { length: text.length },
      (_, at) => "\\u" + text.charCodeAt(at).toString(16).padStart(4, "0"),
    ).join(""),
  );
}

const OWN_KEYS = new Set(["level", "time", "worker", "event"]);

function checkedFacts(
  facts: Readonly<Record<string, unknown>> | undefined,
): object {
  if (facts === undefined) return {};
  const checked = checkedValue(facts, 0) as Record<string, unknown>;
  for (const key of OWN_KEYS) {
    if (!Object.hasOwn(checked, key)) continue;
    checked[`fact_${key}`] = checked[key];
    delete checked[key];
  }
  return checked;
}

function checkedValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cut(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol")
    return typeof value;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (depth >= MAX_DEPTH) return "…";
  if (value instanceof Error) return checkedError(value, depth);
  if (Array.isArray(value))
    return value
      .slice(0, MAX_ENTRIES)
      .map((entry) => checkedValue(entry, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([key, entry]) => [cut(key), checkedValue(entry, depth + 1)]),
  );
}

function checkedError(error: Error, depth: number): object {
  return {
    name: cut(error.name),
    message: cut(error.message),
    ...(error.cause === undefined
      ? {}
      : { cause: checkedValue(error.cause, depth + 1) }),
  };
}

function cut(text: string): string {
  if (text.length <= MAX_STRING_CHARACTERS) return text;
  return text.slice(0, MAX_STRING_CHARACTERS - 1).toWellFormed() + "…";
}
