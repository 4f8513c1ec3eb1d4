import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { BOUNDS_MS } from "../src/core/measure.ts";
import { FAMILIES } from "../src/telemetry/prometheus.ts";
import { busyMeasures } from "./support/measures.ts";
import { METRICS_TOKEN, TestConsole } from "./support/console.ts";
import { freePort, until } from "./support/gateway.ts";
import { describeWith } from "./support/programs.ts";

const run = promisify(execFile);
const RULES = resolve("docker/prometheus/alerts.yaml");
const DASHBOARD = resolve("docker/grafana/dashboard.json");

const NAMES = FAMILIES.flatMap(({ name, kind }) =>
  kind === "histogram"
    ? [`${name}_bucket`, `${name}_count`, `${name}_sum`]
    : [name],
);

/** Names of ours in a query. */
const namesIn = (query: string) =>
  [...query.matchAll(/\bsekisho_[a-z_]+/g)].map(([name]) => name);

it("has a Grafana dashboard whose every query names metrics that there are", () => {
  const dashboard = JSON.parse(readFileSync(DASHBOARD, "utf8")) as {
    readonly panels: readonly {
      readonly id: number;
      readonly targets: readonly { readonly expr: string }[];
    }[];
  };
  const queries = dashboard.panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr),
  );
  expect(queries.length).toBeGreaterThan(15);
  for (const query of queries)
    expect([query, namesIn(query).length > 0]).toEqual([query, true]);
  expect(
    queries.flatMap(namesIn).filter((name) => !NAMES.includes(name)),
  ).toEqual([]);
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it("has alert rules that name metrics that there are", () => {
  const named = namesIn(readFileSync(RULES, "utf8"));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !NAMES.includes(name))).toEqual([]);
});

describeWith(["prometheus", "promtool"], "a real Prometheus", () => {
  let folder: string;
  let desk: TestConsole;
  let prometheus: ChildProcess;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-prometheus-"));
    desk = await TestConsole.open();
    desk.measures = busyMeasures(Date.now());
    await desk.app.listen({ host: "127.0.0.1", port: 0 });
    const console = (desk.app.server.address() as AddressInfo).port;
    port = await freePort();
    await copyFile(RULES, join(folder, "alerts.yaml"));
    await writeFile(join(folder, "token"), METRICS_TOKEN);
    await writeFile(
      join(folder, "prometheus.yaml"),
      JSON.stringify({
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        rule_files: ["alerts.yaml"],
        scrape_configs: [
          {
            job_name: "sekisho",
            authorization: { type: "Bearer", credentials_file: "token" },
            static_configs: [{ targets: [`127.0.0.1:${console}`] }],
          },
        ],
      }),
    );
    prometheus = spawn(
      "prometheus",
      [
        `--config.file=${join(folder, "prometheus.yaml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: "ignore" },
    );
  }, 60_000);
  afterAll(async () => {
    if (prometheus.exitCode === null) {
      const gone = once(prometheus, "exit");
      prometheus.kill("SIGKILL");
      await gone;
    }
    await desk.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask<T>(path: string): Promise<T | null> {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
      return ((await answer.json()) as { readonly data: T }).data;
    } catch {
      return null;
    }
  }

  async function value(query: string): Promise<string | undefined> {
    const found = await ask<{
      readonly result: readonly { readonly value: readonly [number, string] }[];
    }>(`query?query=${encodeURIComponent(query)}`);
    return found?.result[0]?.value[1];
  }

  it("finds nothing to say about names, types and rules", async () => {
    const text = await desk.app.inject({
      url: "/metrics",
      headers: { host: "127.0.0.1" },
    });
    const lint = spawn("promtool", ["check", "metrics"]);
    let said = "";
    lint.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    lint.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    lint.stdin.end(text.body);
    const [code] = (await once(lint, "close")) as [number];
    expect([code, said]).toEqual([0, ""]);
    await run("promtool", ["check", "rules", RULES]);
    await run("promtool", [
      ...["check", "config", resolve("docker/prometheus/prometheus.yaml")],
    ]);
  });

  it("scrapes us, and counts what we count", async () => {
    await until(async () => (await value('up{job="sekisho"}')) === "1", 60_000);
    expect(await value('sekisho_mails_received_total{tenant="kawa"}')).toBe(
      "120",
    );
    expect(await value("sekisho_scanner_up")).toBe("0");
    expect(
      await value('count(sekisho_stage_duration_seconds_bucket{stage="scan"})'),
    ).toBe(String(BOUNDS_MS.length + 1));
  }, 90_000);

  it("has loaded every rule, all of them well, and sees that the scanner is silent", async () => {
    interface Rules {
      readonly groups: readonly {
        readonly rules: readonly {
          readonly name: string;
          readonly health: string;
          readonly state: string;
        }[];
      }[];
    }
    let rules: Rules["groups"][number]["rules"] = [];
    const silent = () =>
      rules.find(({ name }) => name === "SekishoScannerSilent")?.state;
    await until(
      async () => {
        rules = (await ask<Rules>("rules"))?.groups[0]?.rules ?? [];
        return silent() === "pending";
      },
      60_000,
      () => JSON.stringify(rules),
    );
    expect(rules.map(({ health }) => health)).toEqual(rules.map(() => "ok"));
    expect(rules.length).toBe(
      readFileSync(RULES, "utf8").match(/- alert:/g)?.length,
    );
  }, 90_000);
});
