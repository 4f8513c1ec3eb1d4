import { readFileSync } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EVERY_TENANT } from "../core/account.ts";
import type { Account } from "../core/account.ts";
import { may } from "../policy/rights.ts";
import type { Trouble } from "../core/measure.ts";
import type { Right } from "../policy/rights.ts";
import { troubleKey } from "../policy/troubles.ts";
import { NO_RIGHT } from "./api/route.ts";
import type { Answer } from "./api/route.ts";
import type { Server } from "./api/serve.ts";
import { dashboard, type Status } from "./dashboard.ts";
import { layout, type Page } from "./layout.ts";
import { mailboxList, mailPage, type MailboxView } from "./mailbox.ts";
import { setUpPage, signInPage } from "./sign-in-pages.ts";

export interface PageTools {
  readonly status: () => Promise<Status>;
  readonly mailbox: MailboxView | null;
  readonly zoneName: string;
  readonly server: Server;
}

const STYLE = readFileSync(new URL("./style.css", import.meta.url));
const SCRIPT = readFileSync(new URL("./sign-in-pages.js", import.meta.url));
const WITH_SCRIPT = `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
const MAILBOX_ROWS = 50;

/** Whether mail that comes now is put off. */
function stopsIntake({ code, about, stops }: Trouble): boolean {
  return stops === "intake" || (code === "WORKER_GONE" && about === "intake");
}

/** Pages made on the server, and the probes of whoever watches it. */
export function addPages(app: FastifyInstance, tools: PageTools): void {
  app.get("/style.css", async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(STYLE),
  );
  app.get("/sign-in-pages.js", async (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(SCRIPT),
  );
  app.get("/sign-in", async (_request, reply) =>
    withScript(reply, "サインイン", signInPage()),
  );
  app.get("/set-up", async (_request, reply) =>
    withScript(reply, "利用者の初期設定", setUpPage()),
  );
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const { troubles } = await tools.status();
    const accepts = !troubles.some(stopsIntake);
    const degraded = troubles.length === 0 ? "ok" : "degraded";
    return reply.code(accepts ? 200 : 503).send({
      status: accepts ? degraded : "down",
      troubles: troubles.map(troubleKey),
    });
  });
  app.get("/", async (request, reply) => {
    const account = await admitted(request, reply, tools, "status.view");
    if (account === null) return reply;
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
      refreshSeconds: 5,
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
  { mailbox }: PageTools,
  content: Omit<Page, "mailbox" | "person">,
): FastifyReply {
  const showsMailbox =
    mailbox !== null && may(account, "inbox.read", EVERY_TENANT);
  const person = account.displayName === "" ? null : account.displayName;
  return reply
    .type("text/html; charset=utf-8")
    .send(layout({ ...content, mailbox: showsMailbox, person }));
}

function withScript(
  reply: FastifyReply,
  title: string,
  body: Page["body"],
): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", WITH_SCRIPT)
    .send(
      layout({
        title,
        body,
        mailbox: false,
        person: null,
        script: "/sign-in-pages.js",
      }),
    );
}
