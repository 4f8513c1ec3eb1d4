import { toFault } from "../../src/core/fault.ts";
import type { Trouble } from "../../src/core/measure.ts";
import type { Log } from "../../src/core/log.ts";
import { HOUR, MINUTE, SECOND } from "../../src/core/units.ts";
import { alertWords } from "../../src/policy/alert-words.ts";
import { stepAlerts } from "../../src/policy/alerts.ts";
import type { AlertRules, AlertState } from "../../src/policy/alerts.ts";
import type { History } from "../../src/store/history.ts";
import { newAlertId } from "../../src/telemetry/tell.ts";
import type { AlertMessage, Tell } from "../../src/telemetry/tell.ts";

export interface AlertTools {
  readonly history: Pick<History, "note" | "setNote">;
  readonly rules: AlertRules;
  /** By name, such as `mail`. */
  readonly ways: ReadonlyMap<string, Tell>;
  readonly gateway: string;
  readonly console: string;
  readonly clock: (epochMs: number) => string;
  /** Milliseconds that never go back, as of `performance.now`. */
  readonly ticks: () => number;
  readonly log: Log;
}

/** A message on its way by one way, kept until it is there or too old to matter. */
interface Waiting {
  readonly way: string;
  readonly message: AlertMessage;
  readonly tries: number;
}

interface Book {
  readonly states: readonly AlertState[];
  readonly waiting: readonly Waiting[];
}

const NOTE = "alerts";
const RETRY_MS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE] as const;
const GIVE_UP_MS = 24 * HOUR;
const MAX_WAITING = 200;

/** Tells people what is wrong. What it knows outlives a restart: nobody hears the same twice, and an end is told once. */
export class Alerts {
  readonly #tools: AlertTools;
  #book: Book;
  #written: string;
  readonly #busy = new Set<string>();
  /** By way, in ticks: after a failure. */
  readonly #notBefore = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();

  constructor(tools: AlertTools) {
    this.#tools = tools;
    this.#written = tools.history.note(NOTE) ?? "";
    this.#book = bookIn(this.#written);
  }

  /** Returns at once; what there is to send goes its own way. */
  look(at: number, troubles: readonly Trouble[]): void {
    const { ways, rules } = this.#tools;
    if (ways.size === 0) return;
    const { states, tellings } = stepAlerts(
      this.#book.states,
      { at, troubles },
      rules,
    );
    const { waiting } = this.#book;
    this.#book = { states, waiting };
    if (tellings.length > 0) {
      const { gateway, log } = this.#tools;
      const words = alertWords(tellings, this.#tools);
      const message = { id: newAlertId(), at, gateway, tellings, ...words };
      for (const { kind, trouble } of tellings)
        log.info(`alert.${kind}`, { code: trouble.code, about: trouble.about });
      const added = [...ways.keys()].map((way) => ({
        ...{ way, message, tries: 0 },
      }));
      this.#book = {
        states,
        waiting: [...waiting, ...added].slice(-MAX_WAITING),
      };
    }
    try {
      this.#keep();
    } finally {
      // A full disk must not silence what there is to tell about it.
      for (const way of ways.keys()) this.#send(way, at);
    }
  }

  /** Waits for what is being sent; the rest goes on after the next start. */
  async end(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** One at a time a way, in order, so that "solved" never overtakes. */
  #send(way: string, at: number): void {
    const next = this.#book.waiting.find((one) => one.way === way);
    const tell = this.#tools.ways.get(way);
    if (next === undefined || tell === undefined || this.#busy.has(way)) return;
    if (this.#tools.ticks() < (this.#notBefore.get(way) ?? 0)) return;
    this.#busy.add(way);
    const run = this.#tell(next, tell, at).finally(() => {
      this.#busy.delete(way);
      this.#running.delete(run);
    });
    this.#running.add(run);
  }

  async #tell(waiting: Waiting, tell: Tell, at: number): Promise<void> {
    const { way, message, tries } = waiting;
    try {
      await tell(message);
      this.#replace(waiting, null);
    } catch (error) {
      const fault = toFault(error);
      const isOld = at - message.at > GIVE_UP_MS;
      this.#tools.log.warn("alert.not-sent", {
        ...{ way, fault: fault.code, detail: fault.message, tries, isOld },
      });
      const wait = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 0;
      this.#notBefore.set(way, this.#tools.ticks() + wait);
      this.#replace(waiting, isOld ? null : { ...waiting, tries: tries + 1 });
    }
  }

  #replace(old: Waiting, now: Waiting | null): void {
    const waiting = this.#book.waiting.flatMap((one) => {
      if (one !== old) return [one];
      return now === null ? [] : [now];
    });
    this.#book = { states: this.#book.states, waiting };
    try {
      this.#keep();
    } catch {
      // The next look tries again, and says so when it fails.
    }
  }

  /** Written when something changed; when a trouble was last seen is no change worth a write but every minute. */
  #keep(): void {
    const { states, waiting } = this.#book;
    const coarse = states.map((state) => ({
      ...state,
      seenAt: state.seenAt - (state.seenAt % MINUTE),
    }));
    const text = JSON.stringify({ states: coarse, waiting });
    if (text === this.#written) return;
    this.#tools.history.setNote(NOTE, text);
    this.#written = text;
  }
}

function bookIn(text: string): Book {
  const none: Book = { states: [], waiting: [] };
  try {
    return text === "" ? none : (JSON.parse(text) as Book);
  } catch {
    return none;
  }
}
