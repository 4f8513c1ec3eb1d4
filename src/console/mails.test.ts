import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Browser, TestConsole } from "../../test/support/console.ts";
import { newItemId } from "../core/id.ts";
import { HOUR, MINUTE } from "../core/units.ts";

let desk: TestConsole;
let kawa: Browser;
beforeEach(async () => {
  desk = await TestConsole.open();
  kawa = await desk.person("sato", { role: "manager", tenant: "kawa" });
});
afterEach(() => desk.close());

const MAILS = "/api/v1/mails";

async function versionOf(item: string, browser = kawa): Promise<string> {
  const { body } = await browser.get(`${MAILS}/${item}`);
  return String(body["version"]);
}

async function decide(
  act: "release" | "discard",
  item: string,
  over: { readonly browser?: Browser; readonly body?: object } = {},
) {
  const browser = over.browser ?? kawa;
  const version = await versionOf(item, browser);
  return browser.post(`${MAILS}/${item}/${act}`, {
    ...{ version, reason: "差出人に電話で確認" },
    ...over.body,
  });
}

const itemsOf = (body: Record<string, unknown>) =>
  (body["rows"] as { item: string }[]).map(({ item }) => item);

describe("the list", () => {
  it("says why each mail is held and what to do, in Japanese, newest first, page by page", async () => {
    const first = await desk.held("kawa", ["AMBIGUOUS_STRUCTURE"]);
    const second = await desk.held("kawa", ["ENCRYPTED"], { part: "1.2" });
    const { body } = await kawa.get(`${MAILS}?limit=1`);
    expect(body["rows"]).toMatchObject([
      {
        ...{ item: second, subject: "見積書の件", from: "送り主" },
        recipients: ["clerk@kawa.lg.jp"],
        holds: [
          { code: "ENCRYPTED", title: "暗号化されている", name: "見積.zip" },
        ],
      },
    ]);
    const next = await kawa.get(
      `${MAILS}?limit=1&after=${String(body["after"])}`,
    );
    expect(itemsOf(next.body)).toEqual([first]);
  });

  it("shows one tenant nothing of another, whatever it asks for", async () => {
    const own = await desk.held("kawa");
    const other = await desk.held("yama", ["ENCRYPTED"], { subject: "秘密" });
    for (const query of [
      "",
      "?state=any",
      `?text=${other}`,
      "?text=秘密",
      "?recipient=yama",
    ]) {
      const { body } = await kawa.get(MAILS + encodeURI(query));
      expect([query, itemsOf(body).filter((item) => item !== own)]).toEqual([
        query,
        [],
      ]);
    }
    expect((await kawa.get(`${MAILS}?tenant=yama`)).status).toBe(403);
    expect((await kawa.get(`${MAILS}.csv?tenant=yama`)).status).toBe(403);
    expect((await kawa.get(`${MAILS}.csv`)).text).not.toContain(other);
  });

  it("shows 運用委託先 reasons and states and no word of a mail, and lets it search by none", async () => {
    const item = await desk.held("kawa", ["ENCRYPTED"], { part: "1.2" });
    const operator = await desk.person("itaku", {
      role: "operator",
      tenant: "kawa",
    });
    for (const url of [MAILS, `${MAILS}/${item}`]) {
      const { text } = await operator.get(url);
      expect(text).toContain("暗号化されている");
      for (const word of [
        "見積",
        "送り主",
        "sender@",
        "clerk@",
        "mx.example",
        "詳細",
      ])
        expect([url, word, text.includes(word)]).toEqual([url, word, false]);
    }
    for (const name of ["text", "sender", "recipient"])
      expect((await operator.get(`${MAILS}?${name}=x`)).status).toBe(403);
  });

  it.each([
    ...["state=lost", "code=NOTHING", "verdict=bad", "since=now", "limit=-1"],
    ...["after=1;DROP", "nothing=1", "state=held&state=any", "text="],
  ])("refuses a question that is no question: %s", async (query) => {
    expect((await kawa.get(`${MAILS}?${query}`)).status).toBe(400);
  });
});

describe("the file for spreadsheets", () => {
  it.each([
    ...["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＋1"],
    "\u0001=HYPERLINK(1)",
  ])("holds no cell that one would compute: %j", async (subject) => {
    await desk.held("kawa", ["ENCRYPTED"], {
      subject,
      part: "1",
      name: `${subject}.zip`,
    });
    const { text, headers } = await kawa.get(`${MAILS}.csv`);
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(headers["content-disposition"]).toBe(
      `attachment; filename="sekisho-quarantine-2026-11-21.csv"`,
    );
    const cells = text
      .slice(1)
      .split(/","|"\r\n"|^"|"\r\n$/)
      .filter((cell) => cell !== "");
    expect(cells.length).toBeGreaterThan(20);
    expect(
      cells.filter((cell) => /^[\s　]*[=+\-@＝＋－＠\t\r]/.test(cell)),
    ).toEqual([]);
  });

  it("keeps quotes and line ends of a subject inside of its cell", async () => {
    await desk.held("kawa", ["ENCRYPTED"], { subject: `a","b"\r\nc` });
    const { text } = await kawa.get(`${MAILS}.csv`);
    expect(text.split("\r\n")).toHaveLength(3);
    expect(text).toContain(`"a"",""b"" c"`);
  });
});

describe("many questions at once", () => {
  const many = <T>(act: () => Promise<T>) =>
    Promise.all(Array.from({ length: 40 }, act));

  it("of one account leave the list to the others", async () => {
    await desk.held("kawa");
    const operator = await desk.person("itaku", {
      ...{ role: "operator", tenant: "yama" },
    });
    const all = many(() => operator.get(MAILS));
    const other = await kawa.get(MAILS);
    const statuses = (await all).map(({ status }) => status);
    expect(other.status).toBe(200);
    expect(statuses.filter((status) => status === 200)).toHaveLength(6);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
  });

  it("for an export are one export; the next one begins when it is over", async () => {
    await desk.held("kawa");
    const statuses = (await many(() => kawa.get(`${MAILS}.csv`))).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect((await kawa.get(`${MAILS}.csv`)).status).toBe(200);
  });
});

describe("one mail", () => {
  it("is on record with each look; reading it again within ten minutes is the same look", async () => {
    const item = await desk.held("kawa");
    const { body } = await kawa.get(`${MAILS}/${item}`);
    expect(body).toMatchObject({
      ...{ item, tenantName: "川町", state: "held", verdictWords: "検査不能" },
      may: { release: true, discard: true, note: true },
      envelope: { reversePath: "sender@example.com", client: "192.0.2.1" },
      holds: [
        {
          code: "AMBIGUOUS_STRUCTURE",
          advice: expect.stringContaining("廃棄"),
        },
      ],
    });
    const history = async () =>
      (await kawa.get(`${MAILS}/${item}`)).body["history"];
    const begun = [
      ...[{ words: "受付" }, { words: "隔離" }],
      { words: "閲覧", actor: "sato" },
    ];
    expect(await history()).toMatchObject(begun);
    desk.wait(11 * MINUTE);
    const later = { words: "閲覧", actor: "sato" };
    expect(await history()).toMatchObject([...begun, later]);
  });

  it("of another tenant is not there, to look at or to act on, and that somebody tried is on record", async () => {
    const other = await desk.held("yama");
    const body = { version: "0".repeat(16), reason: "x" };
    const unknown = await kawa.get(`${MAILS}/${newItemId()}`);
    const said = [
      await kawa.get(`${MAILS}/${other}`),
      await kawa.post(`${MAILS}/${other}/release`, body),
      await kawa.post(`${MAILS}/${other}/discard`, body),
      await kawa.post(`${MAILS}/${other}/notes`, { text: "x" }),
    ];
    for (const { status, text } of said)
      expect([status, text]).toEqual([404, unknown.text]);
    expect((await desk.ledger.item(other))?.state).toBe("held");
    const { entries } = await desk.ledger.entries({
      ...{ peopleOnly: true, act: "refused", after: null, limit: 9 },
    });
    expect(entries.filter(({ item }) => item === other).length).toBeGreaterThan(
      1,
    );
  });

  it("is found by no path but its number: 200 ways to write another one are 404 and few lines of record", async () => {
    const steps = [
      "../",
      "..%2f",
      "%2e%2e%2f",
      "..\\",
      "..%5c",
      "%252e%252e%252f",
      "....//",
      "/",
      "%00",
      "%c0%af",
    ];
    const ends = [
      "ledger.db",
      "accounts.db",
      "keys/console.key",
      "etc/passwd",
      "spool",
    ];
    const before = (await desk.acts()).length;
    for (const step of steps)
      for (const end of ends)
        for (const times of [1, 2, 4, 8]) {
          const { status } = await kawa.get(
            `${MAILS}/${step.repeat(times)}${end}`,
          );
          expect([step, end, [400, 404, 414].includes(status)]).toEqual([
            step,
            end,
            true,
          ]);
        }
    expect((await desk.acts()).length - before).toBe(1);
  });
});

describe("release", () => {
  it("sends the mail back on the line once, with who, why and until when", async () => {
    const item = await desk.held("kawa");
    const said = await decide("release", item, { body: { untilHours: 3 } });
    expect([said.status, said.body["as"]]).toEqual([200, item]);
    expect(desk.rung).toEqual([item]);
    const record = await desk.ledger.item(item);
    expect(record?.state).toBe("planned");
    expect(record?.override).toMatchObject({
      who: "sato",
      why: "差出人に電話で確認",
    });
    const until = Date.parse(record!.override!.until);
    expect(until).toBe(desk.now + 3 * HOUR);
  });

  it("of two administrators at once is one, and the other hears who it was", async () => {
    const suzuki = await desk.person("suzuki", { role: "chief", tenant: "*" });
    const item = await desk.held("kawa", ["CONVERSION_FAILED"], {
      part: "1.2",
    });
    const version = await versionOf(item);
    const both = await Promise.all(
      [kawa, suzuki].map((browser) =>
        browser.post(`${MAILS}/${item}/release`, { version, reason: "急ぎ" }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const late = both.find(({ status }) => status === 409)!;
    expect(late.body["code"]).toBe("DECIDED");
    expect(late.body["message"]).toMatch(
      /(sato|suzuki)さん（(sato|suzuki)） さんが解放しました/,
    );
    expect(desk.rung).toHaveLength(1);
    const items = await desk.ledger.recent(10);
    expect(items.filter(({ parent }) => parent === item)).toHaveLength(1);
  });

  it("clicked twice, or asked again because the answer was lost, is one and says the same", async () => {
    const item = await desk.held("kawa", ["CONVERSION_FAILED"], {
      part: "1.2",
    });
    const version = await versionOf(item);
    const ask = () =>
      kawa.post(`${MAILS}/${item}/release`, { version, reason: "急ぎ" });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect([first.body["already"], second.body["already"]]).toEqual([
      false,
      true,
    ]);
    expect(second.body["as"]).toBe(first.body["as"]);
    expect(desk.rung).toHaveLength(1);
  });

  it("of something else than what was shown does not happen", async () => {
    const item = await desk.held("kawa");
    const version = await versionOf(item);
    await desk.ledger.release(item, {
      ...{ who: "cli", why: "x", at: "", until: "", waives: [] },
    });
    await desk.ledger.hold(item, "unexaminable", [
      {
        ...{ item, part: null, code: "NOT_UNDERSTOOD", detail: "" },
        ...{ name: null, kind: null, bytes: null, sha256: null },
      },
    ]);
    desk.wait(1);
    const said = await kawa.post(`${MAILS}/${item}/release`, {
      version,
      reason: "x",
    });
    expect(said.status).toBe(409);
    expect((await desk.ledger.item(item))?.state).toBe("held");
  });

  it("never happens with a virus, whoever asks, and says so", async () => {
    const ciso = await desk.person("cho", { role: "ciso", tenant: "*" });
    const whole = await desk.held("kawa", ["VIRUS_FOUND"]);
    const part = await desk.held("kawa", ["VIRUS_FOUND"], { part: "1.2" });
    for (const item of [whole, part]) {
      const said = await decide("release", item, { browser: ciso });
      expect([said.status, said.body["code"]]).toEqual([409, "MALICIOUS"]);
      const view = await ciso.get(`${MAILS}/${item}`);
      expect(view.body["may"]).toMatchObject({ release: false, discard: true });
    }
    expect(desk.rung).toEqual([]);
  });

  it.each([
    ["no reason", { reason: "" }, 400],
    ["blanks for a reason", { reason: "   " }, 422],
    ["a reason with control characters", { reason: "a\u001b[2J" }, 400],
    ["no version", { version: undefined }, 400],
    ["a time without end", { untilHours: 100_000 }, 400],
    ["a field that nobody knows", { force: true }, 400],
    ["a number in a reason's place", { reason: 1 }, 400],
  ])("is refused with %s", async (_, body, status) => {
    const item = await desk.held("kawa");
    expect((await decide("release", item, { body })).status).toBe(status);
    expect((await desk.ledger.item(item))?.state).toBe("held");
  });
});

describe("discard and notes", () => {
  it("ends the mail once; the other administrator hears who it was", async () => {
    const suzuki = await desk.person("suzuki", { role: "chief", tenant: "*" });
    const item = await desk.held("kawa", ["VIRUS_FOUND"]);
    const version = await versionOf(item);
    expect((await decide("discard", item)).status).toBe(200);
    const late = await suzuki.post(`${MAILS}/${item}/release`, {
      version,
      reason: "x",
    });
    expect(late.body["message"]).toMatch(/satoさん（sato） さんが廃棄しました/);
  });

  it("writes a note that was sent twice once", async () => {
    const item = await desk.held("kawa");
    for (let n = 0; n < 2; n += 1)
      await kawa.post(`${MAILS}/${item}/notes`, { text: "確認中" });
    expect(
      (await desk.acts()).filter((act) => act === "sato noted"),
    ).toHaveLength(1);
  });

  it("writes notes into the history", async () => {
    const item = await desk.held("kawa");
    await kawa.post(`${MAILS}/${item}/notes`, {
      text: "差出人に確認中\n折り返し待ち",
    });
    const { body } = await kawa.get(`${MAILS}/${item}`);
    expect(body["history"]).toContainEqual(
      expect.objectContaining({
        words: "メモ",
        why: "差出人に確認中\n折り返し待ち",
      }),
    );
  });
});

describe("another site", () => {
  const foreign: [string, Record<string, string>][] = [
    ["without the page's token", { "x-sekisho-token": "" }],
    ["with a token of another session", { "x-sekisho-token": "A".repeat(43) }],
    ["from a foreign origin", { origin: "https://evil.example" }],
    ["from no origin that can be named", { origin: "null" }],
    ["cross-site, says the browser", { "sec-fetch-site": "cross-site" }],
    ["from a neighbour host", { "sec-fetch-site": "same-site" }],
    ["for another name of this address", { host: "evil.example:8080" }],
    ["as a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["as text", { "content-type": "text/plain" }],
  ];
  it.each(foreign)("releases nothing %s", async (_, headers) => {
    const item = await desk.held("kawa");
    const version = await versionOf(item);
    const said = await kawa.ask("POST", `${MAILS}/${item}/release`, {
      body: JSON.stringify({ version, reason: "x" }),
      headers: { "content-type": "application/json", ...headers },
    });
    expect([403, 415, 421]).toContain(said.status);
    expect((await desk.ledger.item(item))?.state).toBe("held");
    const own = await kawa.ask("POST", `${MAILS}/${item}/release`, {
      body: { version, reason: "x" },
      headers: {
        origin: "http://127.0.0.1:8080",
        "sec-fetch-site": "same-origin",
      },
    });
    expect(own.status).toBe(200);
  });

  it("reads nothing, and signs nobody in", async () => {
    const cross = { "sec-fetch-site": "cross-site" };
    expect((await kawa.get(MAILS, cross)).status).toBe(403);
    const body = { name: "x", password: "x", code: "1" };
    const said = await new Browser(desk).post("/api/v1/session", body, cross);
    expect(said.status).toBe(403);
    expect((await kawa.get(MAILS, { host: "evil.example" })).status).toBe(421);
  });

  it("finds no act behind a GET", async () => {
    const item = await desk.held("kawa");
    for (const act of ["release", "discard", "notes"])
      expect((await kawa.get(`${MAILS}/${item}/${act}`)).status).toBe(404);
    expect((await desk.ledger.item(item))?.state).toBe("held");
  });
});

describe("accounts", () => {
  const ACCOUNTS = "/api/v1/accounts";
  const wanted = (over: object = {}) => ({
    ...{ name: "tanaka", displayName: "田中", ...over },
    grants: [{ role: "manager", tenant: "kawa" }],
    ...over,
  });

  it("are made with a link that works, by who may manage where the role holds", async () => {
    const chief = await desk.person("cho", { role: "chief", tenant: "kawa" });
    const made = await chief.post(ACCOUNTS, wanted());
    expect(made.body["link"]).toMatch(
      /^http:\/\/127\.0\.0\.1:8080\/set-up#[\w-]{43}$/,
    );
    const tanaka = await desk.setUp(
      "tanaka",
      String(made.body["link"]).split("#")[1]!,
    );
    expect((await tanaka.get(MAILS)).status).toBe(200);
    for (const tenant of ["yama", "*"]) {
      const grants = [{ role: "auditor", tenant }];
      expect(
        (await chief.post(ACCOUNTS, wanted({ name: "ito", grants }))).status,
      ).toBe(403);
    }
    expect((await chief.post(ACCOUNTS, wanted())).status).toBe(409);
    expect(await desk.accounts.find("ito")).toBeNull();
  });

  it("of another tenant are not there for a chief of one", async () => {
    const chief = await desk.person("cho", { role: "chief", tenant: "kawa" });
    await desk.person("ito", { role: "manager", tenant: "yama" });
    await desk.person(
      "kato",
      { role: "manager", tenant: "yama" },
      { role: "manager", tenant: "kawa" },
    );
    const { text } = await chief.get(ACCOUNTS);
    expect([
      text.includes("ito"),
      text.includes("kato"),
      text.includes("yama村"),
    ]).toEqual([false, true, false]);
    for (const name of ["ito", "kato", "nobody"]) {
      const said = [
        await chief.post(`${ACCOUNTS}/${name}/reset`, {}),
        await chief.ask("PUT", `${ACCOUNTS}/${name}/state`, {
          body: { state: "disabled" },
        }),
        await chief.ask("PUT", `${ACCOUNTS}/${name}/grants`, {
          body: { grants: [] },
        }),
        await chief.ask("DELETE", `${ACCOUNTS}/${name}/sessions`, { body: {} }),
      ];
      expect([name, ...said.map(({ status }) => status)]).toEqual([
        name,
        404,
        404,
        404,
        404,
      ]);
    }
  });

  it("nobody changes the own one, nor takes the last one that manages all", async () => {
    const chief = await desk.person("cho", { role: "chief", tenant: "*" });
    const ciso = await desk.person("kura", { role: "ciso", tenant: "*" });
    const grants = { body: { grants: [] } };
    const own = await chief.ask("PUT", `${ACCOUNTS}/cho/grants`, grants);
    expect([own.status, own.body["code"]]).toEqual([409, "ONESELF"]);
    expect(
      (await chief.ask("PUT", `${ACCOUNTS}/kura/grants`, grants)).status,
    ).toBe(200);
    expect((await ciso.get(ACCOUNTS)).status).toBe(401);
    await desk.accounts.setGrants("kura", [{ role: "chief", tenant: "kawa" }]);
    await ciso.signIn();
    expect(
      (await ciso.ask("PUT", `${ACCOUNTS}/cho/grants`, grants)).status,
    ).toBe(404);
  });

  it("are changed on record", async () => {
    const chief = await desk.person("cho", { role: "chief", tenant: "*" });
    await chief.ask("PUT", `${ACCOUNTS}/sato/state`, {
      body: { state: "disabled" },
    });
    await chief.post(`${ACCOUNTS}/sato/reset`, {});
    expect((await desk.acts()).slice(-2)).toEqual([
      "cho account-disabled",
      "cho account-reset",
    ]);
    expect((await kawa.signIn()).status).toBe(401);
    expect(await desk.ledger.verifyAudit()).toMatchObject({ brokenAt: null });
  });
});

describe("the record of acts", () => {
  it("is shown to who may see that of every tenant, searched, and itself on record", async () => {
    const auditor = await desk.person("kansa", {
      role: "auditor",
      tenant: "*",
    });
    const item = await desk.held("kawa");
    await kawa.get(`${MAILS}/${item}`);
    const { body } = await auditor.get(`/api/v1/audit?act=viewed&item=${item}`);
    expect(body["entries"]).toMatchObject([
      { act: "viewed", actor: "sato", item, words: "閲覧" },
    ]);
    expect((await desk.acts()).at(-1)).toBe("kansa audit-viewed");
    expect((await kawa.get("/api/v1/audit")).status).toBe(403);
  });
});

describe("the document of the API", () => {
  it("names each route with its right, its question and its answer", async () => {
    const { body } = await new Browser(desk).get("/api/openapi.json");
    const paths = body["paths"] as Record<
      string,
      Record<
        string,
        { responses: object; requestBody?: object; description: string }
      >
    >;
    const release = paths["/api/v1/mails/{item}/release"]!["post"]!;
    expect(release.description).toContain("mail.release");
    expect(JSON.stringify(release.requestBody)).toContain(`"reason"`);
    for (const [path, methods] of Object.entries(paths))
      for (const operation of Object.values(methods))
        expect([path, Object.keys(operation.responses)]).toEqual([
          path,
          ["200", "default"],
        ]);
  });
});
