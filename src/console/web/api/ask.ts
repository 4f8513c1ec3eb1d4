/** What the server said instead of doing it, in words for the person. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly retrySeconds: number | null;
  /** Who was there before, and when (epoch ms). */
  readonly by: string | null;
  readonly at: number | null;
  /** Of a password, before it has to wait. */
  readonly triesLeft: number | null;

  constructor(told: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly retrySeconds?: number | null;
    readonly by?: string | undefined;
    readonly at?: number | undefined;
    readonly triesLeft?: number | undefined;
  }) {
    super(told.message);
    this.status = told.status;
    this.code = told.code;
    this.retrySeconds = told.retrySeconds ?? null;
    this.by = told.by ?? null;
    this.at = told.at ?? null;
    this.triesLeft = told.triesLeft ?? null;
  }
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Longer than the server takes to turn a large document into pages. */
const DEADLINE_MS = 150_000;
const HEADER = "x-sekisho-token";

/** The token of the session, which changes carry; kept nowhere but here. */
let token = "";
let ended: () => void = () => undefined;
let confirmed: (() => Promise<boolean>) | null = null;

export function keepToken(given: string): void {
  token = given;
}

/** Called when the server knows the session no more. */
export function onEnded(tell: () => void): void {
  ended = tell;
}

/** Asked when an act needs the second factor once more: true when it was given. */
export function onConfirmNeeded(asks: (() => Promise<boolean>) | null): void {
  confirmed = asks;
}

/** Asks the API. The answer is what the route's schema says; anything else is thrown as a `Problem`. */
export async function ask<Answer = object>(
  method: Method,
  path: string,
  body?: object,
): Promise<Answer> {
  return (await (await answered(method, path, body)).json()) as Answer;
}

/** A good answer, after the code or the token that it wanted was given. */
async function answered(
  method: Method,
  path: string,
  body?: object,
): Promise<Response> {
  try {
    return await asked(method, path, body);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "SIGN_IN") ended();
    if (error.code === "CONFIRM_NEEDED" && (await confirmed?.()) === true)
      return asked(method, path, body);
    // Signed in anew in another tab: this one still has the old token.
    if (error.code !== "OTHER_SITE" || method === "GET") throw error;
    const session = (await (await asked("GET", "/api/v1/session")).json()) as {
      readonly token: string;
    };
    if (session.token === token) throw error;
    keepToken(session.token);
    return asked(method, path, body);
  }
}

async function asked(
  method: Method,
  path: string,
  body?: object,
): Promise<Response> {
  const answer = await sent(method, path, body);
  if (answer.ok) return answer;
  throw await problemIn(answer);
}

/** Why a picture did not come: a picture tells nothing but that. Null when it would come now. */
export async function whyNot(path: string): Promise<Problem | null> {
  const gone = new AbortController();
  try {
    const answer = await fetch(path, { signal: gone.signal });
    return answer.ok ? null : await problemIn(answer);
  } catch {
    return new Problem({ status: 0, code: "NO_ANSWER", message: "" });
  } finally {
    gone.abort();
  }
}

async function sent(
  method: Method,
  path: string,
  body?: object,
): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: "same-origin",
      signal: AbortSignal.timeout(DEADLINE_MS),
      headers: {
        ...(method === "GET" ? {} : { [HEADER]: token }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new Problem({ status: 0, code: "NO_ANSWER", message: "" });
  }
}

async function problemIn(answer: Response): Promise<Problem> {
  const told = (await answer.json().catch(() => ({}))) as {
    readonly code?: string;
    readonly message?: string;
    readonly by?: string;
    readonly at?: number;
    readonly triesLeft?: number;
  };
  const retry = Number(answer.headers.get("retry-after"));
  return new Problem({
    status: answer.status,
    code: told.code ?? "UNEXPECTED",
    message: told.message ?? "",
    ...{ by: told.by, at: told.at, triesLeft: told.triesLeft },
    retrySeconds: Number.isFinite(retry) && retry > 0 ? retry : null,
  });
}

/** A file that the API makes, saved under its own name; with a body it is one that is not for everybody's eyes. */
export async function save(path: string, body?: object): Promise<void> {
  const answer = await answered(
    ...([body === undefined ? "GET" : "POST", path, body] as const),
  );
  const name = nameIn(answer.headers.get("content-disposition") ?? "");
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), DEADLINE_MS);
}

function nameIn(disposition: string): string {
  const plain = /filename="([^"]+)"/.exec(disposition)?.[1];
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
  return encoded === undefined
    ? (plain ?? "sekisho")
    : decodeURIComponent(encoded);
}

/** `?a=1&b=2` of what is there; empty values are left out. */
export function queryOf(
  members: Readonly<Record<string, string | null | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members))
    if (value !== null && value !== undefined && value !== "")
      query.set(name, value);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
