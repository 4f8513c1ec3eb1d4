import { Readable } from "node:stream";
import { LRUCache } from "lru-cache";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EVERY_TENANT } from "../../core/account.ts";
import type { Account, Accounts, WallLink } from "../../core/account.ts";
import { parseItemId } from "../../core/id.ts";
import type { ItemRecord } from "../../core/item-record.ts";
import type { Ledger } from "../../core/ledger.ts";
import { MINUTE } from "../../core/units.ts";
import { may, mayAnywhere } from "../../policy/rights.ts";
import type { Right } from "../../policy/rights.ts";
import type { Gate } from "../gate.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import { antiForgeryToken, tokenHash } from "../sign-in/tokens.ts";
import {
  CONFIRM_NEEDED,
  CONFIRMED_MS,
  NO_RIGHT,
  NOT_FOUND,
  problemOf,
} from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { problem } from "./schema.ts";

/** Holds the token that GET /api/v1/session gave; another site's form cannot set a header. */
export const ANTI_FORGERY_HEADER = "x-sekisho-token";

export interface ServeTools {
  readonly accounts: Accounts;
  readonly ledger: Pick<Ledger, "item" | "record">;
  readonly signIn: SignIn;
  readonly gate: Gate;
  readonly clock: () => number;
  /** Milliseconds that never go back, as of `performance.now`: for paces and what is kept a short time, since the clock may be set. */
  readonly ticks: () => number;
  /** Whether the console listens on this machine only. */
  readonly isLocal: boolean;
}

/** What of a route decides who gets in. */
export type Admission = Pick<
  Route,
  | "method"
  | "path"
  | "right"
  | "openAtFirst"
  | "passive"
  | "confirmed"
  | "onWall"
>;

/** As who keeps the machine running: numbers, and no word of any mail. */
function wallAccount({ id, name, tenant }: WallLink): Account {
  return {
    ...NOBODY,
    ...{ name: `wall:${id}`, displayName: name },
    grants: [{ role: "operator", tenant }],
  };
}

export interface Person {
  readonly account: Account;
  readonly token: string;
  readonly isConfirmed: boolean;
}

const NOBODY: Account = {
  ...{ name: "unknown", displayName: "", state: "active", grants: [] },
  ...{ createdAt: 0, signedInAt: null },
};
const NO_ITEM = {} as ItemRecord;

/** While nobody has an account the console shows this machine what it always showed. */
const BEFORE_ACCOUNTS: Account = {
  ...NOBODY,
  grants: [{ role: "manager", tenant: EVERY_TENANT }],
};

const SIGN_IN = problemOf(401, "SIGN_IN", "サインインしてください。");
const OTHER_SITE = problemOf(
  403,
  "OTHER_SITE",
  "ほかのサイトからの操作は受け付けません。管理画面を開き直してください。",
);

/** Answers routes: first who asks and from where, then the form of the question, then the object, then the work. */
export class Server {
  readonly #tools: ServeTools;
  /** So that a stray program does not fill the record: one refusal a minute for each person and kind. */
  readonly #told: LRUCache<string, true>;

  constructor(tools: ServeTools) {
    this.#tools = tools;
    this.#told = new LRUCache({
      ...{ max: 10_000, ttl: MINUTE, ttlResolution: 0 },
      perf: { now: tools.ticks },
    });
  }

  add(app: FastifyInstance, route: Route): void {
    const people = new WeakMap<FastifyRequest, Person>();
    app.route({
      method: route.method,
      url: route.path,
      schema: {
        ...(route.query === undefined
          ? { querystring: NO_MEMBERS }
          : { querystring: route.query }),
        ...(route.body === undefined ? {} : { body: route.body }),
        response: {
          ...(route.file === undefined ? { 200: route.answer } : {}),
          default: problem,
        },
      },
      onRequest: async (request, reply) => {
        const found = await this.admit(request, route);
        if ("kind" in found) return send(reply, found, this.#tools.gate);
        people.set(request, found);
        return undefined;
      },
      handler: async (request, reply) => {
        const person = people.get(request);
        const answer =
          person === undefined
            ? SIGN_IN
            : await this.#answer(request, route, {
                ...person,
                gone: goneSignal(reply),
              });
        return send(reply, answer, this.#tools.gate);
      },
    });
  }

  answer(reply: FastifyReply, answer: Answer): FastifyReply {
    return send(reply, answer, this.#tools.gate);
  }

  /** Who asks, when they may ask this at all; else what they hear. */
  async admit(
    request: FastifyRequest,
    route: Admission,
  ): Promise<Person | Answer> {
    const { gate, signIn } = this.#tools;
    const { headers } = request;
    const changes = request.method !== "GET";
    const fetchSite = headers["sec-fetch-site"];
    const asked = {
      changes,
      origin: headers.origin,
      fetchSite: typeof fetchSite === "string" ? fetchSite : undefined,
    };
    if (!gate.isOurPage(asked)) return OTHER_SITE;
    const token = gate.readCookie(headers.cookie);
    const isUse = route.passive !== true;
    const session = token === null ? null : await signIn.session(token, isUse);
    if (route.right === "public")
      return {
        ...{ account: NOBODY, isConfirmed: false },
        token: session === null ? "" : (token ?? ""),
      };
    if (session === null || token === null) {
      const account = (await this.#isOpenTo(route))
        ? BEFORE_ACCOUNTS
        : await this.#wall(route, headers.cookie);
      return account === null
        ? SIGN_IN
        : { account, token: "", isConfirmed: false };
    }
    if (changes && headers[ANTI_FORGERY_HEADER] !== antiForgeryToken(token))
      return OTHER_SITE;
    const { account, confirmedAt } = session;
    const isConfirmed =
      Math.abs(this.#tools.clock() - confirmedAt) < CONFIRMED_MS;
    if (route.right === "self" || mayAnywhere(account, route.right))
      return route.confirmed === true && !isConfirmed
        ? CONFIRM_NEEDED
        : { account, token, isConfirmed };
    await this.#refused(account, { route: `${route.method} ${route.path}` });
    return NO_RIGHT;
  }

  async #isOpenTo(route: Pick<Route, "openAtFirst">): Promise<boolean> {
    const { isLocal, accounts } = this.#tools;
    return route.openAtFirst === true && isLocal && !(await accounts.any());
  }

  /** A screen on a wall, where the question is one that such a screen asks. */
  async #wall(
    { method, onWall }: Admission,
    cookies: string | undefined,
  ): Promise<Account | null> {
    if (onWall !== true || method !== "GET") return null;
    const token = tokenHash(this.#tools.gate.readWall(cookies) ?? "");
    const link =
      token === null ? null : await this.#tools.accounts.wallLink(token);
    return link === null ? null : wallAccount(link);
  }

  async #answer(
    request: FastifyRequest,
    route: Route,
    {
      account,
      token,
      isConfirmed,
      gone,
    }: Person & { readonly gone: AbortSignal },
  ): Promise<Answer> {
    const params = request.params as Ask["params"];
    const item =
      route.item === true
        ? await this.#itemFor(account, route.right as Right, params)
        : NO_ITEM;
    if (item === null) return NOT_FOUND;
    return route.run({
      ...{ account, token, isConfirmed, params, item, gone },
      address: request.ip,
      path: request.url.split("?")[0] ?? "",
      flow: this.#tools.gate.readFlow(request.headers.cookie) ?? "",
      query: request.query as Ask["query"],
      body: (request.body ?? {}) as Ask["body"],
    });
  }

  /** Another tenant's item and none at all are one answer. */
  async #itemFor(
    account: Account,
    right: Right,
    params: Ask["params"],
  ): Promise<ItemRecord | null> {
    const id = parseItemId(params["item"]);
    const item = id === null ? null : await this.#tools.ledger.item(id);
    if (item !== null && may(account, right, item.tenant)) return item;
    await this.#refused(account, {
      right,
      ...(item === null ? {} : { item: item.id }),
    });
    return null;
  }

  async #refused(account: Account, facts: Record<string, string>) {
    const key = JSON.stringify([account.name, facts]);
    if (this.#told.has(key)) return;
    this.#told.set(key, true);
    await this.#tools.ledger.record({
      act: "refused",
      actor: account.name,
      facts,
    });
  }
}

const NO_MEMBERS = {
  type: "object",
  additionalProperties: false,
  properties: {},
};

/** A connection that closes before the answer is out. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const leave = () => {
    if (!raw.writableFinished) gone.abort(new Error("gone"));
  };
  if (raw.destroyed) leave();
  else raw.once("close", leave);
  return gone.signal;
}

export function send(
  reply: FastifyReply,
  answer: Answer,
  gate: Gate,
): FastifyReply {
  switch (answer.kind) {
    case "done":
      // A second one is added to the first: each becomes a header of its own.
      if (answer.session !== undefined)
        reply.header("set-cookie", gate.setCookie(answer.session));
      if (answer.flow !== undefined)
        reply.header("set-cookie", gate.setFlow(answer.flow));
      if (answer.wall !== undefined)
        reply.header(
          "set-cookie",
          gate.setWall(answer.wall.token, answer.wall.seconds),
        );
      return reply.code(200).send(answer.body);
    case "file":
      return reply
        .code(200)
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="${answer.name}"`)
        .send(Readable.from(answer.chunks));
    case "shown": {
      const { type, content, bytes } = answer;
      if (bytes !== null) reply.header("content-length", String(bytes));
      return reply
        .code(200)
        .type(type)
        .send(
          content instanceof Uint8Array
            ? Buffer.from(content.buffer, content.byteOffset, content.length)
            : Readable.from(content, { objectMode: false }),
        );
    }
    case "bytes":
      return reply
        .code(200)
        .type("application/octet-stream")
        .header("content-security-policy", "default-src 'none'; sandbox")
        .header(
          "content-disposition",
          `attachment; filename*=UTF-8''${encodeURIComponent(answer.name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)}`,
        )
        .send(Readable.from(answer.chunks));
    case "problem": {
      const { status, code, message, retrySeconds, by, at, triesLeft } = answer;
      if (retrySeconds !== undefined)
        reply.header("retry-after", String(retrySeconds));
      return reply
        .code(status)
        .type("application/json; charset=utf-8")
        .send({
          ...{ code, message },
          ...(by === undefined ? {} : { by }),
          ...(at === undefined ? {} : { at }),
          ...(triesLeft === undefined ? {} : { triesLeft }),
        });
    }
  }
}
