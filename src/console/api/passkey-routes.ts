import { hash } from "node:crypto";
import type { Account, Passkey } from "../../core/account.ts";
import type { Passkeys } from "../sign-in/passkeys.ts";
import { done, NOT_FOUND, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { facts, flag, list, object, orNull, text, time } from "./schema.ts";
import { label, words } from "./schema.ts";
import { sessionAnswer, sessionTold, unproven } from "./session-routes.ts";
import type { SessionTools } from "./session-routes.ts";

export interface PasskeyRouteTools extends SessionTools {
  readonly passkeys: Passkeys;
}

const NO_PLACE = problemOf(
  409,
  "PASSKEY_PLACE",
  "この管理画面はアドレス（数字）で開かれているため、パスキーを使えません。名前（https://…、この端末では http://localhost…）で開いてください。",
);
const NOT_TAKEN = problemOf(
  422,
  "PASSKEY_NOT_TAKEN",
  "パスキーを登録できませんでした。時間切れか、登録済みの端末か、登録数の上限（10 個）です。もう一度お試しください。",
);
const REFUSED =
  "このパスキーではサインインできません。ほかの方法をお試しください。";

const options = object({
  options: {
    ...facts,
    description: "for navigator.credentials, base64url as WebAuthn §5.1 has it",
  },
});
const response = {
  ...facts,
  description: "what navigator.credentials gave, .toJSON()",
};
const told = object({
  place: orNull({
    ...text,
    description: "the origin on which passkeys work; null: nowhere",
  }),
  passkeys: list(
    object({
      ...{ key: text, name: text, createdAt: time, usedAt: orNull(time) },
      synced: flag,
    }),
  ),
});

export function passkeyRoutes(tools: PasskeyRouteTools): readonly Route[] {
  const { accounts, ledger, passkeys } = tools;
  const ownTold = async ({ name }: Account) =>
    done({
      place: passkeys.place?.origin ?? null,
      passkeys: (await accounts.passkeys(name)).map(toldOf),
    });
  const onOwn =
    (act: (ask: Ask, passkey: Passkey) => Promise<boolean>) =>
    async (ask: Ask): Promise<Answer> => {
      const own = await accounts.passkeys(ask.account.name);
      const passkey = own.find((one) => keyOf(one) === ask.params["key"]);
      if (passkey === undefined || !(await act(ask, passkey))) return NOT_FOUND;
      return ownTold(ask.account);
    };
  return [
    ...signingIn(tools),
    {
      ...{ method: "GET", path: "/api/v1/session/passkeys", right: "self" },
      summary: "One's own passkeys, and where they work",
      answer: told,
      run: ({ account }) => ownTold(account),
    },
    {
      ...{ method: "POST", path: "/api/v1/session/passkeys/begin" },
      right: "self",
      summary: "Ask a device for a passkey; the second factor is asked again",
      body: object({ code: words(40, 1) }),
      answer: options,
      run: async ({ account, address, token, body }) => {
        if (passkeys.place === null) return NO_PLACE;
        const code = String(body["code"]).trim();
        const proven = await tools.signIn.confirms(account, code, address);
        if (proven.kind !== "proven") return unproven(proven, WRONG_CODE);
        const begun = await passkeys.beginRegistration(account, token);
        return begun === null ? NO_PLACE : done({ options: begun });
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/session/passkeys/finish" },
      right: "self",
      summary: "Keep the passkey that the device made",
      body: object({ name: label(60), response }),
      answer: told,
      run: async ({ account, token, body }) => {
        const name = String(body["name"]).trim();
        const untrusted = body["response"];
        await ledger.record({
          ...{ act: "passkey-asked", actor: account.name, facts: { name } },
        });
        return (await passkeys.finishRegistration(account, token, {
          ...{ name, untrusted },
        }))
          ? ownTold(account)
          : NOT_TAKEN;
      },
    },
    {
      ...{ method: "PUT", path: "/api/v1/session/passkeys/:key" },
      right: "self",
      summary: "Call a passkey something else",
      body: object({ name: label(60) }),
      answer: told,
      run: onOwn(({ account, body }, { id }) =>
        accounts.renamePasskey(account.name, id, String(body["name"]).trim()),
      ),
    },
    {
      ...{ method: "DELETE", path: "/api/v1/session/passkeys/:key" },
      ...{ right: "self", confirmed: true },
      summary: "Remove a passkey; sessions go on",
      answer: told,
      run: onOwn(async ({ account }, { id, name }) => {
        await ledger.record({
          ...{ act: "passkey-removed", actor: account.name, facts: { name } },
        });
        return accounts.removePasskey(account.name, id);
      }),
    },
  ];
}

export const WRONG_CODE = "確認コードが違います。";

function signingIn(tools: PasskeyRouteTools): readonly Route[] {
  const { passkeys, signIn } = tools;
  return [
    {
      ...{ method: "POST", path: "/api/v1/session/passkey/begin" },
      right: "public",
      summary: "What to ask the device of somebody who signs in",
      body: object({}),
      answer: options,
      run: async ({ address }) => {
        const begun = await passkeys.beginSignIn(address);
        return begun === null ? NO_PLACE : done({ options: begun });
      },
    },
    {
      ...{ method: "POST", path: "/api/v1/session/passkey/finish" },
      right: "public",
      summary: "Sign in with what the device answered; no name, no password",
      body: object({ response }),
      answer: sessionAnswer,
      run: async ({ address, token, body }) => {
        const waits = signIn.tryFrom(address);
        if (waits !== null) return unproven(waits);
        const found = await passkeys.finishSignIn(body["response"]);
        if (found.account === null)
          return unproven(await signIn.refuse(found.name, address), REFUSED);
        signIn.succeeded(address);
        const opened = await signIn.enter(found.account, {
          ...{ address, old: token === "" ? null : token },
          ...{ way: "passkey", factor: "passkey", isConfirmed: true },
        });
        return {
          ...done(await sessionTold(tools, opened.account, opened.token)),
          session: opened.token,
        };
      },
    },
  ];
}

/** For addresses: a credential's own id may be longer than one. */
function keyOf({ id }: Passkey): string {
  return hash("sha256", id).slice(0, 32);
}

function toldOf(passkey: Passkey): object {
  const { name, createdAt, usedAt, isSynced } = passkey;
  return { key: keyOf(passkey), name, createdAt, usedAt, synced: isSynced };
}
