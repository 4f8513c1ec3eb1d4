import { placesIn } from "../assembly/places.ts";
import { createLedger } from "../store/ledger.ts";
import { watchLedger } from "../store/ledger/watch.ts";
import { EXIT, parse, print, type Command } from "./command.ts";

export const queue: Command = {
  help: `Usage: sekisho queue [--json] [--config FILE]

One line a lane: how many wait and the age of the oldest in seconds, and below it the same for each tenant when there are
several; then the number of items in each state.`,
  async run(args) {
    const { values, config } = parse(args, { json: { type: "boolean" } });
    const file = placesIn(config().gateway.varFolder).ledger;
    const ledger = await createLedger(file);
    const watch = watchLedger(file);
    try {
      const now = Date.now();
      const [lanes, counts] = [await ledger.depths(now), await ledger.counts()];
      const tenants = watch.depths(now);
      if (values.json === true)
        print(JSON.stringify({ lanes, tenants, counts }));
      else {
        const severalTenants = config().tenants.length > 1;
        for (const lane of lanes) {
          print(row(lane.lane, lane));
          for (const one of severalTenants ? tenants : [])
            if (one.lane === lane.lane) print(row(`  ${one.tenant}`, one));
        }
        print("");
        for (const [state, count] of Object.entries(counts))
          print(`${state.padEnd(10)} ${String(count).padStart(15)}`);
      }
      return EXIT.done;
    } finally {
      watch.close();
      await ledger.close();
    }
  },
};

const NAME_CHARACTERS = 24;

function row(
  name: string,
  depth: { readonly waiting: number; readonly oldestMs: number | null },
): string {
  const oldest =
    depth.oldestMs === null ? "-" : `${Math.round(depth.oldestMs / 1000)} s`;
  return `${name.padEnd(NAME_CHARACTERS)} waiting ${String(depth.waiting).padStart(7)}   oldest ${oldest}`;
}
