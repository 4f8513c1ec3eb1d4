import type { Authentication, AuthResult } from "../core/authentication.ts";

/** What administrators read about the checks of a sender, for the API and the pages. */

export type AuthMethod = "SPF" | "DKIM" | "DMARC" | "ARC";

export interface AuthenticationWords {
  /** One word for a result. */
  readonly title: Readonly<Record<AuthResult, string>>;
  readonly meaning: (method: AuthMethod, result: AuthResult) => string;
  /** What its domain asks for. */
  readonly policy: Readonly<Record<"none" | "quarantine" | "reject", string>>;
  readonly by: Readonly<Record<Authentication["by"], string>>;
}

type Meanings = Readonly<
  Record<AuthMethod, Readonly<Partial<Record<AuthResult, string>>>>
>;

const meaningIn =
  (all: Meanings, others: Readonly<Record<AuthResult, string>>) =>
  (method: AuthMethod, result: AuthResult): string =>
    all[method][result] ?? others[result];

const MEANINGS_JA: Meanings = {
  SPF: {
    pass: "送信元のサーバーは、このドメインが認めたものです。",
    fail: "送信元のサーバーは、このドメインが認めていないものです。",
    softfail:
      "送信元のサーバーは、このドメインがおそらく認めていないものです。",
    neutral: "このドメインは、送信元のサーバーの良し悪しを示していません。",
    none: "このドメインは、送信元のサーバーを公開していません。",
  },
  DKIM: {
    pass: "電子署名が合います（署名の後に書き換えられていません）。",
    fail: "電子署名が合いません（途中で書き換えられたか、偽物です）。",
    neutral: "電子署名の形に誤りがあるか、鍵がありません。",
    policy: "電子署名は合いますが、鍵が弱いか、本文の一部だけの署名です。",
    none: "電子署名はありません。",
    permerror: "メールの作りのため、電子署名を調べられません。",
  },
  DMARC: {
    pass: "表示されている差出人のドメインから送られています。",
    fail: "表示されている差出人のドメインから送られたことを確認できません。",
    none: "差出人のドメインは、確かめ方を公開していません。",
    permerror: "差出人が何通りにも読めるため、確認できません。",
  },
  ARC: {
    pass: "転送したサーバーの署名が合います（参考です）。",
    fail: "転送したサーバーの署名が合いません（参考です）。",
    none: "転送したサーバーの署名はありません。",
  },
};

export const AUTHENTICATION_JA: AuthenticationWords = {
  title: {
    ...{ none: "なし", pass: "合格", fail: "不合格", softfail: "不合格に近い" },
    ...{ neutral: "判断なし", policy: "認めない", temperror: "不明" },
    permerror: "調べられない",
  },
  meaning: meaningIn(MEANINGS_JA, {
    none: "調べるものがありません。",
    pass: "確認できました。",
    fail: "確認できません。",
    softfail: "確認できません。",
    neutral: "どちらとも言えません。",
    policy: "認めていません。",
    temperror: "DNS の応答がなく、わかりませんでした。",
    permerror: "相手の設定に誤りがあり、わかりません。",
  }),
  policy: {
    none: "求めなし",
    quarantine: "隔離を求める",
    reject: "拒否を求める",
  },
  by: {
    gateway: "受信したときに、この関所が調べた結果です。",
    server: "手前のメールサーバーが調べて書き添えた結果です。",
  },
};

const MEANINGS_EN: Meanings = {
  SPF: {
    pass: "The sending server is one that this domain names.",
    fail: "The sending server is none that this domain names.",
    softfail: "The sending server is probably none of this domain's.",
    neutral: "This domain does not say which servers are its own.",
    none: "This domain names no servers.",
  },
  DKIM: {
    pass: "The signature holds: nothing was changed since.",
    fail: "The signature does not hold: the mail was changed, or it is forged.",
    neutral: "The signature is malformed, or its key is not there.",
    policy:
      "The signature holds, but its key is weak or it leaves the end of the mail open.",
    none: "There is no signature.",
    permerror: "The mail is built so that signatures can't be proven.",
  },
  DMARC: {
    pass: "It was sent by the domain of the author that is shown.",
    fail: "It can't be confirmed that the domain of the author sent it.",
    none: "The domain of the author does not say how to confirm it.",
    permerror: "Its author can be read in more than one way.",
  },
  ARC: {
    pass: "The seal of who forwarded it holds (for information).",
    fail: "The seal of who forwarded it does not hold (for information).",
    none: "There is no seal of anybody who forwarded it.",
  },
};

export const AUTHENTICATION_EN: AuthenticationWords = {
  title: {
    ...{ none: "None", pass: "Pass", fail: "Fail", softfail: "Soft fail" },
    ...{ neutral: "Neutral", policy: "Not accepted", temperror: "Unknown" },
    permerror: "Not checkable",
  },
  meaning: meaningIn(MEANINGS_EN, {
    none: "There is nothing to check.",
    pass: "Confirmed.",
    fail: "Not confirmed.",
    softfail: "Not confirmed.",
    neutral: "It can't be said either way.",
    policy: "Not accepted.",
    temperror: "DNS did not answer, so it is not known.",
    permerror: "What the domain publishes has errors.",
  }),
  policy: {
    none: "asks for nothing",
    quarantine: "asks to set it aside",
    reject: "asks to refuse it",
  },
  by: {
    gateway: "As Sekisho found it when the mail came.",
    server: "As the mail server in front wrote it into the mail.",
  },
};
