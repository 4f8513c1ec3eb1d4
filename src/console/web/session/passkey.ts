import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import { ask, Problem } from "../api/ask.ts";
import type { SessionTold } from "../api/told.ts";

const PATH = "/api/v1/session/passkey";

/** Old browsers, and those whose rules forbid it, have none. */
export function hasPasskeys(): boolean {
  return browserSupportsWebAuthn();
}

/** Asks the device who is there; no name, no password. */
export async function signInWithPasskey(): Promise<SessionTold> {
  const { options } = await ask<{
    readonly options: PublicKeyCredentialRequestOptionsJSON;
  }>("POST", `${PATH}/begin`, {});
  const response = await onDevice(() =>
    startAuthentication({ optionsJSON: options }),
  );
  try {
    return await ask<SessionTold>("POST", `${PATH}/finish`, { response });
  } catch (error) {
    throw error instanceof Problem && error.code === "REFUSED"
      ? // In other words than a wrong password has.
        new Problem({
          ...{ status: error.status, code: "PASSKEY_REFUSED" },
          message: error.message,
        })
      : error;
  }
}

export type NewPasskey = PublicKeyCredentialCreationOptionsJSON;

/** Has the device make a passkey, as the server asked for it. */
export function makePasskey(options: NewPasskey): Promise<object> {
  return onDevice(() => startRegistration({ optionsJSON: options }));
}

/** What browsers say of devices is English, and for programmers. */
async function onDevice<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const isKnown =
      error instanceof Error && error.name === "InvalidStateError";
    throw new Problem(isKnown ? DEVICE_KNOWN : DEVICE_ENDED);
  }
}

const DEVICE_KNOWN = {
  ...{ status: 0, code: "DEVICE_KNOWN" },
  message: "この端末のパスキーは登録済みです。",
};
const DEVICE_ENDED = {
  ...{ status: 0, code: "DEVICE_ENDED" },
  message:
    "端末での確認が終わりませんでした（取り消し、時間切れ、またはこの端末にパスキーがない）。もう一度お試しください。",
};
