import { hash } from "node:crypto";
import type { SessionTimes, WayIn } from "../../core/account.ts";
import { tokenHash } from "../sign-in/tokens.ts";
import { WRONG_CODE } from "./passkey-routes.ts";
import { CONFIRMED_MS, done, NOT_FOUND } from "./route.ts";
import type { Route } from "./route.ts";
import { flag, list, number, object, text, time, words } from "./schema.ts";
import { unproven } from "./session-routes.ts";
import type { SessionTools } from "./session-routes.ts";

const WAY_WORDS: Readonly<Record<WayIn, string>> = {
  password: "パスワードと確認コード",
  passkey: "パスキー",
  oidc: "庁内の認証基盤",
};
const told = object({
  sessions: list(
    object({
      ...{ key: text, address: text, way: text, wayWords: text },
      ...{ createdAt: time, seenAt: time, isThis: flag },
    }),
  ),
});

/** The code once more, and the browsers in which one is signed in. */
export function ownSessionRoutes(tools: SessionTools): readonly Route[] {
  const { accounts, ledger, signIn } = tools;
  /** What has ended by time is still there until somebody sweeps. */
  const running = async (name: string) => {
    const since = tools.clock() - tools.idleMs;
    return (await accounts.sessions(name)).filter(
      ({ seenAt }) => seenAt > since,
    );
  };
  const ownTold = async (name: string, token: string) =>
    done({
      sessions: (await running(name)).map((one) => toldOf(one, token)),
    });
  return [
    {
      ...{ method: "POST", path: "/api/v1/session/confirm", right: "self" },
      summary:
        "Give the second factor once more; for ten minutes acts that ask for it do not",
      body: object({ code: words(40, 1) }),
      answer: object({ confirmedUntil: time }),
      run: async ({ account, address, token, body }) => {
        const code = String(body["code"]).trim();
        const proven = await signIn.confirms(account, code, address);
        if (proven.kind !== "proven") return unproven(proven, WRONG_CODE);
        await ledger.record({
          ...{ act: "session-confirmed", actor: account.name },
          facts: { address, factor: proven.factor },
        });
        await accounts.confirmSession(tokenHash(token) ?? "");
        return done({ confirmedUntil: tools.clock() + CONFIRMED_MS });
      },
    },
    {
      ...{ method: "GET", path: "/api/v1/sessions", right: "self" },
      summary: "Where one is signed in",
      answer: told,
      run: ({ account, token }) => ownTold(account.name, token),
    },
    {
      ...{ method: "DELETE", path: "/api/v1/sessions", right: "self" },
      summary: "End all other sessions of one's own",
      answer: object({ ended: number }),
      run: async ({ account, token }) => {
        await ledger.record({
          ...{ act: "sessions-ended", actor: account.name },
          facts: { account: account.name, via: "console" },
        });
        const ended = await accounts.endSessions(
          account.name,
          tokenHash(token) ?? "",
        );
        return done({ ended });
      },
    },
    {
      ...{ method: "DELETE", path: "/api/v1/sessions/:key", right: "self" },
      summary: "End one of one's own sessions",
      answer: told,
      run: async ({ account, token, params }) => {
        const { name } = account;
        const found = (await accounts.sessions(name)).find(
          (one) => keyOf(one.token) === params["key"],
        );
        if (found === undefined) return NOT_FOUND;
        await ledger.record({
          ...{ act: "session-ended", actor: name },
          facts: { address: found.address },
        });
        await accounts.endSession(found.token);
        return {
          ...(await ownTold(name, token)),
          ...(found.token === tokenHash(token) ? { session: null } : {}),
        };
      },
    },
  ];
}

/** Even the hash of a token stays here. */
function keyOf(tokenHashed: string): string {
  return hash("sha256", `session:${tokenHashed}`).slice(0, 32);
}

function toldOf(
  session: SessionTimes & { readonly token: string },
  token: string,
): object {
  const { address, way, createdAt, seenAt } = session;
  return {
    ...{ key: keyOf(session.token), address, way, createdAt, seenAt },
    wayWords: WAY_WORDS[way],
    isThis: session.token === tokenHash(token),
  };
}
