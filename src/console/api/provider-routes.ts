import type { Passkeys } from "../sign-in/passkeys.ts";
import type { Provider, ProviderAnswer } from "../sign-in/provider.ts";
import { WRONG_CODE } from "./passkey-routes.ts";
import { done, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { flag, object, orNull, text, words } from "./schema.ts";
import { sessionAnswer, sessionTold, unproven } from "./session-routes.ts";
import type { SessionTools } from "./session-routes.ts";

export interface ProviderRouteTools extends SessionTools {
  readonly passkeys: Passkeys;
  /** Null: the site has none. */
  readonly provider: Provider | null;
}

const OVER = problemOf(
  410,
  "OIDC_OVER",
  "時間切れか、このブラウザーで始めたサインインではありません。サインイン画面から、もう一度お試しください。",
);
const UNREACHABLE = problemOf(
  503,
  "OIDC_UNREACHABLE",
  "認証基盤に接続できません。しばらくしてから試すか、パスワードでサインインしてください。",
);
const WORDS: Readonly<Record<"cancelled" | "nobody" | "other-person", Answer>> =
  {
    cancelled: problemOf(
      401,
      "OIDC_CANCELLED",
      "認証基盤でのサインインが完了しませんでした。",
    ),
    nobody: problemOf(
      403,
      "OIDC_NOBODY",
      "認証基盤の利用者に対応する利用者が、この管理画面に登録されていません。管理者にご連絡ください。",
    ),
    "other-person": problemOf(
      403,
      "OIDC_OTHER_PERSON",
      "この利用者名は、認証基盤の別の人に結び付いています。管理者に認証情報の再設定を依頼してください。",
    ),
  };

/** Signing in by the site's own provider. The browser comes back to a page, and the page asks here: no GET signs anybody in. */
export function providerRoutes(tools: ProviderRouteTools): readonly Route[] {
  const { provider, passkeys, signIn } = tools;
  const entered = async (
    { address, token }: Ask,
    answer: ProviderAnswer,
    factor: "oidc" | "oidc+totp" | "oidc+recovery",
  ): Promise<Answer | { readonly token: string; readonly body: object }> => {
    if (answer.kind !== "proven") return refused(tools, address, answer);
    signIn.succeeded(address);
    const opened = await signIn.enter(answer.account, {
      ...{ address, old: token === "" ? null : token, way: "oidc", factor },
      isConfirmed: factor !== "oidc",
    });
    const body = await sessionTold(tools, opened.account, opened.token);
    return { token: opened.token, body };
  };
  return [
    {
      ...{ method: "GET", path: "/api/v1/session/ways", right: "public" },
      summary: "How one may sign in here, besides with a password",
      answer: object({
        passkeys: orNull({
          ...text,
          description: "host name on which passkeys work; null: nowhere",
        }),
        provider: orNull({
          ...text,
          description: "what the site's own sign-in is called; null: none",
        }),
      }),
      run: async () =>
        done({
          passkeys: passkeys.place?.rpId ?? null,
          provider: provider?.name ?? null,
        }),
    },
    {
      ...{ method: "POST", path: "/api/v1/session/oidc/begin" },
      right: "public",
      summary: "Where to send the browser for the site's own sign-in",
      body: object({}),
      answer: object({ address: text }),
      run: async ({ address }) => {
        if (provider === null) return NOT_FOUND;
        const waits = signIn.tryFrom(address);
        if (waits !== null) return unproven(waits);
        const begun = await provider.begin(address);
        if (begun === null) return UNREACHABLE;
        signIn.succeeded(address);
        return { ...done({ address: begun.address }), flow: begun.token };
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/session/oidc/finish" },
      right: "public",
      summary:
        "With what the provider sent along: signed in, or the code is still needed",
      body: object({
        ...{ "code?": words(4096), "state?": words(512), "iss?": words(512) },
        "error?": words(200),
      }),
      answer: object({ codeNeeded: flag, session: orNull(sessionAnswer) }),
      run: async (ask) => {
        if (provider === null) return NOT_FOUND;
        const waits = signIn.tryFrom(ask.address);
        if (waits !== null) return unproven(waits);
        const answer = await provider.finish(ask.flow, ask.body);
        if (answer.kind === "code-needed") {
          signIn.succeeded(ask.address);
          return done({ codeNeeded: true, session: null });
        }
        const opened = await entered(ask, answer, "oidc");
        if ("kind" in opened) return opened;
        return {
          ...done({ codeNeeded: false, session: opened.body }),
          ...{ session: opened.token, flow: null },
        };
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/session/oidc/code" },
      right: "public",
      summary: "The second factor, after the provider said who it is",
      body: object({ code: words(40, 1) }),
      answer: sessionAnswer,
      run: async (ask) => {
        const waiting = provider?.waitingFor(ask.flow) ?? null;
        if (provider === null || waiting === null) return OVER;
        const code = String(ask.body["code"]).trim();
        const proven = await signIn.confirms(
          waiting.account,
          code,
          ask.address,
        );
        if (proven.kind !== "proven")
          return provider.again(ask.flow, waiting)
            ? unproven(proven, WRONG_CODE)
            : OVER;
        const opened = await entered(
          ask,
          await provider.proved(waiting),
          `oidc+${proven.factor}`,
        );
        if ("kind" in opened) return opened;
        return { ...done(opened.body), session: opened.token, flow: null };
      },
    },
  ];
}

async function refused(
  { signIn }: ProviderRouteTools,
  address: string,
  answer: Exclude<ProviderAnswer, { kind: "proven" }>,
): Promise<Answer> {
  if (answer.kind === "unreachable") return UNREACHABLE;
  if (answer.kind === "over" || answer.kind === "code-needed") return OVER;
  await signIn.refuse("name" in answer ? answer.name : null, address);
  return WORDS[answer.kind];
}
