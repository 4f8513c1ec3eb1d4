import type { Account } from "../../core/account.ts";
import type { ItemRecord } from "../../core/item-record.ts";
import type { Right } from "../../policy/rights.ts";
import { MINUTE } from "../../core/units.ts";
import type { Schema } from "./schema.ts";

/** How long a code counts for acts that a borrowed screen must not be able to do. */
export const CONFIRMED_MS = 10 * MINUTE;

/** One route: who may ask what, and what comes back. The server and the OpenAPI document are made from these. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `:name` for parameters. */
  readonly path: string;
  /**
   * public: anybody. self: whoever is signed in. Else a right: where the route has an item, in the item's tenant; where not,
   * in some tenant, and the route looks at no other.
   */
  readonly right: Right | "self" | "public";
  /** `:item` is a number of an item: it is looked up, and not found where the person has no right. */
  readonly item?: true;
  /** Open to this machine until the first account is made, as long as there is nobody who could sign in. */
  readonly openAtFirst?: true;
  /** Asked by a page that reloads itself: does not count as use of the session. */
  readonly passive?: true;
  /** Also for a screen on a wall, which has a link and no session. */
  readonly onWall?: true;
  /** Only while the second factor was given within the last `CONFIRMED_MS`; else CONFIRM_NEEDED. */
  readonly confirmed?: true;
  readonly summary: string;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Of 200. */
  readonly answer: Schema;
  /** Media type of 200 where it is no JSON. */
  readonly file?: string;
  readonly run: (ask: Ask) => Promise<Answer>;
}

/** A question whose form was checked against the route's schemas, from somebody who may ask it. */
export interface Ask {
  /** Who is signed in; on public routes nobody. */
  readonly account: Account;
  /** The token of the session; empty where nobody is signed in. */
  readonly token: string;
  readonly address: string;
  /** Whether a route with `confirmed` would let this session in: for acts of which only some need it. */
  readonly isConfirmed: boolean;
  /** Of a sign-in by the site's own provider that this browser began; empty where there is none. */
  readonly flow: string;
  /** Without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** On routes with an item. */
  readonly item: ItemRecord;
  /** Aborted when whoever asked has left before the answer was out. */
  readonly gone: AbortSignal;
}

export type Answer =
  | {
      readonly kind: "done";
      readonly body: object;
      /** A new session for this browser; null ends the one it has. */
      readonly session?: string | null;
      /** The same for a sign-in under way at the site's provider. */
      readonly flow?: string | null;
      /** The same for a screen on a wall. */
      readonly wall?: { readonly token: string; readonly seconds: number };
    }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly chunks: AsyncIterable<string>;
    }
  /** An attachment as it came: for the disk, never for the browser's own eyes. */
  | {
      readonly kind: "bytes";
      readonly name: string;
      readonly chunks: AsyncIterable<Uint8Array>;
    }
  | {
      /** To be looked at, not kept. */
      readonly kind: "shown";
      readonly type: string;
      readonly content: Uint8Array | AsyncIterable<Uint8Array>;
      /** Null: nobody knows yet. */
      readonly bytes: number | null;
    }
  | {
      readonly kind: "problem";
      readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 422 | 429 | 503;
      readonly code: string;
      /** In words for the person. */
      readonly message: string;
      readonly retrySeconds?: number;
      /** Who was there before, and when. */
      readonly by?: string;
      readonly at?: number;
      /** Of a password, before it has to wait. */
      readonly triesLeft?: number;
    };

export function done(body: object): Extract<Answer, { kind: "done" }> {
  return { kind: "done", body };
}

export function problemOf(
  status: Extract<Answer, { kind: "problem" }>["status"],
  code: string,
  message: string,
): Answer {
  return { kind: "problem", status, code, message };
}

export const NOT_FOUND: Answer = problemOf(
  404,
  "NOT_FOUND",
  "見つかりません。番号をお確かめください。",
);
export const NO_RIGHT: Answer = problemOf(
  403,
  "NO_RIGHT",
  "この操作を行う権限がありません。",
);
export const CONFIRM_NEEDED: Answer = problemOf(
  403,
  "CONFIRM_NEEDED",
  "この操作の前に、確認コードをもう一度入力してください。",
);
