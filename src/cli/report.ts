import { writeFile } from "node:fs/promises";
import { inForce, placesIn } from "../assembly/places.ts";
import { loadConfig } from "../config/load.ts";
import { namesFor } from "../console/api/report-routes.ts";
import { reportCsv, reportText } from "../console/report-file.ts";
import { reportPage } from "../console/report-page.ts";
import { parsePeriod } from "../policy/report-period.ts";
import { createLedger } from "../store/ledger.ts";
import { readReport } from "../store/ledger/report.ts";
import {
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
  type Parsed,
} from "./command.ts";
import { withProgress } from "./progress-line.ts";

export const report: Command = {
  help: `Usage: sekisho report --month 2026-11 [--tenant ID] [--csv | --html | --json] [--out FILE] [--config FILE]
       sekisho report --from 2026-11-01 --to 2026-11-15 [the same options]

Counts received, delivered and cleaned mails, what was held and why, viruses by name, how long releases took, discards,
exceptions, who decided how much, requests of recipients, emergency stops and self-tests, from the ledger and the record,
while the gateway runs or not. Whole days of Japan, at most 400. --csv is for spreadsheets, --html a page to be printed on A4
(its style sheet is the console's: GET /api/v1/reports/2026-11/report.html serves both), --json the bare numbers.`,
  async run(args) {
    const parsed = parse(args, {
      ...{ month: { type: "string" }, tenant: { type: "string" } },
      ...{ from: { type: "string" }, to: { type: "string" } },
      ...{ csv: { type: "boolean" }, html: { type: "boolean" } },
      ...{ json: { type: "boolean" }, out: { type: "string" } },
    });
    const { values } = parsed;
    const forms = (["csv", "html", "json"] as const).filter(
      (form) => values[form] === true,
    );
    if (forms.length > 1)
      throw new UsageError("choose one of --csv, --html, --json");
    if (parsed.positionals.length > 0)
      throw new UsageError("say the time with --month, or --from and --to");
    const period = periodOf(parsed);
    const given = parsed.config();
    const config = loadConfig(inForce(given));
    const tenant = text(values, "tenant");
    if (tenant !== null && !config.tenants.some(({ id }) => id === tenant))
      throw new UsageError(`there is no tenant "${tenant}"`);
    const tenants = tenant === null ? null : [tenant];
    const file = placesIn(given.gateway.varFolder).ledger;
    // Brings the tables to this program's version.
    await (await createLedger(file)).close();
    const counted = { what: "report", unit: "rows" } as const;
    const found = await withProgress(counted, (progress) =>
      readReport(file, { ...period, tenants }, { now: Date.now(), progress }),
    );
    const names = namesFor(config.tenants, tenants);
    const made = {
      csv: () => reportCsv(found, names),
      html: () => reportPage(found, names),
      json: () => JSON.stringify(found, null, 2),
      text: () => reportText(found, names),
    }[forms[0] ?? "text"]();
    const out = text(values, "out");
    if (out === null) print(made.replace(/\r?\n$/, ""));
    else await writeFile(out, made.endsWith("\n") ? made : `${made}\n`);
    return EXIT.done;
  },
};

function periodOf({ values }: Parsed) {
  const [month, from, to] = ["month", "from", "to"].map((name) =>
    text(values, name),
  );
  const isMonth = month != null && from == null && to == null;
  if (!isMonth && (month != null || from == null || to == null))
    throw new UsageError("say --month 2026-11, or --from DAY and --to DAY");
  const period = parsePeriod(
    isMonth ? month : `${String(from)}..${String(to)}`,
  );
  if (period === null)
    throw new UsageError(
      "a month is like 2026-11, a day like 2026-11-01, and a report tells of at most 400 days",
    );
  return period;
}
