import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import Fastify from "fastify";
import type {
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
} from "fastify";
import { accountRoutes } from "./api/account-routes.ts";
import type { AccountTools } from "./api/account-routes.ts";
import { auditRoutes } from "./api/audit-routes.ts";
import { bulkRoutes } from "./api/bulk-routes.ts";
import { certificateRoutes } from "./api/certificate-routes.ts";
import { exceptionRoutes } from "./api/exception-routes.ts";
import type { ExceptionTools } from "./api/exception-routes.ts";
import { heldRoutes } from "./api/held-routes.ts";
import type { HeldTools } from "./api/held-routes.ts";
import { crossingRoutes } from "./api/crossing-routes.ts";
import type { CrossingTools } from "./api/crossing-routes.ts";
import { disasterRoutes } from "./api/disaster-routes.ts";
import type { DisasterTools } from "./api/disaster-routes.ts";
import { mailRoutes } from "./api/mail-routes.ts";
import { measureRoutes } from "./api/measure-routes.ts";
import type { MailTools } from "./api/mail-routes.ts";
import { reportRoutes } from "./api/report-routes.ts";
import type { MakeReport } from "./api/report-routes.ts";
import { requestRoutes } from "./api/request-routes.ts";
import type { RequestTools } from "./api/request-routes.ts";
import { openApi } from "./api/openapi.ts";
import type { Route } from "./api/route.ts";
import { previewRoutes } from "./api/preview-routes.ts";
import { ANTI_FORGERY_HEADER, Server } from "./api/serve.ts";
import { ownSessionRoutes } from "./api/own-session-routes.ts";
import { passkeyRoutes } from "./api/passkey-routes.ts";
import { savedFilterRoutes } from "./api/saved-filter-routes.ts";
import { providerRoutes } from "./api/provider-routes.ts";
import { sessionRoutes } from "./api/session-routes.ts";
import type { SessionTools } from "./api/session-routes.ts";
import { setUpRoutes } from "./api/set-up-routes.ts";
import { peopleRoutes } from "./api/people-routes.ts";
import { originalRoutes } from "./api/original-routes.ts";
import type { OriginalTools } from "./api/original-routes.ts";
import { substituteRoutes } from "./api/substitute-routes.ts";
import { wallRoutes } from "./api/wall-routes.ts";
import { statusRoutes } from "./api/status-routes.ts";
import type { Status } from "./dashboard.ts";
import { createGate } from "./gate.ts";
import type { Gate, GateSettings } from "./gate.ts";
import type { MailboxView } from "./mailbox.ts";
import { addMeasureStream } from "./measure-stream.ts";
import { addPages } from "./pages.ts";
import { addQueuePages } from "./queue-pages.ts";
import { Passkeys } from "./sign-in/passkeys.ts";
import { Provider } from "./sign-in/provider.ts";
import type { ProviderSettings } from "./sign-in/provider.ts";
import { SignIn } from "./sign-in/sign-in.ts";
import type { SignInTools } from "./sign-in/sign-in.ts";
import type { Viewer } from "./viewer.ts";
import { recoveryHash } from "./sign-in/tokens.ts";
import { addMetrics } from "./watching.ts";
import type { Watching } from "./watching.ts";
import { addWebFiles, readWebFiles, styleSheets } from "./web-files.ts";

export interface ConsoleTools {
  readonly status: () => Promise<Status>;
  readonly watching: Watching;
  /** Null when the LGWAN side is a real mail server. */
  readonly mailbox: MailboxView | null;
  /** The queues as Redis has them; null where there is no Redis, or nobody asked for them. */
  readonly queuePages: FastifyPluginCallback | null;
  /** What the inner side is called. */
  readonly zoneName: string;
  readonly accounts: SignInTools["accounts"];
  readonly ledger: SignInTools["ledger"] &
    HeldTools["ledger"] &
    ExceptionTools["ledger"] &
    OriginalTools["ledger"] &
    MailTools["ledger"] &
    RequestTools["ledger"] &
    CrossingTools["ledger"] &
    DisasterTools["ledger"] &
    Parameters<typeof auditRoutes>[0]["ledger"];
  readonly makeReport: MakeReport;
  readonly release: MailTools["release"];
  readonly discard: MailTools["discard"];
  readonly approve: RequestTools["approve"];
  readonly disasters: Pick<DisasterTools, "maxHours" | "isFollowed">;
  readonly stopCrossing: CrossingTools["stop"];
  readonly tenants: MailTools["tenants"];
  /** Looks into originals and signs, which the console does not. */
  readonly viewer: Viewer;
  readonly variants: MailTools["variants"];
  readonly givePassword: HeldTools["givePassword"];
  readonly rescan: HeldTools["rescan"];
  readonly originalRelease: OriginalTools["originalRelease"];
  readonly readOriginalPart: OriginalTools["readOriginalPart"];
  /** The console's own key; that of vault or seal has no business here. */
  readonly key: SignInTools["key"];
  readonly clock: () => number;
  /** Milliseconds that never go back, as of `performance.now`: for paces and what is kept a short time, since the clock may be set. */
  readonly ticks: () => number;
  readonly settings: ConsoleSettings;
  /** Cheaper in tests. */
  readonly passwordCost?: SignInTools["cost"];
}

export interface ConsoleSettings {
  readonly gate: GateSettings;
  readonly idleMs: number;
  readonly absoluteMs: number;
  readonly linkHours: number;
  /** Whether it listens on this machine only. */
  readonly isLocal: boolean;
  /** Whose X-Forwarded-For is believed. */
  readonly proxies: readonly string[];
  /** The site's own sign-in, where it has one. */
  readonly provider?: ProviderSettings | null;
  /** PEM; null: plain HTTP. */
  readonly tls: { readonly key: Buffer; readonly cert: Buffer } | null;
}

const MAX_BODY_BYTES = 16 * 1024;
const REQUEST_DEADLINE_MS = 30_000;
const MAX_CONNECTIONS = 500;
const MAX_PARAMETER_CHARACTERS = 256;
const YEAR_SECONDS = 31_536_000;

/** No script, no frame, no foreign address (OWASP ASVS 5.0, 3.4). Pages that need more say so themselves. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "x-frame-options": "DENY",
};

export function createConsole(tools: ConsoleTools): FastifyInstance {
  const gate = createGate(tools.settings.gate);
  const signIn = signInOf(tools);
  const app = openServer(tools.settings, gate);
  guard(app, gate);
  const { accounts, ledger, clock, ticks, settings } = tools;
  const server = new Server({
    ...{ accounts, ledger, signIn, gate, clock, ticks },
    isLocal: settings.isLocal,
  });
  const routes = apiRoutes(tools, gate, signIn);
  for (const route of routes) server.add(app, route);
  const document = openApi(routes, ANTI_FORGERY_HEADER);
  app.get("/api/openapi.json", async () => document);
  const files = readWebFiles();
  addWebFiles(app, files);
  addPages(app, {
    ...{ ...tools, server, styleSheets: styleSheets(files) },
    webPage: files.page,
  });
  addMetrics(app, tools.watching);
  const { queuePages: plugin } = tools;
  if (plugin !== null) addQueuePages(app, { server, plugin });
  addMeasureStream(app, { server, watching: tools.watching });
  return app;
}

function signInOf(tools: ConsoleTools): SignIn {
  const { accounts, ledger, key, clock, ticks, settings, passwordCost } = tools;
  const { idleMs, absoluteMs } = settings;
  return new SignIn({
    ...{ accounts, ledger, key, clock, ticks, idleMs, absoluteMs },
    ...(passwordCost === undefined ? {} : { cost: passwordCost }),
  });
}

/** Every question that the API answers. */
function apiRoutes(
  tools: ConsoleTools,
  gate: Gate,
  signIn: SignIn,
): readonly Route[] {
  const { accounts, ledger, key, clock, ticks, tenants, settings } = tools;
  const accountTools: AccountTools = {
    ...{ accounts, ledger, tenants, clock, linkHours: settings.linkHours },
    origin: () => gate.origin,
  };
  const sessionTools: SessionTools = {
    ...{ accounts, ledger, signIn, clock, idleMs: settings.idleMs, tenants },
    ...{ zoneName: tools.zoneName, hasMailbox: tools.mailbox !== null },
    hasQueuePages: tools.queuePages !== null,
    recoveryHash: (code) => recoveryHash(key, code),
  };
  const passkeys = new Passkeys({ accounts, gate, key, ticks });
  const provider =
    settings.provider === undefined || settings.provider === null
      ? null
      : new Provider({
          ...{ accounts, ticks, settings: settings.provider },
          returnAddress: () => `${gate.origin}/sign-in/oidc`,
        });
  return [
    ...statusRoutes(tools),
    ...measureRoutes(tools.watching, clock),
    ...setUpRoutes({
      ...{ accounts, ledger, key, clock, signIn },
      hash: (password) => signIn.hash(password),
    }),
    ...sessionRoutes(sessionTools),
    ...passkeyRoutes({ ...sessionTools, passkeys }),
    ...ownSessionRoutes(sessionTools),
    ...providerRoutes({ ...sessionTools, passkeys, provider }),
    ...savedFilterRoutes({ accounts }),
    ...mailRoutes({ ...tools, accounts, ledger }),
    ...previewRoutes({ ledger, viewer: tools.viewer, ticks }),
    ...certificateRoutes({ ledger, viewer: tools.viewer }),
    ...heldRoutes(tools),
    ...bulkRoutes(tools),
    ...originalRoutes(tools),
    ...exceptionRoutes({ ledger, tenants, clock }),
    ...auditRoutes({ ledger }),
    ...reportRoutes({ ...tools, ledger, clock }),
    ...accountRoutes(accountTools),
    ...requestRoutes({ ...tools, accounts, ledger }),
    ...substituteRoutes({ accounts, ledger, clock }),
    ...peopleRoutes({ accounts }),
    ...wallRoutes({ ...accountTools, zoneName: tools.zoneName }),
    ...disasterRoutes({ ...tools.disasters, accounts, ledger }),
    ...crossingRoutes({ ledger, tenants, stop: tools.stopCrossing }),
  ];
}

function openServer(
  { tls, proxies }: ConsoleSettings,
  gate: Gate,
): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_DEADLINE_MS,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_CHARACTERS },
    trustProxy: proxies.length === 0 ? false : [...proxies],
    // What is not in a schema is refused, not cut off; nothing is turned into another type.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    // Addresses that are too long or no URL at all come past every hook.
    frameworkErrors: (_error, { headers }, reply) =>
      refuseAddress(reply, gate, headers.host),
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
  // JSON alone: a form of another site can't send it without asking first.
  app.removeContentTypeParser("text/plain");
  return app;
}

const PROBES: readonly string[] = ["/healthz", "/readyz"];

const OTHER_NAME = {
  code: "OTHER_NAME",
  message:
    "このアドレスでは受け付けません。設定の console.origin をご確認ください。",
};
const NO_QUESTION = {
  code: "BAD_REQUEST",
  message: "入力の形が正しくありません。",
};
const UNEXPECTED = {
  code: "UNEXPECTED",
  message: "エラーが起きました。しばらくしてからもう一度お試しください。",
};

/** What stands above every answer. */
function dress(reply: FastifyReply, gate: Gate): void {
  reply.headers(HEADERS);
  if (gate.isSecure)
    reply.header(
      "strict-transport-security",
      `max-age=${YEAR_SECONDS}; includeSubDomains`,
    );
}

function refuseAddress(
  reply: FastifyReply,
  gate: Gate,
  untrustedHost: string | undefined,
): void {
  dress(reply, gate);
  const isOurs = gate.isOurHost(untrustedHost);
  void reply.code(isOurs ? 400 : 421).send(isOurs ? NO_QUESTION : OTHER_NAME);
}

/** What holds for every answer. */
function guard(app: FastifyInstance, gate: Gate): void {
  app.addHook("onRequest", async (request, reply) => {
    dress(reply, gate);
    if (PROBES.includes(request.url) || gate.isOurHost(request.headers.host))
      return undefined;
    return reply.code(421).send(OTHER_NAME);
  });
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    const isForm = status >= 400 && status < 500;
    const told = isForm ? NO_QUESTION : UNEXPECTED;
    reply.code(isForm ? status : 500);
    return request.url.startsWith("/api/")
      ? reply.send(told)
      : reply.type("text/plain; charset=utf-8").send(`${told.message}\n`);
  });
  app.setNotFoundHandler((request, reply) => {
    const message = "見つかりません。";
    reply.code(404);
    return request.url.startsWith("/api/")
      ? reply.send({ code: "NOT_FOUND", message })
      : reply.type("text/plain; charset=utf-8").send(`${message}\n`);
  });
}
