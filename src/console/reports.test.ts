import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { TestConsole } from "../../test/support/console.ts";
import type { Browser } from "../../test/support/console.ts";

const MONTH = "/api/v1/reports/2026-11";

describe("reports on the console", () => {
  let desk: TestConsole;
  let chief: Browser;
  let kawa: Browser;

  beforeAll(async () => {
    desk = await TestConsole.open();
    chief = await desk.person("chief", { role: "chief", tenant: "*" });
    kawa = await desk.person("kawa-sato", { role: "manager", tenant: "kawa" });
    await desk.held("kawa", ["ENCRYPTED"]);
    await desk.held("yama", ["ENCRYPTED"]);
    const item = await desk.held("yama", ["VIRUS_FOUND"], { part: "2" });
    await desk.ledger.discard(item, { who: "=chief", why: "ウイルス" });
  });
  afterAll(() => desk.close());

  it("count the asker's own tenants, and no other on demand", async () => {
    expect((await chief.get(MONTH)).body).toMatchObject({
      ...{ tenants: null, received: 3, heldMails: 3, discards: 1 },
    });
    expect((await kawa.get(MONTH)).body).toMatchObject({
      ...{ tenants: ["kawa"], received: 1, heldMails: 1, discards: 0 },
    });
    expect((await chief.get(`${MONTH}?tenant=yama`)).body).toMatchObject({
      received: 2,
    });
    const refused = await kawa.get(`${MONTH}?tenant=yama`);
    expect([refused.status, refused.body["code"]]).toEqual([403, "NO_RIGHT"]);
    expect((await kawa.get(`${MONTH}/report.csv?tenant=yama`)).status).toBe(
      403,
    );
  });

  it("take days, too, and refuse what is no time", async () => {
    const days = await chief.get("/api/v1/reports/2026-11-01..2026-11-20");
    expect(days.body).toMatchObject({ received: 0 });
    for (const wrong of ["2026-13", "x", "2020-01-01..2026-01-01"])
      expect((await chief.get(`/api/v1/reports/${wrong}`)).status).toBe(400);
  });

  it("come as a file whose cells no spreadsheet computes", async () => {
    const { text, headers } = await chief.get(`${MONTH}/report.csv`);
    expect(headers["content-disposition"]).toBe(
      'attachment; filename="sekisho-report-2026-11.csv"',
    );
    expect(text).toContain('"受信したメール","3"\r\n');
    expect(text).toContain('"\'=chief","1","1"\r\n');
    expect(text).toContain('"暗号化されている","2"');
  });

  it("come as a page under the strict policy, without script and inline style, with every word escaped", async () => {
    await desk.ledger.record({
      ...{ act: "crossing-stopped", actor: "chief" },
      facts: { tenant: "*", why: "<script>alert(1)</script>" },
    });
    const { text, headers } = await chief.get(`${MONTH}/report.html`);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(text).toContain("2026年11月");
    expect(text).toContain("すべての団体");
    expect(text).toContain("&lt;script&gt;alert(1)");
    expect(text).not.toMatch(/<script|style=/);
    const page = await kawa.get(`${MONTH}/report.html`);
    expect(page.text).toContain("川町");
    expect(page.text).not.toContain("山村");
  });

  it("are on record before they are given out", async () => {
    const { entries } = await desk.ledger.entries({
      ...{ act: "report-viewed", actor: "kawa-sato", peopleOnly: true },
      ...{ after: null, limit: 9 },
    });
    expect(
      entries.map(({ facts }) => [facts["tenants"], facts["form"]]),
    ).toEqual(
      expect.arrayContaining([
        [["kawa"], "json"],
        [["kawa"], "html"],
      ]),
    );
  });
});
