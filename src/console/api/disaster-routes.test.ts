import { expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLedger } from "../../store/ledger.ts";
import { disasterRoutes } from "./disaster-routes.ts";
import type { Ask } from "./route.ts";

it("answers who asks for the emergency mode where workers run apart that nobody would take it over", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sekisho-disaster-"));
  const ledger = await createLedger(join(folder, "ledger.db"));
  const account = {
    ...{ name: "sato", displayName: "佐藤", state: "active" },
    grants: [{ role: "chief", tenant: "*" }],
  };
  const ask = { account, body: { reason: "大雨", hours: 2 } } as unknown as Ask;
  const answers = [];
  for (const isFollowed of [false, true]) {
    const routes = disasterRoutes({
      ...{
        ledger,
        accounts: { hands: async () => ({ issuers: [], setUpAt: 0 }) },
      },
      ...{ maxHours: 24, isFollowed },
    });
    const route = routes.find(({ path }) => path.endsWith("/ask"));
    answers.push(await route?.run(ask));
  }
  expect(answers).toMatchObject([
    { kind: "problem", status: 409, code: "NOT_FOLLOWED" },
    { kind: "done", body: { kind: "asked", askedBy: "sato" } },
  ]);
  await ledger.close();
  await rm(folder, { recursive: true });
});
