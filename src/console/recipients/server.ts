import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import Fastify from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LINK_PATH, readLinkToken } from "../../wire/recipient-link.ts";
import type { SignBytes } from "../../wire/recipient-link.ts";
import { createGate } from "../gate.ts";
import { placeOf } from "../sign-in/throttle.ts";
import { act, ACTS, prose } from "./acts.ts";
import type { ActTools } from "./acts.ts";
import { lostPage, recipientPage } from "./page.ts";
import type { PageAbout } from "./page.ts";
import { Paces } from "./pace.ts";
import { viewMail } from "./view.ts";
import type { MailView, ViewLedger } from "./view.ts";
import { TOLD, wordsFor } from "./words.ts";
import type { Told, Words } from "./words.ts";

export interface RecipientsTools {
  readonly ledger: ViewLedger & ActTools["ledger"];
  readonly openWithPassword: ActTools["openWithPassword"];
  /** With the key of the links. */
  readonly sign: SignBytes;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  /** Whom to ask, as in the notice of each mail. */
  readonly contact: string | null;
  readonly clock: () => number;
  /** Milliseconds that never go back, as of `performance.now`: for paces and what is kept a short time, since the clock may be set. */
  readonly ticks: () => number;
  readonly settings: RecipientsSettings;
}

export interface RecipientsSettings {
  readonly origin: string;
  readonly host: string;
  /** Whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[];
  /** PEM; null: plain HTTP. */
  readonly tls: { readonly key: Buffer; readonly cert: Buffer } | null;
}

/** Reasons of 500 characters, each up to nine bytes in a form. */
const MAX_BODY_BYTES = 16 * 1024;
const REQUEST_DEADLINE_MS = 30_000;
const MAX_CONNECTIONS = 500;
const MAX_PARAMETER_CHARACTERS = 64;
const FORM_TOKEN_CHARACTERS = 43;
const YEAR_SECONDS = 31_536_000;
const STYLE = readFileSync(new URL("./style.css", import.meta.url));

/** No script at all; forms go to this very server. The address of the page is a secret, so nobody is told it. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": `default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "x-frame-options": "DENY",
  "x-robots-tag": "noindex, nofollow, noarchive",
};

type Asked = FastifyRequest<{
  Params: { token: string };
  Querystring: Record<string, unknown>;
  Body: unknown;
}>;

/** The page for recipients: it knows the ledger by a handful of questions, no account, and nothing that lets a mail go. */
export function createRecipients(tools: RecipientsTools): FastifyInstance {
  const app = openServer(tools);
  guard(app, tools);
  const desk = new Desk(tools);
  app.get("/style.css", async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(STYLE),
  );
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get(`${LINK_PATH}:token`, (request: Asked, reply) =>
    desk.show(request, reply),
  );
  for (const what of ACTS)
    app.post(`${LINK_PATH}:token/${what}`, (request: Asked, reply) =>
      desk.act(what, request, reply),
    );
  app.setNotFoundHandler((request, reply) =>
    desk.lost(request as Asked, reply, "altered"),
  );
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    const isTheirs = status >= 400 && status < 500;
    return desk.lost(request as Asked, reply, isTheirs ? "altered" : "failed");
  });
  return app;
}

class Desk {
  readonly #tools: RecipientsTools;
  readonly #paces: Paces;

  constructor(tools: RecipientsTools) {
    this.#tools = tools;
    this.#paces = new Paces(tools.ticks);
  }

  async show(request: Asked, reply: FastifyReply): Promise<FastifyReply> {
    const { token } = request.params;
    const place = placeOf(request.ip);
    const isTooOften =
      this.#paces.isTooMany("viewFrom", place) ||
      this.#paces.isTooMany("view", token);
    if (isTooOften) return this.lost(request, reply, "slow-down");
    const found = await this.#find(request);
    if (typeof found === "string") return this.lost(request, reply, found);
    const told = TOLD.find((one) => one === request.query["told"]) ?? null;
    const about = this.#about(wordsFor(request.query["lang"]), token);
    return page(reply, 200, recipientPage(found, { ...about, told }));
  }

  async act(
    what: (typeof ACTS)[number],
    request: Asked,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { token } = request.params;
    const fields = new URLSearchParams(
      typeof request.body === "string" ? request.body : "",
    );
    const words = wordsFor(fields.get("lang"));
    const isTooOften =
      this.#paces.isTooMany("actFrom", placeOf(request.ip)) ||
      this.#paces.isTooMany("act", token);
    if (isTooOften) return this.lost(request, reply, "slow-down", words);
    const found = await this.#find(request);
    if (typeof found === "string")
      return this.lost(request, reply, found, words);
    const about = this.#about(words, token);
    const typed = {
      reason: what === "ask" ? prose(fields.get("reason")) : "",
      who: (fields.get("who") ?? "").slice(0, 254),
    };
    if (fields.get("form") !== about.formToken)
      return page(
        reply,
        403,
        recipientPage(found, { ...about, typed, complaint: "form" }),
      );
    const { ledger, openWithPassword } = this.#tools;
    const outcome = await act(
      what,
      { ledger, openWithPassword, paces: this.#paces },
      { link: found.link, token, fields },
    );
    if (outcome.kind === "told")
      return reply.redirect(answered(token, words, outcome.told), 303);
    const again = await this.#find(request);
    return page(
      reply,
      outcome.complaint === "slow-down" ? 429 : 422,
      recipientPage(typeof again === "string" ? found : again, {
        ...{ ...about, typed, complaint: outcome.complaint },
      }),
    );
  }

  lost(
    request: Asked,
    reply: FastifyReply,
    why: keyof Words["lost"],
    words: Words = wordsFor((request.query ?? {})["lang"]),
  ): FastifyReply {
    const { contact } = this.#tools;
    const about = { words, path: pathOf(request.url), contact };
    if (why === "slow-down") reply.header("retry-after", "600");
    return page(reply, LOST_STATUS[why], lostPage(about, why));
  }

  /** The mail of an unbroken link in its time, else why not. */
  async #find(request: Asked): Promise<MailView | keyof Words["lost"]> {
    const { ledger, sign, clock, tenants, openWithPassword } = this.#tools;
    const link = readLinkToken(request.params.token, sign);
    if (link === null) {
      const place = placeOf(request.ip);
      return this.#paces.isTooMany("lostFrom", place) ? "slow-down" : "altered";
    }
    if (link.expiresAt <= clock()) return "expired";
    const view = await viewMail(ledger, link, {
      tenantName: (id) => tenants.find((one) => one.id === id)?.name ?? "",
      opens: openWithPassword !== null,
    });
    return view ?? "expired";
  }

  #about(words: Words, token: string): PageAbout {
    return {
      words,
      path: `${LINK_PATH}${token}`,
      formToken: formToken(token, this.#tools.sign),
      contact: this.#tools.contact,
      ...{ told: null, complaint: null },
      typed: { reason: "", who: "" },
    };
  }
}

const SHAPE = /^\/a\/[A-Za-z0-9_-]{1,64}$/;

/** To change the language where there is no mail to show. An address of another shape is whoever made it up. */
function pathOf(untrustedUrl: string): string {
  const path = untrustedUrl.split("?")[0] ?? "";
  return SHAPE.test(path) ? path : "/";
}

const LOST_STATUS: Readonly<Record<keyof Words["lost"], number>> = {
  ...{ altered: 404, expired: 410, "slow-down": 429, failed: 500 },
};

/** Who does not have the link cannot know it, and who has it for one mail not that of another. */
function formToken(token: string, sign: SignBytes): string {
  const signed = sign(Buffer.from(`form:${token}`));
  return Buffer.from(signed)
    .toString("base64url")
    .slice(0, FORM_TOKEN_CHARACTERS);
}

function answered(token: string, { language }: Words, told: Told): string {
  const query = new URLSearchParams({ told });
  if (language === "en") query.set("lang", "en");
  return `${LINK_PATH}${token}?${query.toString()}`;
}

function page(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type("text/html; charset=utf-8").send(text);
}

function openServer({ settings, contact }: RecipientsTools): FastifyInstance {
  const { tls, proxies } = settings;
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_DEADLINE_MS,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_CHARACTERS },
    trustProxy: proxies.length === 0 ? false : [...proxies],
    // Addresses that are too long or no URL at all come past every hook.
    frameworkErrors: (_error, _request, reply) => {
      const about = { words: wordsFor("ja"), path: "/", contact };
      reply.headers(HEADERS);
      void page(reply, 404, lostPage(about, "altered"));
    },
    serverFactory: (handler) => {
      const deadline = { requestTimeout: REQUEST_DEADLINE_MS };
      const server =
        tls === null
          ? createHttpServer(deadline, handler)
          : createHttpsServer({ ...tls, ...deadline }, handler);
      server.maxConnections = MAX_CONNECTIONS;
      return server;
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => done(null, body),
  );
  return app;
}

function guard(
  app: FastifyInstance,
  { settings, contact }: RecipientsTools,
): void {
  const { origin, host, tls } = settings;
  const gate = createGate({
    ...{ origin, host, tls: tls !== null, port: () => 0 },
  });
  app.addHook("onRequest", async (request, reply) => {
    for (const [name, value] of Object.entries(HEADERS))
      reply.header(name, value);
    if (gate.isSecure)
      reply.header("strict-transport-security", `max-age=${YEAR_SECONDS}`);
    const isOurs =
      request.url === "/healthz" || gate.isOurHost(request.headers.host);
    if (isOurs && (request.method === "GET" || isOurForm(request, origin)))
      return undefined;
    const about = { words: wordsFor("ja"), path: "/", contact };
    return page(reply, isOurs ? 403 : 421, lostPage(about, "altered"));
  });
}

/** With no-referrer a browser says `null` for the origin of a form; where it comes from it says in Sec-Fetch-Site. */
function isOurForm({ headers }: FastifyRequest, origin: string): boolean {
  const site = headers["sec-fetch-site"];
  const from = headers.origin;
  const isOurSite =
    site === undefined || site === "same-origin" || site === "none";
  return (
    isOurSite && (from === undefined || from === "null" || from === origin)
  );
}
