import type { Ledger } from "../../core/ports.ts";
import { MAX_PASSWORD_CHARACTERS } from "../sign-in/password.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import { STEP_UP_MS, type StepUps } from "../sign-in/step-up.ts";
import { unproven } from "./session-routes.ts";
import { done, problemOf } from "./route.ts";
import type { Answer, Route } from "./route.ts";
import { object, time, words } from "./schema.ts";

export interface StepUpTools {
  readonly ledger: Pick<Ledger, "record">;
  readonly signIn: Pick<SignIn, "proves">;
  readonly stepUps: StepUps;
  readonly clock: () => number;
}

/** What an act answers to whose session did not prove itself lately: ask for it, then send the same act again. */
export const STEP_UP: Answer = problemOf(
  403,
  "STEP_UP",
  "この操作の前に、パスワードと確認コードをもう一度入力してください（10 分間有効です）。",
);

export function stepUpRoutes(tools: StepUpTools): readonly Route[] {
  return [
    {
      ...{ method: "POST", path: "/api/v1/session/step-up", right: "self" },
      summary:
        "Password and second factor once more, before acts that answer STEP_UP; holds for 10 minutes",
      body: object({
        password: words(4 * MAX_PASSWORD_CHARACTERS, 1),
        code: words(40, 1),
      }),
      answer: object({ until: time }),
      run: async ({ account, address, body, token }) => {
        const proof = {
          name: account.name,
          password: String(body["password"]),
          code: String(body["code"]).trim(),
        };
        const proven = await tools.signIn.proves(proof, address);
        if (proven.kind !== "proven") return unproven(proven);
        await tools.ledger.record({
          ...{ act: "stepped-up", actor: account.name, facts: { address } },
        });
        tools.stepUps.note(token);
        return done({ until: tools.clock() + STEP_UP_MS });
      },
    },
  ];
}
