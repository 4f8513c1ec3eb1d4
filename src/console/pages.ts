import { readFileSync } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EVERY_TENANT } from "../core/account.ts";
import type { Account } from "../core/account.ts";
import type { Trouble } from "../core/measure.ts";
import { may, mayAnywhere } from "../policy/rights.ts";
import type { Right } from "../policy/rights.ts";
import { SECOND } from "../core/units.ts";
import { NO_RIGHT } from "./api/route.ts";
import type { Answer } from "./api/route.ts";
import type { Server } from "./api/serve.ts";
import { dashboard, type Status } from "./dashboard.ts";
import { layout, type Page } from "./layout.ts";
import { sharedAnswer } from "./shared-answer.ts";
import { sendWebPage } from "./web-files.ts";
import { mailboxList, mailPage, type MailboxView } from "./mailbox.ts";

export interface PageTools {
  readonly status: () => Promise<Status>;
  readonly clock: () => number;
  readonly mailbox: MailboxView | null;
  readonly zoneName: string;
  readonly server: Server;
  /** Addresses of those that the other pages have, too. */
  readonly styleSheets: readonly string[];
  /** The one of the pages that are made in the browser; null when nobody built them. */
  readonly webPage: string | null;
}

/** The looks of the pages made on the server: the mailbox, and what is printed on paper. */
const STYLE_SHEETS = ["style", "paper", "certificate", "report"].map(
  (name) => ({
    address: `/${name}.css`,
    css: readFileSync(new URL(`./${name}.css`, import.meta.url)),
  }),
);
const MAILBOX_ROWS = 50;
/** Anybody may ask a probe, as often as they like. */
const PROBED_MS = SECOND;

/** Whether mail that comes now is put off. */
function stopsIntake({ code, about, stops }: Trouble): boolean {
  return stops === "intake" || (code === "WORKER_GONE" && about === "intake");
}

/** Pages made on the server, and the probes of whoever watches it. */
export function addPages(app: FastifyInstance, tools: PageTools): void {
  for (const { address, css } of STYLE_SHEETS)
    app.get(address, async (_request, reply) =>
      reply.type("text/css; charset=utf-8").send(css),
    );
  app.get("/healthz", async () => ({ status: "ok" }));
  const { status, clock } = tools;
  const probed = sharedAnswer(status, { lastsMs: PROBED_MS, clock });
  app.get("/readyz", async (_request, reply) => {
    const { troubles } = await probed();
    const accepts = !troubles.some(stopsIntake);
    const degraded = troubles.length === 0 ? "ok" : "degraded";
    return reply.code(accepts ? 200 : 503).send({
      status: accepts ? degraded : "down",
      // No words, and not what it is about, which may be a town or a collector: nobody is signed in here.
      troubles: [...new Set(troubles.map(({ code }) => code))],
    });
  });
  app.get("/", async (request, reply) => {
    const account = await admitted(request, reply, tools, "status.view");
    if (account === null) return reply;
    // Without an account the browser's pages have nothing to ask: then, and only then, it is made here.
    if (!isNobody(account)) return sendWebPage(reply, tools.webPage);
    const showsMails = may(account, "mail.read", EVERY_TENANT);
    return page(reply, account, tools, {
      title: "運用状況",
      refreshSeconds: 5,
      body: dashboard(await tools.status(), tools.zoneName, showsMails),
    });
  });
  if (tools.mailbox !== null) mailboxPages(app, tools, tools.mailbox);
}

function mailboxPages(
  app: FastifyInstance,
  tools: PageTools,
  mailbox: MailboxView,
): void {
  app.get("/mailbox", async (request, reply) => {
    const account = await admitted(request, reply, tools, "inbox.read");
    if (account === null) return reply;
    return page(reply, account, tools, {
      title: `${tools.zoneName} 側の内蔵メールボックス`,
      body: mailboxList(await mailbox.list(MAILBOX_ROWS)),
    });
  });
  app.get<{ Params: { file: string } }>(
    "/mailbox/:file",
    async (request, reply) => {
      const account = await admitted(request, reply, tools, "inbox.read");
      if (account === null) return reply;
      const mail = await mailbox.open(request.params.file);
      if (mail === null) return reply.callNotFound();
      return page(reply, account, tools, {
        title: mail.subject || "（件名なし）",
        body: mailPage(request.params.file, mail),
      });
    },
  );
  app.get<{ Params: { file: string; index: string } }>(
    "/mailbox/:file/:index",
    async (request, reply) => {
      const account = await admitted(request, reply, tools, "inbox.read");
      if (account === null) return reply;
      const mail = await mailbox.open(request.params.file);
      const attachment = /^\d{1,4}$/.test(request.params.index)
        ? mail?.attachments[Number(request.params.index)]
        : undefined;
      if (attachment === undefined) return reply.callNotFound();
      return reply
        .type(attachment.type)
        .header(
          "content-disposition",
          `attachment; filename*=UTF-8''${encodeURIComponent(attachment.name)}`,
        )
        .send(Buffer.from(attachment.bytes));
    },
  );
}

/** The built-in mailbox holds the mail of every tenant; who has the right in one only does not get in. Null: answered. */
async function admitted(
  request: FastifyRequest,
  reply: FastifyReply,
  { server }: PageTools,
  right: Right,
): Promise<Account | null> {
  const found = await server.admit(request, {
    ...{ method: "GET", path: request.routeOptions.url ?? "/", right },
    ...{ openAtFirst: true, passive: true },
  });
  if ("kind" in found) {
    refuse(reply, found);
    return null;
  }
  if (right !== "inbox.read" || may(found.account, right, EVERY_TENANT))
    return found.account;
  refuse(reply, NO_RIGHT);
  return null;
}

function refuse(reply: FastifyReply, answer: Answer): void {
  if (answer.kind !== "problem") return;
  if (answer.status === 401) {
    void reply.redirect("/sign-in", 303);
    return;
  }
  void reply
    .code(answer.status)
    .type("text/plain; charset=utf-8")
    .send(`${answer.message}\n`);
}

function page(
  reply: FastifyReply,
  account: Account,
  { mailbox, styleSheets }: PageTools,
  content: Omit<Page, "entries" | "person" | "styleSheets" | "address">,
): FastifyReply {
  const person = account.displayName === "" ? null : account.displayName;
  return reply.type("text/html; charset=utf-8").send(
    layout({
      ...content,
      entries: entriesFor(account, mailbox !== null),
      ...{ person, styleSheets, address: reply.request.url },
    }),
  );
}

/** The main menu, as `web/shell/navigation.ts` has it. Without an account only what is open without one. */
function entriesFor(account: Account, hasMailbox: boolean): Page["entries"] {
  return [
    ...entry("/", "運用状況", mayAnywhere(account, "status.view")),
    ...entry(
      ...(["/quarantine", "隔離"] as const),
      !isNobody(account) && mayAnywhere(account, "mail.view"),
    ),
    ...entry(
      ...(["/requests", "申請・報告"] as const),
      !isNobody(account) && mayAnywhere(account, "request.view"),
    ),
    ...entry(
      ...(["/exceptions", "例外措置"] as const),
      !isNobody(account) && mayAnywhere(account, "exceptions.view"),
    ),
    ...entry(
      ...(["/emergency", "緊急時の操作"] as const),
      !isNobody(account) && mayAnywhere(account, "status.view"),
    ),
    ...entry("/audit", "操作の記録", mayAnywhere(account, "audit.view")),
    ...entry(
      ...(["/reports", "報告"] as const),
      !isNobody && mayAnywhere(account, "report.view"),
    ),
    ...entry("/accounts", "利用者", mayAnywhere(account, "accounts.view")),
    ...entry(
      ...(["/mailbox", "内蔵メールボックス"] as const),
      hasMailbox && may(account, "inbox.read", EVERY_TENANT),
    ),
  ];
}

/** Before the first account, from this machine. */
function isNobody({ displayName }: Account): boolean {
  return displayName === "";
}

function entry(address: string, words: string, shown: boolean) {
  return shown ? [{ address, words }] : [];
}
