import type { Status } from "../dashboard.ts";
import { done } from "./route.ts";
import type { Route } from "./route.ts";
import { facts, list, number, object, orNull, text, time } from "./schema.ts";

export function statusRoutes(status: () => Promise<Status>): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: "/api/v1/status", right: "status.view" },
      ...{ openAtFirst: true, passive: true },
      summary: "Lanes, counts, what is wrong now",
      answer: object({
        now: time,
        lanes: list(
          object({ lane: text, waiting: number, oldestMs: orNull(number) }),
        ),
        counts: facts,
        problems: list(text),
        scanner: orNull(object({ engine: text, signatures: text })),
      }),
      run: async () => {
        const { now, lanes, counts, problems, scanner } = await status();
        return done({ now, lanes, counts, problems, scanner });
      },
    },
  ];
}
