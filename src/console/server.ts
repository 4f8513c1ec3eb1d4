import { readFileSync } from "node:fs";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { dashboard, type Status } from "./dashboard.ts";
import { layout, type Page } from "./layout.ts";
import { mailboxList, mailPage, type MailboxView } from "./mailbox.ts";

export interface ConsoleTools {
  readonly status: () => Promise<Status>;
  /** Null when the LGWAN side is a real mail server. */
  readonly mailbox: MailboxView | null;
  /** What the inner side is called. */
  readonly zoneName: string;
}

const STYLE = readFileSync(new URL("./style.css", import.meta.url));

/** No script, no frame, no foreign address; the one style sheet is ours (OWASP ASVS 5.0, 3.4). */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
};

const MAILBOX_ROWS = 50;

export function createConsole(tools: ConsoleTools): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024,
    requestTimeout: 30_000,
  });
  app.addHook("onSend", async (_request, reply) => {
    for (const [name, value] of Object.entries(HEADERS))
      reply.header(name, value);
  });
  app.setErrorHandler((_error, _request, reply) =>
    reply
      .code(500)
      .type("text/plain; charset=utf-8")
      .send("エラーが起きました。しばらくしてからもう一度お試しください。\n"),
  );
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .type("text/plain; charset=utf-8")
      .send("見つかりません。\n"),
  );

  app.get("/style.css", async (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(STYLE),
  );
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const { problems } = await tools.status();
    return reply
      .code(problems.length === 0 ? 200 : 503)
      .send({ status: problems.length === 0 ? "ok" : "degraded", problems });
  });
  app.get("/api/v1/status", async () => {
    const { now, lanes, counts, problems, scanner } = await tools.status();
    return { now, lanes, counts, problems, scanner };
  });
  app.get("/", async (_request, reply) =>
    page(reply, tools, {
      title: "運用状況",
      refreshSeconds: 5,
      body: dashboard(await tools.status(), tools.zoneName),
    }),
  );
  if (tools.mailbox !== null) mailboxRoutes(app, tools, tools.mailbox);
  return app;
}

function mailboxRoutes(
  app: FastifyInstance,
  tools: ConsoleTools,
  mailbox: MailboxView,
): void {
  app.get("/mailbox", async (_request, reply) =>
    page(reply, tools, {
      title: `${tools.zoneName} 側の内蔵メールボックス`,
      refreshSeconds: 5,
      body: mailboxList(await mailbox.list(MAILBOX_ROWS)),
    }),
  );
  app.get<{ Params: { file: string } }>(
    "/mailbox/:file",
    async (request, reply) => {
      const mail = await mailbox.open(request.params.file);
      if (mail === null) return reply.callNotFound();
      return page(reply, tools, {
        title: mail.subject || "（件名なし）",
        body: mailPage(request.params.file, mail),
      });
    },
  );
  app.get<{ Params: { file: string; index: string } }>(
    "/mailbox/:file/:index",
    async (request, reply) => {
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

function page(
  reply: FastifyReply,
  tools: ConsoleTools,
  content: Omit<Page, "mailbox">,
): FastifyReply {
  return reply
    .type("text/html; charset=utf-8")
    .send(layout({ ...content, mailbox: tools.mailbox !== null }));
}
