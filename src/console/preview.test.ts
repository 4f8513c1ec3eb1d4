import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { request } from "node:http";
import { Browser, TestConsole } from "../../test/support/console.ts";
import { parseItemId, type ItemId } from "../core/id.ts";
import { MINUTE } from "../core/units.ts";
import type { ViewerReply } from "../socket/viewer-client.ts";
import { VIEW_REFUSALS, type ViewerQuestion } from "../wire/viewer.ts";

const PNG = Buffer.from("\x89PNG and so on", "latin1");

function given(
  content: AsyncIterable<Uint8Array> | Uint8Array,
  type: "image/png" | "application/json" = "image/png",
): ViewerReply {
  const pieces =
    content instanceof Uint8Array
      ? (async function* () {
          yield content;
        })()
      : content;
  return { kind: "done", type, bytes: null, content: pieces };
}

/** The console takes questions under its own name alone, whatever its port. */
function fetchAs(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const host = "127.0.0.1:8080";
  const asked = request(address, { headers: { ...headers, host }, signal });
  asked.on("error", reject);
  asked.on("response", () => resolve());
  asked.end();
  return promise;
}

describe("preview at the console", () => {
  let desk: TestConsole;
  let item: ItemId;
  let chief: Browser;
  let asked: ViewerQuestion[];
  beforeEach(async () => {
    desk = await TestConsole.open();
    item = await desk.held("kawa");
    chief = await desk.person("mori", { role: "chief", tenant: "*" });
    asked = [];
    desk.view = (question) => {
      asked.push(question);
      return given(PNG);
    };
  });
  afterEach(() => desk.close());

  const page = (number: number | string, query = "") =>
    chief.get(`/api/v1/mails/${item}/preview/2.1/pages/${number}${query}`);
  const looks = async () =>
    (await desk.acts()).filter((act) => act.endsWith(" previewed")).length;

  it("asks the viewer for the page, at 96 dpi unless told, and gives its bytes on to be kept by nobody", async () => {
    const said = await page(7);
    expect([said.status, said.headers["content-type"]]).toEqual([
      ...[200, "image/png"],
    ]);
    expect(said.headers["cache-control"]).toBe("no-store");
    expect(asked).toEqual([
      { ask: "page", item, part: "2.1", page: 7, dpi: 96 },
    ]);
    await page(7, "?dpi=4000");
    await page(7, "?dpi=1");
    expect(asked.map((one) => "dpi" in one && one.dpi)).toEqual([96, 300, 24]);
  });

  it("asks it for two pages of one person at a time, whoever asks for how many, and for another's beside them", async () => {
    const sato = await desk.person("sato", { role: "auditor", tenant: "*" });
    let end: () => void = () => undefined;
    const ended = new Promise<void>((done) => (end = done));
    desk.view = async (question) => {
      asked.push(question);
      await ended;
      return given(PNG);
    };
    const many = Array.from({ length: 30 }, (_, at) => page(at + 1));
    const other = sato.get(`/api/v1/mails/${item}/preview/2.1/pages/99`);
    while (!asked.some((one) => "page" in one && one.page === 99))
      await new Promise((done) => setImmediate(done));
    expect(asked).toHaveLength(3);
    end();
    expect((await other).status).toBe(200);
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(18);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
  });

  it("records one look of a person at a part in 10 minutes, before the first byte", async () => {
    let before = -1;
    desk.view = () =>
      given(
        (async function* () {
          before = await looks();
          yield PNG;
        })(),
      );
    await Promise.all([page(1), page(2), page(3)]);
    expect([before, await looks()]).toEqual([1, 1]);
    desk.wait(10 * MINUTE - 1000);
    await page(4);
    expect(await looks()).toBe(1);
    desk.wait(2000);
    await page(5);
    expect(await looks()).toBe(2);
    await chief.get(`/api/v1/mails/${item}/preview/3/pages/1`);
    expect(await looks()).toBe(3);
    const sato = await desk.person("sato", { role: "auditor", tenant: "*" });
    await sato.get(`/api/v1/mails/${item}/preview/3/pages/1`);
    expect(await looks()).toBe(4);
    const [entry] = (await desk.ledger.history(item, 100)).filter(
      ({ act }) => act === "previewed",
    );
    expect(entry?.facts).toMatchObject({ part: "2.1", via: "console" });
  });

  it("records nothing that was not shown, and says each refusal in words", async () => {
    for (const code of VIEW_REFUSALS) {
      desk.view = () => ({ kind: "refused", code });
      const said = await page(1);
      expect(said.body).toEqual({ code, message: expect.any(String) });
      expect([code, said.status >= 400]).toEqual([code, true]);
      expect(said.status).not.toBe(500);
    }
    expect(await looks()).toBe(0);
  });

  it.each(["0", "-1", "1.5", "65536", "99999", "x", "%00"])(
    "knows no page %s",
    async (number) => {
      expect((await page(number)).status).toBe(404);
      expect(asked).toEqual([]);
    },
  );

  it("says why a part is not shown", async () => {
    const part = {
      ...{ path: "2", name: "a.exe", kind: "実行", type: "x", bytes: 1 },
      ...{ sha256: "00", within: null, isBody: false, shows: null },
      ...{ why: "NOT_SHOWN", pages: null },
    };
    desk.view = () =>
      given(Buffer.from(JSON.stringify({ parts: [part] })), "application/json");
    const said = await chief.get(`/api/v1/mails/${item}/preview`);
    expect(said.body["parts"]).toEqual([
      { ...part, whyWords: expect.stringContaining("表示できません") },
    ]);
  });

  it("asks the viewer nothing about a mail of another tenant", async () => {
    const yama = await desk.person("yama", { role: "manager", tenant: "yama" });
    for (const route of ["preview", "preview/2", "preview/2/pages/1", "text"]) {
      const said = await yama.get(`/api/v1/mails/${item}/${route}`);
      expect([route, said.status]).toEqual([route, 404]);
    }
    expect(asked).toEqual([]);
    expect(parseItemId(item)).toBe(item);
  });

  it("tells the viewer when the browser has gone", async () => {
    const asking = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    desk.view = (_question, signal) => {
      signal.addEventListener("abort", () => told.resolve());
      asking.resolve();
      return told.promise.then(() => ({
        ...{ kind: "refused", code: "VIEWER_FAILED" },
      }));
    };
    const base = await desk.app.listen({ host: "127.0.0.1", port: 0 });
    const leaving = new AbortController();
    const path = `/api/v1/mails/${item}/preview/2/pages/1`;
    const headers = { cookie: chief.cookie };
    const left = expect(
      fetchAs(base + path, headers, leaving.signal),
    ).rejects.toThrow();
    await asking.promise;
    leaving.abort();
    await told.promise;
    await left;
  });

  it("gives a certificate as it was signed, and puts it on record", async () => {
    const text = '{"a":1}\n';
    desk.view = () => given(Buffer.from(text), "application/json");
    const said = await chief.get(`/api/v1/mails/${item}/certificate`);
    expect([said.status, said.text]).toEqual([200, text]);
    expect(await desk.acts()).toContain("mori certified");
  });
});
