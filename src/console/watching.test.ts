import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { join } from "node:path";
import {
  Browser,
  METRICS_TOKEN,
  openStream,
  TestConsole,
} from "../../test/support/console.ts";
import { busyMeasures } from "../../test/support/measures.ts";
import type { Measures } from "../core/measure.ts";
import { NO_TIMES } from "../core/measure.ts";
import { MINUTE, SECOND } from "../core/units.ts";
import { trouble } from "../policy/troubles.ts";
import type { TroubleCode } from "../policy/troubles.ts";
import { createHistory } from "../store/history.ts";
import { STREAM_PATH } from "./measure-stream.ts";

let desk: TestConsole;
let chief: Browser;
let ofKawa: Browser;
let contractor: Browser;

beforeAll(async () => {
  desk = await TestConsole.open();
  desk.measures = busyMeasures(desk.now);
  chief = await desk.person("chief", { role: "chief", tenant: "*" });
  ofKawa = await desk.person("kawa", { role: "manager", tenant: "kawa" });
  contractor = await desk.person("itaku", { role: "operator", tenant: "*" });
  const history = createHistory(join(desk.folder, "history.db"));
  const count = (series: "arrivals", tenant: string, count: number) => ({
    ...{ at: desk.now - 2 * MINUTE, series, tenant, count },
  });
  const times = { ...NO_TIMES, counts: NO_TIMES.counts.map(() => 1) };
  history.add({
    counts: [count("arrivals", "kawa", 3), count("arrivals", "yama", 4)],
    levels: [
      {
        ...{ at: desk.now - 2 * MINUTE, series: "disk.free", tenant: "" },
        value: 77,
      },
    ],
    times: [{ at: desk.now - 2 * MINUTE, stage: "scan", times }],
    cursors: {},
  });
  history.close();
});
afterAll(() => desk.close());

const measured = async (browser: Browser) =>
  (await browser.get("/api/v1/measures")).body as unknown as Measures;

describe("the measures of now", () => {
  it("are of every tenant for who answers for all", async () => {
    const { lanes, tenants, held, malicious, troubles } = await measured(chief);
    expect(lanes[0]).toMatchObject({ lane: "inspect", waiting: 30 });
    expect(tenants.map(({ tenant }) => tenant)).toEqual(["kawa", "yama"]);
    expect([held.length, malicious.length]).toEqual([2, 2]);
    expect(troubles.map(({ code }) => code)).toEqual([
      ...["SCANNER_SILENT", "SENDER_BURST"],
    ]);
  });

  it("are of one tenant for who answers for one, lanes and all", async () => {
    const told = await measured(ofKawa);
    expect(told.lanes[0]).toMatchObject({ waiting: 10, oldestMs: 10_000 });
    expect(JSON.stringify(told)).not.toContain("yama");
    expect(told.troubles.map(({ code }) => code)).toEqual(["SCANNER_SILENT"]);
  });

  it("name no sender to who may not read mail", async () => {
    expect(JSON.stringify(await measured(contractor))).not.toContain(
      "x@example.com",
    );
    expect(JSON.stringify(await measured(chief))).toContain("x@example.com");
  });

  it("are 503 WATCH_SILENT when nothing was measured", async () => {
    const before = desk.measures;
    desk.measures = null;
    const { status, body } = await chief.get("/api/v1/measures");
    desk.measures = before;
    expect([status, body["code"]]).toEqual([503, "WATCH_SILENT"]);
  });
});

describe("the history", () => {
  const PATH = "/api/v1/measures/history";

  async function past(browser: Browser, query: string) {
    const { status, body } = await browser.get(`${PATH}?${query}`);
    return { status, body: body };
  }

  const sumOf = (body: Record<string, unknown>, at = 0) => {
    const series = body["series"] as { values: (number | null)[] }[];
    return (series[at]?.values ?? []).reduce<number>(
      (sum, value) => sum + (value ?? 0),
      0,
    );
  };

  it.each([
    ["hour", 60, 60],
    ["day", 600, 144],
    ["week", 600, 1008],
    ["month", 3600, 744],
    ["year", 86_400, 366],
  ])("of %s has steps of %i s, %i of them", async (range, step, count) => {
    const { body } = await past(chief, `range=${range}&series=arrivals`);
    expect(body["stepSeconds"]).toBe(step);
    expect((body["times"] as number[]).length).toBe(count);
    expect(sumOf(body)).toBe(7);
  });

  it("counts the own tenant alone", async () => {
    const { body } = await past(ofKawa, "range=hour&series=arrivals");
    expect(sumOf(body)).toBe(3);
    const other = await past(ofKawa, "range=hour&series=arrivals&tenant=yama");
    expect(other.status).toBe(403);
  });

  it("gives levels with mean and peak, times as p50 and p95, and nothing where nothing was", async () => {
    const query = "range=hour&series=disk.free,p50.scan,p95.scan";
    const { body } = await past(chief, query);
    const [disk, p50, p95] = body["series"] as {
      unit: string;
      values: (number | null)[];
      most?: (number | null)[];
    }[];
    expect([disk?.unit, disk?.most?.filter((one) => one !== null)]).toEqual([
      ...["bytes", [77]],
    ]);
    expect(disk?.values.filter((one) => one === null)).toHaveLength(59);
    const [half = 0] = (p50?.values ?? []).filter((one) => one !== null);
    const [most = 0] = (p95?.values ?? []).filter((one) => one !== null);
    expect(half > 0 && most > half).toBe(true);
  });

  it.each(["range=hour&series=senders", "range=age&series=arrivals", ""])(
    "refuses %j",
    async (query) => {
      expect((await past(chief, query)).status).toBe(400);
    },
  );
});

describe("the stream", () => {
  it("tells the own tenant's measures, and ends with the session", async () => {
    const person = await desk.person("brief", {
      ...{ role: "manager", tenant: "kawa" },
    });
    const stream = await openStream(desk, person, STREAM_PATH);
    expect([stream.status, stream.type]).toEqual([
      200,
      "text/event-stream; charset=utf-8",
    ]);
    const event = (await stream.next()) ?? "";
    const told = JSON.parse(event.replace(/^data: /, "")) as Measures;
    expect(told.lanes[0]?.waiting).toBe(10);
    expect(event).not.toContain("yama");
    await person.ask("DELETE", "/api/v1/session", { body: {} });
    while ((await stream.next()) !== null);
    stream.close();
  });

  it("is open six times for one person, and not a seventh time", async () => {
    const person = await desk.person("many", { role: "chief", tenant: "*" });
    const streams = [];
    for (let at = 0; at < 7; at += 1)
      streams.push(await openStream(desk, person, STREAM_PATH));
    expect(streams.map(({ status }) => status)).toEqual([
      ...[200, 200, 200, 200, 200, 200, 429],
    ]);
    for (const stream of streams) stream.close();
  });
});

describe("the metrics", () => {
  const scrape = (
    address: string,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    desk.app.inject({
      ...{ url: "/metrics", remoteAddress: address },
      headers: { host: "127.0.0.1:8080", ...headers },
    });

  it("are for this machine, for a known address and for who has the token", async () => {
    const answers = await Promise.all([
      scrape("127.0.0.1"),
      scrape("::ffff:127.0.0.1"),
      scrape("10.0.0.9"),
      scrape("10.0.0.9", { authorization: `Bearer ${METRICS_TOKEN}` }),
      scrape("10.0.0.9", { authorization: "Bearer a-token-of-the-testz" }),
      // Through a proxy that the settings do not name, everybody seems to be here.
      scrape("127.0.0.1", { "x-forwarded-for": "10.0.0.9" }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([
      ...[200, 200, 403, 200, 403, 403],
    ]);
  });

  it("have no label that a sender can fill", async () => {
    const { body } = await scrape("127.0.0.1");
    expect(body).toContain('sekisho_lane_waiting_mails{lane="inspect"');
    expect(body).toContain(
      'sekisho_sender_checks_total{method="dmarc",result="fail"} 2',
    );
    expect(body).not.toContain("x@example.com");
  });
});

describe("troubles about one tenant", () => {
  const about = (code: TroubleCode, tenant: string) => ({
    ...trouble(code, `団体「${tenant}」（sato：理由）`, tenant),
    since: desk.now,
  });
  let kept: Measures | null = null;
  beforeAll(() => {
    kept = desk.measures;
    desk.wait(2 * SECOND);
    desk.measures = {
      ...busyMeasures(desk.now),
      troubles: [
        about("CROSSING_STOPPED", "yama"),
        about("CROSSING_STOPPED", "*"),
        about("CROSSING_STOPPED", "kawa"),
        ...[about("HELD_BURST", ""), about("SIGN_IN_REFUSED", "")],
      ],
    };
  });
  afterAll(() => {
    desk.measures = kept;
  });

  it("are not told in another, neither by the measures nor by the status", async () => {
    const { troubles } = await measured(ofKawa);
    expect(troubles.map((one) => one.about)).toEqual(["*", "kawa"]);
    const { text, body } = await ofKawa.get("/api/v1/status");
    expect(text).not.toContain("yama");
    expect(body["problems"]).toHaveLength(2);
    expect(body["counts"]).toEqual({});
    expect((body["lanes"] as object[])[0]).toEqual({
      ...{ lane: "inspect", waiting: 10, oldestMs: 10_000 },
    });
    const all = await chief.get("/api/v1/status");
    expect(all.body["problems"]).toHaveLength(5);
  });

  it("are codes alone for who is not signed in, made once for all who ask within a second", async () => {
    const anybody = new Browser(desk);
    const made = desk.probes;
    const said = await Promise.all(
      Array.from({ length: 50 }, () => anybody.get("/readyz")),
    );
    expect(desk.probes - made).toBe(1);
    expect(said[49]?.body).toEqual({
      status: "degraded",
      troubles: ["CROSSING_STOPPED", "HELD_BURST", "SIGN_IN_REFUSED"],
    });
  });
});

describe("/readyz", () => {
  it("says ok in a console that was told of no trouble", async () => {
    desk.wait(2 * SECOND);
    desk.measures = null;
    const { status, body } = await new Browser(desk).get("/readyz");
    expect([status, body]).toEqual([200, { status: "ok", troubles: [] }]);
  });
});
