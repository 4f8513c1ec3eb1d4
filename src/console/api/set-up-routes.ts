import { beginSetUp, finishSetUp } from "../sign-in/set-up.ts";
import type { SetUpTools } from "../sign-in/set-up.ts";
import { MAX_PASSWORD_CHARACTERS } from "../sign-in/password.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import { done, problemOf } from "./route.ts";
import type { Route } from "./route.ts";
import { unproven } from "./session-routes.ts";
import { flag, list, object, text, words } from "./schema.ts";

const LINK_OVER = problemOf(
  410,
  "LINK_OVER",
  "この設定用リンクは、使用済みか期限切れです。管理者に新しいリンクを依頼してください。",
);
const token = words(64, 1);

/** With a one-time link: a password of one's own, a second factor, recovery codes. */
export function setUpRoutes(
  tools: SetUpTools & { readonly signIn: SignIn },
): readonly Route[] {
  return [
    {
      ...{ method: "POST", path: "/api/v1/set-up/begin", right: "public" },
      summary: "What to type into the authenticator app; asked again, another",
      body: object({ token }),
      answer: object({
        isFirst: flag,
        name: text,
        displayName: text,
        secret: text,
        address: { type: "string", description: "otpauth:// address" },
      }),
      run: async ({ body }) => {
        const begun = await beginSetUp(tools, String(body["token"]));
        if (begun === null) return LINK_OVER;
        return done({
          isFirst: begun.account === null,
          name: begun.account?.name ?? "",
          displayName: begun.account?.displayName ?? "",
          ...{ secret: begun.secret, address: begun.address },
        });
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/set-up/finish", right: "public" },
      summary:
        "Set password and second factor, use up the link, and be signed in",
      body: object({
        ...{ token, password: words(4 * MAX_PASSWORD_CHARACTERS, 1) },
        ...{
          code: words(40, 1),
          "name?": words(64),
          "displayName?": words(200),
        },
      }),
      answer: object({ name: text, recoveryCodes: list(text) }),
      run: async ({ body, address, token: old }) => {
        const made = await finishSetUp(tools, {
          token: String(body["token"]),
          password: String(body["password"]),
          code: String(body["code"]).trim(),
          name: wordIn(body["name"]),
          displayName: wordIn(body["displayName"]).trim(),
        });
        if (made.kind === "link-over") return LINK_OVER;
        if (made.kind === "not-yet")
          return problemOf(422, "NOT_YET", made.message);
        if (made.kind === "busy") return unproven(made);
        if (old !== "") await tools.signIn.signOut(old);
        const opened = await tools.signIn.open(made.account, {
          ...{ address, way: "password", isConfirmed: true },
        });
        return {
          ...done({
            name: made.account.name,
            recoveryCodes: made.recoveryCodes,
          }),
          session: opened.token,
        };
      },
    },
  ];
}

function wordIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
