import type { FastifyInstance, FastifyPluginCallback } from "fastify";
import { EVERY_TENANT } from "../core/account.ts";
import { may } from "../policy/rights.ts";
import { NO_RIGHT } from "./api/route.ts";
import type { Answer } from "./api/route.ts";
import type { Server } from "./api/serve.ts";

export const QUEUE_PATH = "/queues";

/**
 * These pages are not ours: scripts and styles from their own files, looks that their scripts give to elements, and nothing else.
 * Of what the other pages keep to, Trusted Types are missing, since their scripts fetch one another by address.
 */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'"],
  ...["img-src 'self'", "connect-src 'self'", "base-uri 'self'"],
  ...["form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

/** The queues as Redis has them, for whoever may look at those of every tenant; nothing but GET gets in. */
export function addQueuePages(
  app: FastifyInstance,
  {
    server,
    plugin,
  }: { readonly server: Server; readonly plugin: FastifyPluginCallback },
): void {
  void app.register(async (pages) => {
    pages.addHook("onRequest", async (request, reply) => {
      reply.header("content-security-policy", POLICY);
      if (request.method !== "GET") return reply.callNotFound();
      const right = "queue.view";
      const found = await server.admit(request, {
        ...{ method: "GET", path: QUEUE_PATH, right, passive: true },
      });
      if ("kind" in found)
        return isSignedOut(found) && !isApi(request.url)
          ? reply.redirect("/sign-in", 303)
          : server.answer(reply, found);
      return may(found.account, right, EVERY_TENANT)
        ? undefined
        : server.answer(reply, NO_RIGHT);
    });
    await pages.register(plugin, { prefix: QUEUE_PATH });
  });
}

function isSignedOut(answer: Answer): boolean {
  return answer.kind === "problem" && answer.status === 401;
}

function isApi(address: string): boolean {
  return address.startsWith(`${QUEUE_PATH}/api/`);
}
