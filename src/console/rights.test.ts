import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  Browser,
  openStream,
  TestConsole,
} from "../../test/support/console.ts";
import { ROLES } from "../core/account.ts";
import type { Role } from "../core/account.ts";
import { STREAM_PATH } from "./measure-stream.ts";
import { WEB_PAGES } from "./web-files.ts";

/** Who gets in, by route. `all`: everybody who is signed in. `-`: also who is not. */
const EVERYBODY = "-";
const ALL = "all";
const MATRIX: Readonly<Record<string, string>> = {
  "GET /healthz": EVERYBODY,
  "GET /readyz": EVERYBODY,
  "GET /metrics": EVERYBODY,
  "GET /style.css": EVERYBODY,
  "GET /assets/:file": EVERYBODY,
  // The same file for all of them, empty of any data: what it shows it asks the API for.
  ...Object.fromEntries(WEB_PAGES.map((path) => [`GET ${path}`, EVERYBODY])),
  "GET /api/openapi.json": EVERYBODY,
  "POST /api/v1/set-up/begin": EVERYBODY,
  "POST /api/v1/set-up/finish": EVERYBODY,
  "POST /api/v1/session": EVERYBODY,
  "GET /api/v1/session": ALL,
  "DELETE /api/v1/session": ALL,
  "POST /api/v1/session/password": ALL,
  "POST /api/v1/session/recovery-codes": ALL,
  "POST /api/v1/session/confirm": ALL,
  "POST /api/v1/session/passkey/begin": EVERYBODY,
  "POST /api/v1/session/passkey/finish": EVERYBODY,
  "GET /api/v1/session/passkeys": ALL,
  "POST /api/v1/session/passkeys/begin": ALL,
  "POST /api/v1/session/passkeys/finish": ALL,
  "PUT /api/v1/session/passkeys/:key": ALL,
  "DELETE /api/v1/session/passkeys/:key": ALL,
  "GET /api/v1/session/ways": EVERYBODY,
  "POST /api/v1/session/oidc/begin": EVERYBODY,
  "POST /api/v1/session/oidc/finish": EVERYBODY,
  "POST /api/v1/session/oidc/code": EVERYBODY,
  "GET /api/v1/sessions": ALL,
  "DELETE /api/v1/sessions": ALL,
  "DELETE /api/v1/sessions/:key": ALL,
  "GET /api/v1/saved-filters": ALL,
  "PUT /api/v1/saved-filters": ALL,
  "DELETE /api/v1/saved-filters": ALL,
  "GET /": ALL,
  "GET /api/v1/status": ALL,
  "GET /api/v1/measures": ALL,
  "GET /api/v1/measures/history": ALL,
  "GET /api/v1/measures/stream": ALL,
  "GET /queues": "ciso chief auditor operator",
  "GET /queues/": "ciso chief auditor operator",
  "GET /queues/api/queues": "ciso chief auditor operator",
  "GET /mailbox": "ciso chief manager",
  "GET /mailbox/:file": "ciso chief manager",
  "GET /mailbox/:file/:index": "ciso chief manager",
  "GET /api/v1/mails": ALL,
  "GET /api/v1/mails.csv": "ciso chief manager auditor",
  "GET /api/v1/mails/:item": ALL,
  "POST /api/v1/mails/:item/release": "ciso chief manager",
  "POST /api/v1/mails/:item/discard": "ciso chief manager",
  "POST /api/v1/mails/:item/notes": "ciso chief manager operator",
  "GET /api/v1/mails/:item/preview": "ciso chief manager auditor",
  "GET /api/v1/mails/:item/preview/:part": "ciso chief manager auditor",
  "GET /api/v1/mails/:item/preview/:part/pages/:page":
    "ciso chief manager auditor",
  "GET /api/v1/mails/:item/text": "ciso chief manager auditor",
  "GET /api/v1/mails/:item/certificate": "ciso chief manager auditor",
  "GET /api/v1/mails/:item/certificate.html": "ciso chief manager auditor",
  "GET /certificate.css": EVERYBODY,
  "GET /paper.css": EVERYBODY,
  "GET /report.css": EVERYBODY,
  "GET /api/v1/reports/:period": "ciso chief manager auditor",
  "GET /api/v1/reports/:period/report.csv": "ciso chief manager auditor",
  "GET /api/v1/reports/:period/report.html": "ciso chief manager auditor",
  "POST /api/v1/mails/:item/password": "ciso chief manager",
  "POST /api/v1/mails/:item/rescan": "ciso chief manager",
  "POST /api/v1/mails/rescan": "ciso chief manager",
  "POST /api/v1/mails/:item/remake": "ciso chief manager",
  "POST /api/v1/mails/:item/pin": "ciso chief manager",
  "POST /api/v1/mails/:item/unpin": "ciso chief manager",
  "POST /api/v1/mails/bulk": "ciso chief manager",
  "GET /api/v1/mails/:item/originals": "ciso chief manager auditor",
  "POST /api/v1/mails/:item/originals": "ciso chief manager",
  "POST /api/v1/mails/:item/originals/:request/approve": "ciso chief",
  "POST /api/v1/mails/:item/originals/:request/deny": "ciso chief",
  "POST /api/v1/mails/:item/originals/:request/fetch": "ciso chief manager",
  "GET /api/v1/exceptions": "ciso chief manager auditor",
  "POST /api/v1/exceptions": "ciso chief manager",
  "POST /api/v1/exceptions/:id/revoke": "ciso chief manager",
  "GET /api/v1/audit": "ciso chief auditor",
  "GET /api/v1/audit/proof": "ciso chief auditor",
  "GET /api/v1/recent": "ciso chief manager auditor",
  "GET /emergency": EVERYBODY,
  "GET /wall": EVERYBODY,
  "GET /api/v1/crossing": ALL,
  "GET /api/v1/checks": ALL,
  "GET /api/v1/disaster": ALL,
  "POST /api/v1/disaster/ask": "ciso chief manager",
  "POST /api/v1/disaster/confirm": "ciso chief manager",
  "POST /api/v1/disaster/end": "ciso chief manager",
  "POST /api/v1/crossing/stop": "ciso chief manager operator",
  "POST /api/v1/crossing/resume": "ciso chief manager",
  "GET /api/v1/people": ALL,
  "GET /api/v1/wall": ALL,
  "GET /api/v1/wall-links": "ciso chief auditor",
  "POST /api/v1/wall-links": "ciso chief",
  "POST /api/v1/wall-links/:id/revoke": "ciso chief",
  "POST /api/v1/wall-links/open": EVERYBODY,
  "GET /api/v1/accounts": "ciso chief auditor",
  "POST /api/v1/accounts": "ciso chief",
  "PUT /api/v1/accounts/:name/grants": "ciso chief",
  "PUT /api/v1/accounts/:name/state": "ciso chief",
  "POST /api/v1/accounts/:name/reset": "ciso chief",
  "DELETE /api/v1/accounts/:name/sessions": "ciso chief",
  "GET /api/v1/requests": "ciso chief manager auditor",
  "GET /api/v1/requests/count": "ciso chief manager auditor",
  "POST /api/v1/requests/:id/approve": "ciso chief manager",
  "POST /api/v1/requests/:id/deny": "ciso chief manager",
  "POST /api/v1/requests/:id/close": "ciso chief manager",
  "GET /api/v1/confirmations": "ciso chief manager auditor",
  "POST /api/v1/confirmations/:id/confirm": "ciso chief manager",
  "GET /api/v1/substitutes": "ciso chief manager auditor",
  "PUT /api/v1/accounts/:name/substitutes": "ciso chief manager",
};

/** Routes that answer about the mail of every tenant at once: a right in one is not enough. */
const OF_EVERY_TENANT = [
  ...["GET /mailbox", "GET /mailbox/:file", "GET /mailbox/:file/:index"],
  ...["GET /queues", "GET /queues/", "GET /queues/api/queues"],
  ...["GET /api/v1/audit", "POST /api/v1/disaster/confirm"],
];

let desk: TestConsole;
const routes: string[] = [];
const everywhere = new Map<Role, Browser>();
const inKawa = new Map<Role, Browser>();

beforeAll(async () => {
  desk = await TestConsole.open();
  await desk.app.ready();
  const lines = desk.app.printRoutes({
    commonPrefix: false,
    includeHooks: false,
  });
  let path: string[] = [];
  for (const line of lines.split("\n")) {
    const found = /^((?:│ {3}| {4})*)(?:├──|└──) (\S+)(?: \((.+)\))?$/.exec(
      line,
    );
    if (found === null) continue;
    const depth = found[1]!.length / 4;
    path = [...path.slice(0, depth), found[2]!];
    for (const method of found[3]?.split(", ") ?? [])
      routes.push(`${method} ${path.join("")}`);
  }
  for (const role of ROLES) {
    everywhere.set(
      role,
      await desk.person(`all-${role}`, { role, tenant: "*" }),
    );
    inKawa.set(
      role,
      await desk.person(`kawa-${role}`, { role, tenant: "kawa" }),
    );
  }
});
afterAll(() => desk.close());

async function ask(browser: Browser, route: string) {
  const [method = "", path = ""] = route.split(" ");
  if (path === STREAM_PATH) {
    const stream = await openStream(desk, browser, path);
    stream.close();
    return { status: stream.status, text: "" };
  }
  const url = path.replace(":item", "0".repeat(26)).replace(/:\w+/g, "nothing");
  return browser.ask(
    method as "GET",
    url,
    method === "GET" ? {} : { body: {} },
  );
}

/** Past the door: what is answered then is not this test's concern. */
const isLetIn = ({ status, text }: { status: number; text: string }) =>
  status !== 401 &&
  status !== 403 &&
  status !== 303 &&
  !text.includes("SIGN_IN");

describe("who may ask what", () => {
  it("is said for every route that the server has, and for no other", () => {
    expect(routes.length).toBeGreaterThan(25);
    expect([...new Set(routes)].sort()).toEqual(Object.keys(MATRIX).sort());
  });

  it.each(Object.entries(MATRIX).filter(([, who]) => who !== EVERYBODY))(
    "%s is not for who is not signed in",
    async (route) => {
      expect(isLetIn(await ask(new Browser(desk), route))).toBe(false);
    },
  );

  const NOT_ENDING = Object.entries(MATRIX).filter(
    ([route]) => !route.startsWith("DELETE /api/v1/session"),
  );

  it.each(NOT_ENDING)("%s is for %s, everywhere", async (route, who) => {
    for (const role of ROLES) {
      const wanted =
        who === EVERYBODY || who === ALL || who.split(" ").includes(role);
      const said = await ask(everywhere.get(role)!, route);
      expect([role, said.status, isLetIn(said)]).toEqual([
        role,
        said.status,
        wanted,
      ]);
    }
  });

  it.each(NOT_ENDING)("%s is for %s, in one tenant", async (route, who) => {
    for (const role of ROLES) {
      const reaches = !OF_EVERY_TENANT.includes(route);
      const wanted =
        reaches &&
        (who === EVERYBODY || who === ALL || who.split(" ").includes(role));
      const said = await ask(inKawa.get(role)!, route);
      expect([role, said.status, isLetIn(said)]).toEqual([
        role,
        said.status,
        wanted,
      ]);
    }
  });
});
