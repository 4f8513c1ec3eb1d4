import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Browser } from "../../test/support/console.ts";
import { TestConsole } from "../../test/support/console.ts";
import type { ItemId } from "../core/id.ts";
import type { Plan } from "../core/plan.ts";
import { MINUTE } from "../core/units.ts";

/** The code that came with the sign-in counts no more. */
const SIGNED_IN_LONG_AGO = 11 * MINUTE;

let desk: TestConsole;
let kawa: Browser;
beforeEach(async () => {
  desk = await TestConsole.open();
  kawa = await desk.person("sato", { role: "manager", tenant: "kawa" });
  desk.wait(SIGNED_IN_LONG_AGO);
});
afterEach(() => desk.close());

const MAILS = "/api/v1/mails";

async function versionOf(item: string): Promise<string> {
  return (await desk.ledger.version(item as ItemId)) ?? "";
}

async function act(item: string, name: string, over: object = {}, by = kawa) {
  const version = await versionOf(item);
  const body = { version, reason: "差出人に電話で確認", ...over };
  return by.post(`${MAILS}/${item}/${name}`, body);
}

async function confirm(browser: Browser): Promise<void> {
  desk.wait(30_000);
  const said = await browser.post("/api/v1/session/confirm", {
    code: browser.code(),
  });
  expect(said.status).toBe(200);
}

describe("a password", () => {
  const locked = () => desk.held("kawa", ["ENCRYPTED"], { part: "1.2" });
  const give = (item: string, password = "himitsu") =>
    act(item, "password", { password, reason: undefined });

  it("goes to the sanitizer with who and what was seen, and what it answers is told in Japanese", async () => {
    const item = await locked();
    const seen = await versionOf(item);
    let asked: object = {};
    desk.opening = (ask) => {
      asked = ask;
      return { kind: "opened", item: ask.item };
    };
    const said = await give(item);
    expect([said.status, said.body["as"]]).toEqual([200, item]);
    expect(said.body["message"]).toContain("パスワードで開けました");
    expect(asked).toMatchObject({
      item,
      password: "himitsu",
      who: "sato",
      seen,
    });
  });

  it("is tried 5 times in 15 minutes, each on record without it", async () => {
    const item = await locked();
    desk.opening = () => ({ kind: "wrong" });
    const answers = [];
    for (let at = 0; at < 7; at++)
      answers.push(await give(item, `geheim${at}`));
    expect(answers.map(({ status }) => status)).toEqual([
      ...[422, 422, 422, 422, 422, 429, 429],
    ]);
    expect(answers[0]?.body["message"]).toContain("あと 4 回");
    expect(Number(answers[5]?.headers["retry-after"])).toBe(900);
    expect(
      (await desk.acts()).filter((one) => one.includes("password")),
    ).toEqual(
      Array.from({ length: 5 }, () => [
        ...["sato password-tried", "sato password-wrong"],
      ]).flat(),
    );
    const { entries } = await desk.ledger.entries({
      ...{ item, peopleOnly: false, after: null, limit: 99 },
    });
    expect(JSON.stringify(entries)).not.toContain("geheim");
    desk.wait(15 * MINUTE);
    expect((await give(item)).status).toBe(422);
  });

  it("counts no try for which there was no place", async () => {
    const item = await locked();
    desk.opening = () => ({ kind: "busy" });
    for (let at = 0; at < 6; at++) expect((await give(item)).status).toBe(503);
    desk.opening = () => ({ kind: "wrong" });
    const said = await give(item);
    expect(said.body["message"]).toContain("あと 4 回");
  });

  it("tried 20 times at once reaches the sanitizer at most 5 times", async () => {
    const item = await locked();
    let tries = 0;
    desk.opening = () => {
      tries += 1;
      return { kind: "wrong" };
    };
    await Promise.all(Array.from({ length: 20 }, () => give(item)));
    expect(tries).toBeLessThanOrEqual(5);
  });

  it.each([
    ["not-locked", 409],
    ["malicious", 409],
    ["changed", 409],
    ["busy", 503],
  ] as const)("that ends in %s is answered with %i", async (kind, status) => {
    const item = await locked();
    desk.opening = () => ({ kind });
    const said = await give(item);
    expect([said.status, String(said.body["message"])]).toEqual([
      ...[status, expect.stringMatching(/[ぁ-ん]/)],
    ]);
    expect(said.text).not.toContain("himitsu");
  });

  it("says so when no sanitizer of this machine answers", async () => {
    expect((await give(await locked())).body["code"]).toBe("NO_SANITIZER");
  });
});

describe("scanning again, making anew, pinning", () => {
  it("rings for a mail that was seen as it stands, and not for one that changed", async () => {
    const item = await desk.held("kawa");
    expect((await act(item, "rescan")).status).toBe(200);
    expect(desk.rung).toEqual([item]);
    const stale = await act(item, "rescan", { version: "0".repeat(16) });
    expect([stale.status, stale.body["code"]]).toEqual([409, "CHANGED"]);
    const { body } = await kawa.get(`${MAILS}/${item}`);
    expect(body).toMatchObject({
      ...{ rescan: { who: "sato" }, may: { rescan: false } },
    });
  });

  it("takes every held mail of a filter, of the own tenant alone; going on by itself needs the code again", async () => {
    const own = [await desk.held("kawa"), await desk.held("kawa")];
    await desk.held("kawa", ["NOT_UNDERSTOOD"]);
    await desk.held("yama");
    const ask = (over: object = {}) =>
      kawa.post(`${MAILS}/rescan`, {
        ...{ filter: { code: "AMBIGUOUS_STRUCTURE" }, reason: "新しい定義" },
        ...over,
      });
    expect((await ask({ whenClean: "go" })).body["code"]).toBe(
      "CONFIRM_NEEDED",
    );
    expect((await ask()).body).toMatchObject({ asked: 2, more: false });
    expect([...desk.rung].sort()).toEqual([...own].sort());
    expect((await ask({ filter: { tenant: "yama" } })).status).toBe(403);
  });

  it("releases under a variant that the settings name, and the mail tells which", async () => {
    const item = await desk.held("kawa");
    expect((await act(item, "remake", { variant: "rough" })).status).toBe(422);
    const said = await act(item, "remake", { variant: "fine" });
    expect(said.status).toBe(200);
    expect((await desk.ledger.item(item))?.override?.variant).toBe("fine");
    const { body } = await kawa.get(`${MAILS}/${item}`);
    expect(body["override"]).toMatchObject({ variant: "fine" });
  });

  it("pins and unpins, each twice with the same end", async () => {
    const item = await desk.held("kawa");
    const pinned = [];
    for (const name of ["pin", "pin", "unpin", "unpin"]) {
      const said = await act(item, name, { version: undefined });
      pinned.push([said.status, said.body["already"]]);
    }
    expect(pinned).toEqual([
      ...[
        [200, false],
        [200, true],
        [200, false],
        [200, true],
      ],
    ]);
    expect(
      (await act(item, "pin", { version: undefined, reason: " " })).status,
    ).toBe(422);
  });
});

describe("many at once", () => {
  const bulk = (name: string, items: readonly object[], over: object = {}) =>
    kawa.post(`${MAILS}/bulk`, { act: name, items, reason: "一括", ...over });
  const seen = async (id: string) => ({ id, version: await versionOf(id) });

  it("answers for each: done, decided by another, another tenant's, no item", async () => {
    const own = await seen(await desk.held("kawa"));
    const decided = await seen(await desk.held("kawa"));
    await act(decided.id, "discard");
    const foreign = await seen(await desk.held("yama"));
    const none = { id: "0".repeat(26), version: "0".repeat(16) };
    const said = await bulk("discard", [own, decided, foreign, none]);
    expect(said.body).toMatchObject({
      ...{ done: 2, failed: 2 },
      results: [
        { item: own.id, done: true, already: false },
        { item: decided.id, done: true, already: true },
        { item: foreign.id, done: false, code: "NOT_FOUND" },
        { item: none.id, done: false, code: "NOT_FOUND" },
      ],
    });
    expect((await desk.ledger.item(foreign.id as ItemId))?.state).toBe("held");
  });

  it("releases after the code was given again, for 10 minutes, and never a virus", async () => {
    const first = await seen(await desk.held("kawa"));
    const virus = await seen(await desk.held("kawa", ["VIRUS_FOUND"]));
    const refused = await bulk("release", [first]);
    expect([refused.status, refused.body["code"]]).toEqual([
      403,
      "CONFIRM_NEEDED",
    ]);
    const wrong = { code: "000000" };
    expect((await kawa.post("/api/v1/session/confirm", wrong)).status).toBe(
      401,
    );
    expect((await bulk("release", [first])).status).toBe(403);
    await confirm(kawa);
    const said = await bulk("release", [first, virus]);
    expect(said.body["results"]).toMatchObject([
      { done: true, as: first.id },
      { done: false, code: "MALICIOUS" },
    ]);
    desk.wait(10 * MINUTE);
    expect((await bulk("release", [virus])).status).toBe(403);
  });

  it("takes 200 and not 201", async () => {
    const one = { id: "0".repeat(26), version: "0".repeat(16) };
    const many = (count: number) =>
      bulk(
        "pin",
        Array.from({ length: count }, () => one),
      );
    expect((await many(200)).body["failed"]).toBe(200);
    expect((await many(201)).status).toBe(400);
  });
});

describe("exceptions by sender", () => {
  const add = (over: object = {}, by = kawa) =>
    by.post("/api/v1/exceptions", {
      ...{ kind: "block", sender: "Evil.example", tenant: "kawa", days: 30 },
      ...{ reason: "迷惑メール", ...over },
    });

  it("are added once, listed and revoked, with who, why and until when", async () => {
    const first = await add();
    expect(first.body).toMatchObject({
      exception: {
        ...{ sender: "evil.example", who: "sato", inForce: true },
        until: desk.now + 30 * 24 * 60 * MINUTE,
      },
    });
    expect((await add()).body["already"]).toBe(true);
    const { id } = first.body["exception"] as { id: string };
    const listed = async (query = "") =>
      (await kawa.get(`/api/v1/exceptions${query}`)).body["exceptions"];
    expect(await listed()).toHaveLength(1);
    const end = { reason: "解決" };
    const url = `/api/v1/exceptions/${id}/revoke`;
    expect((await kawa.post(url, end)).body["already"]).toBe(false);
    expect((await kawa.post(url, end)).body["already"]).toBe(true);
    expect(await listed()).toHaveLength(0);
    expect(await listed("?state=any")).toHaveLength(1);
  });

  it.each([
    [{ sender: "town" }, 422],
    [{ sender: "*@evil.example" }, 422],
    [{ recipient: "nobody here" }, 422],
    [{ days: 0 }, 400],
    [{ days: 367 }, 400],
    [{ days: undefined }, 400],
    [{ reason: "  " }, 422],
    [{ tenant: "yama" }, 403],
    [{ tenant: null }, 403],
  ])("with %j are answered with %i", async (over, status) => {
    const said = await add(over);
    expect(said.status).toBe(status);
  });

  it("of every tenant are for who may in every tenant; others see them and cannot end them", async () => {
    const chief = await desk.person("ito", { role: "chief", tenant: "*" });
    const made = await add({ tenant: null }, chief);
    const { id } = made.body["exception"] as { id: string };
    const { body } = await kawa.get("/api/v1/exceptions");
    expect(body["exceptions"]).toMatchObject([{ id }]);
    const url = `/api/v1/exceptions/${id}/revoke`;
    expect((await kawa.post(url, { reason: "x" })).status).toBe(403);
    const own = await add({}, kawa);
    const yama = await desk.person("mori", { role: "manager", tenant: "yama" });
    const { id: theirs } = own.body["exception"] as { id: string };
    const other = `/api/v1/exceptions/${theirs}/revoke`;
    expect((await yama.post(other, { reason: "x" })).status).toBe(404);
  });
});

describe("the original of an attachment", () => {
  let ito: Browser;
  let item: ItemId;

  async function open(allowed: "on" | "off" = "on"): Promise<void> {
    await desk.close();
    desk = await TestConsole.open({}, allowed);
    kawa = await desk.person("sato", { role: "manager", tenant: "kawa" });
    ito = await desk.person("ito", { role: "chief", tenant: "*" });
    desk.wait(SIGNED_IN_LONG_AGO);
    item = await desk.held("kawa", ["CONVERSION_FAILED"]);
    await desk.ledger.release(item, {
      ...{ who: "x", why: "x", at: "", until: "", waives: [] },
    });
    await desk.ledger.advance(item, "sanitized", { plan: PLAN });
    const none = { name: null, kind: null, bytes: null, sha256: null };
    await desk.ledger.hold(item, "unexaminable", [
      { item, part: null, code: "CONVERSION_FAILED", detail: "", ...none },
    ]);
  }

  const ask = (over: object = {}) =>
    act(item, "originals", { part: "2", ...over });
  const decide = (id: string, name: string, by = ito) =>
    by.post(`${MAILS}/${item}/originals/${id}/${name}`, { reason: "確認済み" });
  const fetch = (id: string, by = kawa) =>
    by.post(`${MAILS}/${item}/originals/${id}/fetch`, {});
  const idOf = (body: Record<string, unknown>) =>
    (body["request"] as { id: string }).id;
  const look = (by: string, part = "2") =>
    desk.ledger.record({ act: "previewed", actor: by, facts: { item, part } });

  it("is not to be had while the policy says off", async () => {
    await open("off");
    const said = await ask();
    expect([said.status, said.body["code"]]).toEqual([403, "ORIGINAL_OFF"]);
  });

  it("is asked for by one, approved by another who saw its pages, fetched once", async () => {
    await open();
    const asked = await ask();
    const id = idOf(asked.body);
    expect(idOf((await ask()).body)).toBe(id);
    expect((await decide(id, "approve")).body["code"]).toBe("CONFIRM_NEEDED");
    await confirm(ito);
    expect((await decide(id, "approve")).body["code"]).toBe(
      "ORIGINAL_NOT_SEEN",
    );
    await look("sato");
    await look("ito", "1");
    expect((await decide(id, "approve")).body["code"]).toBe(
      "ORIGINAL_NOT_SEEN",
    );
    await look("ito");
    expect((await decide(id, "approve", kawa)).status).toBe(403);
    expect((await decide(id, "approve")).status).toBe(200);
    expect((await fetch(id)).body["code"]).toBe("CONFIRM_NEEDED");
    await confirm(kawa);
    expect((await fetch(id)).body["code"]).toBe("NO_READER");
    desk.originalPart = ({ part, request }) => ({
      sha256: PLAN.parts[0]!.sha256,
      chunks: (async function* () {
        yield new TextEncoder().encode(`${part} ${request}`);
      })(),
    });
    expect((await fetch(id, ito)).status).toBe(404);
    const got = await fetch(id);
    expect([got.status, got.text]).toEqual([200, `2 ${id}`]);
    expect(got.headers["content-type"]).toBe("application/octet-stream");
    expect(got.headers["content-disposition"]).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent("見積.bin.original")}`,
    );
    expect((await fetch(id)).body["code"]).toBe("ORIGINAL_OVER");
    expect(
      (await desk.acts()).filter((one) => one.includes("original")),
    ).toEqual([
      ...[
        "sato original-asked",
        "ito original-approved",
        "sato original-fetched",
      ],
    ]);
  });

  it("is not approved by who asked, though chief of all", async () => {
    await open();
    const version = await versionOf(item);
    const asked = await ito.post(`${MAILS}/${item}/originals`, {
      ...{ version, part: "2", reason: "x" },
    });
    await confirm(ito);
    await look("ito");
    const said = await decide(idOf(asked.body), "approve");
    expect(said.body["code"]).toBe("ORIGINAL_OWN_REQUEST");
  });

  it("is not to be had by one administrator with accounts that went through the own hands", async () => {
    await open();
    const made = async (name: string, role: string, by = ito) => {
      await confirm(by);
      const { body } = await by.post("/api/v1/accounts", {
        ...{ name, displayName: name, grants: [{ role, tenant: "*" }] },
      });
      const [, token = ""] = String(body["link"]).split("#");
      return desk.setUp(name, token);
    };
    const ghost = await made("ghost", "chief");
    const shade = await made("shade", "manager", ghost);
    const asks = async (browser: Browser) =>
      idOf(
        (
          await browser.post(`${MAILS}/${item}/originals`, {
            ...{ version: await versionOf(item), part: "2", reason: "x" },
          })
        ).body,
      );
    desk.wait(1);
    for (const [asker, decider] of [
      [ito, ghost],
      [shade, ito],
      [shade, ghost],
    ] as const) {
      const id = await asks(asker);
      await look(decider.name);
      await confirm(decider);
      const said = await decide(id, "approve", decider);
      expect([said.status, said.body["code"]]).toEqual([409, "SAME_HANDS"]);
    }
    // Approved as it should be; then whoever approved takes the asker's account over.
    const id = await asks(kawa);
    await confirm(ito);
    expect((await decide(id, "approve")).status).toBe(200);
    const reset = await ito.post("/api/v1/accounts/sato/reset", {});
    const [, token = ""] = String(reset.body["link"]).split("#");
    const taken = await desk.setUp("sato", token);
    expect((await fetch(id, taken)).body["code"]).toBe("SAME_HANDS");
  });

  it("is not approved with credentials that are younger than the request", async () => {
    await open();
    const id = idOf((await ask()).body);
    desk.wait(1);
    const later = await desk.person("mori", { role: "chief", tenant: "*" });
    await look("mori");
    const said = await decide(id, "approve", later);
    expect([said.status, said.body["code"]]).toEqual([409, "NEW_CREDENTIALS"]);
  });

  it("stays where it is when a virus was found after the approval, or other bytes come", async () => {
    await open();
    const id = idOf((await ask()).body);
    await confirm(ito);
    await look("ito");
    await decide(id, "approve");
    await confirm(kawa);
    desk.originalPart = () => ({
      sha256: "ff".repeat(32),
      chunks: (async function* () {
        yield new Uint8Array(1);
      })(),
    });
    expect((await fetch(id)).body["code"]).toBe("NO_READER");
    await desk.ledger.askRescan(item, {
      ...{ who: "x", why: "x", via: "x", whenClean: "stay" },
    });
    const none = { name: null, kind: null, bytes: null, sha256: null };
    await desk.ledger.settleRescan(item, {
      ...{ engine: "t", heldOtherwise: [], closed: [] },
      viruses: [{ item, part: "2", code: "VIRUS_FOUND", detail: "V", ...none }],
    });
    expect((await fetch(id)).body["code"]).toBe("ORIGINAL_MALICIOUS");
  });

  it("can be denied, and is over after its time", async () => {
    await open();
    const id = idOf((await ask()).body);
    expect((await decide(id, "deny")).status).toBe(200);
    expect((await decide(id, "approve")).body["code"]).toBe("ORIGINAL_OVER");
    const next = idOf((await ask()).body);
    desk.wait(72 * 60 * MINUTE);
    await ito.signIn();
    expect((await decide(next, "deny")).body["code"]).toBe("ORIGINAL_OVER");
  });
});

const PLAN: Plan = {
  ...{ policyVersion: "1", findings: [], override: null },
  whole: { kind: "clean", engine: "t" },
  parts: [
    {
      ...{ id: 1, path: "2", name: "見積.bin", bytes: 9 },
      sha256: "cd".repeat(32),
      kind: { type: "application/x", label: "不明", extension: "bin" },
      scan: { kind: "clean", engine: "t" },
      treatment: { kind: "notice", hold: "TYPE_NOT_CONVERTED" },
    },
  ],
};
