import { readdirSync, readFileSync } from "node:fs";
import type { FastifyInstance, FastifyReply } from "fastify";

const DIST = new URL("./web/dist/", import.meta.url);
const YEAR_SECONDS = 31_536_000;

/** Own scripts and styles from own files, and nothing else; whatever a sender wrote can be text only. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'"],
  ...["img-src 'self'", "connect-src 'self'", "base-uri 'none'"],
  ...["form-action 'none'", "frame-ancestors 'none'"],
  "require-trusted-types-for 'script'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Addresses that the pages answer to; what is shown there is decided in the browser (`web/app.tsx`). */
export const WEB_PAGES: readonly string[] = [
  "/sign-in",
  "/sign-in/oidc",
  "/set-up",
  "/quarantine",
  "/quarantine/:item",
  "/quarantine/:item/view",
  "/audit",
  "/reports",
  "/accounts",
  "/account",
  "/requests",
  "/exceptions",
  "/emergency",
  "/wall",
];

export interface WebFiles {
  /** Null when nobody built them. */
  readonly page: string | null;
  readonly assets: ReadonlyMap<string, Buffer>;
}

/** Read once, so that no address of a browser ever becomes a path. */
export function readWebFiles(folder = DIST): WebFiles {
  try {
    const assets = new URL("assets/", folder);
    return {
      page: readFileSync(new URL("index.html", folder), "utf8"),
      assets: new Map(
        readdirSync(assets).map((name) => [
          name,
          readFileSync(new URL(name, assets)),
        ]),
      ),
    };
  } catch {
    return { page: null, assets: new Map() };
  }
}

const NOT_BUILT =
  "管理画面のファイルがまだ作られていません。`sh docker/setup.sh run` を実行してから、関所を起動し直してください。\n" +
  "The console's pages are not built yet. Run `sh docker/setup.sh run`, then start Sekisho again.\n";

/** `page` as `WebFiles` has it. */
export function sendWebPage(
  reply: FastifyReply,
  page: string | null,
): FastifyReply {
  return page === null
    ? reply.code(503).type("text/plain; charset=utf-8").send(NOT_BUILT)
    : reply
        .type("text/html; charset=utf-8")
        .header("content-security-policy", POLICY)
        .send(page);
}

export function addWebFiles(
  app: FastifyInstance,
  { page, assets }: WebFiles,
): void {
  for (const path of WEB_PAGES)
    app.get(path, async (_request, reply) => sendWebPage(reply, page));
  app.get<{ Params: { file: string } }>(
    "/assets/:file",
    async (request, reply) => {
      const bytes = assets.get(request.params.file);
      const type = TYPES[request.params.file.split(".").at(-1) ?? ""];
      if (bytes === undefined || type === undefined)
        return reply.callNotFound();
      return reply
        .type(type)
        .header("cache-control", `public, max-age=${YEAR_SECONDS}, immutable`)
        .send(bytes);
    },
  );
}

/** Of the built style sheets, for the pages that are made on the server. */
export function styleSheets({ assets }: WebFiles): readonly string[] {
  return [...assets.keys()]
    .filter((name) => name.endsWith(".css"))
    .map((name) => `/assets/${name}`);
}
