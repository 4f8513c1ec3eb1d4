import { placesIn } from "../assembly/places.ts";
import { createLedger } from "../store/ledger.ts";
import { EXIT, parse, print, type Command } from "./command.ts";

export const queue: Command = {
  name: "queue",
  summary: "show how many mails wait, and for how long",
  help: `Usage: sekisho queue [--json] [--config FILE]

One line a lane: how many wait and the age of the oldest in seconds; then the number of items in each state.`,
  async run(args) {
    const { values, config } = parse(args, { json: { type: "boolean" } });
    const ledger = await createLedger(
      placesIn(config().gateway.varFolder).ledger,
    );
    try {
      const [lanes, counts] = [
        await ledger.depths(Date.now()),
        await ledger.counts(),
      ];
      if (values.json === true) print(JSON.stringify({ lanes, counts }));
      else {
        for (const lane of lanes) {
          const oldest =
            lane.oldestMs === null
              ? "-"
              : `${Math.round(lane.oldestMs / 1000)} s`;
          print(
            `${lane.lane.padEnd(10)} waiting ${String(lane.waiting).padStart(7)}   oldest ${oldest}`,
          );
        }
        print("");
        for (const [state, count] of Object.entries(counts))
          print(`${state.padEnd(10)} ${String(count).padStart(15)}`);
      }
      return EXIT.done;
    } finally {
      await ledger.close();
    }
  },
};
