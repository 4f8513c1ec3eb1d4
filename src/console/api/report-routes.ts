import { EVERY_TENANT } from "../../core/account.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { Report, ReportAsk } from "../../core/report.ts";
import { parsePeriod } from "../../policy/report-period.ts";
import { may, tenantsWith } from "../../policy/rights.ts";
import { FairPlaces } from "../fair-places.ts";
import { reportCsv, type ReportNames } from "../report-file.ts";
import { reportPage } from "../report-page.ts";
import { done, NO_RIGHT, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { facts, object, text, words } from "./schema.ts";

/** Counts what the ledger tells; long ones end with the signal. */
export type MakeReport = (
  ask: ReportAsk,
  signal: AbortSignal,
) => Promise<Report>;

export interface ReportTools {
  readonly ledger: Pick<Ledger, "record">;
  readonly clock: () => number;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly makeReport: MakeReport;
}

const PATH = "/api/v1/reports/:period";
const BAD_PERIOD = problemOf(
  400,
  "BAD_REQUEST",
  "期間は「2026-11」または「2026-11-01..2026-11-15」の形で、400 日以内にしてください。",
);
const BUSY: Answer = {
  ...{ kind: "problem", status: 503, code: "REPORT_BUSY", retrySeconds: 10 },
  message:
    "ほかの報告を集計しています。しばらくしてからもう一度お試しください。",
};
/** Each reads every mail of its time. */
const REPORTS = {
  all: { atATime: 2, mayWait: 0 },
  each: { atATime: 1, mayWait: 2 },
} as const;

export function reportRoutes(tools: ReportTools): readonly Route[] {
  const reporting = new FairPlaces(REPORTS);
  const query = object({ "tenant?": words(63, 1) });
  const route = { method: "GET", right: "report.view", query } as const;
  const answer = async (
    ask: Ask,
    form: "json" | "csv" | "html",
    told: (report: Report, names: ReportNames) => Answer,
  ): Promise<Answer> => {
    const { tenant } = ask.query;
    if (tenant !== undefined && !may(ask.account, "report.view", tenant))
      return NO_RIGHT;
    const period = parsePeriod(ask.params["period"] ?? "");
    if (period === null) return BAD_PERIOD;
    const mine = tenantsWith(ask.account, "report.view");
    const all = mine === EVERY_TENANT ? null : mine;
    const tenants = tenant === undefined ? all : [tenant];
    const { name } = ask.account;
    const report = await reporting.run(name, () =>
      tools.makeReport({ ...period, tenants }, ask.gone),
    );
    if (report === null) return BUSY;
    await tools.ledger.record({
      ...{ act: "report-viewed", actor: name },
      facts: { ...period, tenants, form, via: "console" },
    });
    return told(report, namesFor(tools.tenants, tenants));
  };
  return [
    {
      ...{ ...route, path: PATH, answer: facts },
      summary:
        "Counts of a month (2026-11) or of days (2026-11-01..2026-11-15), in the tenants of whoever asks",
      run: (ask) => answer(ask, "json", (report) => done(report)),
    },
    {
      ...{ ...route, path: `${PATH}/report.csv`, answer: text },
      ...{ file: "text/csv", summary: "The same for a spreadsheet" },
      run: (ask) =>
        answer(ask, "csv", (report, names) => ({
          kind: "file",
          name: `sekisho-report-${(ask.params["period"] ?? "").replace("..", "_")}.csv`,
          chunks: piece(reportCsv(report, names)),
        })),
    },
    {
      ...{ ...route, path: `${PATH}/report.html`, answer: text },
      ...{ file: "text/html", summary: "The same to be printed on A4" },
      run: (ask) =>
        answer(ask, "html", (report, names) => {
          const content = Buffer.from(reportPage(report, names));
          const type = "text/html; charset=utf-8";
          return { kind: "shown", type, content, bytes: content.length };
        }),
    },
  ];
}

async function* piece(text: string): AsyncGenerator<string> {
  yield text;
}

/** Also for the command line. */
export function namesFor(
  known: ReportTools["tenants"],
  tenants: readonly string[] | null,
): ReportNames {
  const nameOf = (id: string) => known.find((one) => one.id === id)?.name ?? id;
  const about =
    tenants === null ? "すべての団体" : tenants.map(nameOf).join("、");
  return { about, nameOf };
}
