import { generateKeyPairSync } from "node:crypto";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { textRecord } from "./dns-server.ts";

/** Domains that send mail, what DNS says of them, and mail that they really signed. */

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
});
export const PEM = privateKey
  .export({ type: "pkcs8", format: "pem" })
  .toString();
const KEY = publicKey
  .export({ type: "spki", format: "der" })
  .toString("base64");
export const SELECTOR = "town";
export const HERE = {
  address: "127.0.0.1",
  helo: "mail.good.example",
  tls: false,
};

const domain = (
  name: string,
  { spf, policy }: { readonly spf: string; readonly policy: string },
) => [
  textRecord(name, `v=spf1 ${spf} -all`),
  textRecord(`${SELECTOR}._domainkey.${name}`, `v=DKIM1; k=rsa; p=${KEY}`),
  textRecord(`_dmarc.${name}`, `v=DMARC1; p=${policy}`),
];

const OURS = "ip4:127.0.0.1";
const OTHERS = "ip4:192.0.2.1";
export const RECORDS = [
  ...domain("good.example", { spf: OURS, policy: "reject" }),
  ...domain("bank.example", { spf: OTHERS, policy: "reject" }),
  ...domain("shop.example", { spf: OTHERS, policy: "quarantine" }),
  ...domain("watch.example", { spf: OTHERS, policy: "none" }),
  ...domain("loop.example", { spf: "include:loop.example", policy: "none" }),
  ...domain("many.example", {
    spf: Array.from(
      { length: 12 },
      (_, at) => `a:h${String(at)}.good.example`,
    ).join(" "),
    policy: "none",
  }),
  // More than any record of these methods is.
  ...Array.from({ length: 60 }, (_, at) =>
    textRecord("big.example", `${String(at)}${"x".repeat(800)}`),
  ),
];

export const mail = (from: string, text = "本日の会議は十時からです。") =>
  [
    `From: 会議 <${from}>`,
    "To: clerk@town.example.lg.jp",
    "Subject: =?UTF-8?B?5Lya6K2w?=",
    "Date: Sat, 21 Nov 2026 09:00:00 +0900",
    `Message-ID: <${String(Math.random())}@${from.split("@")[1] ?? ""}>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "Content-Transfer-Encoding: 8bit",
    ...["", text, ""],
  ].join("\r\n");

/** Signed by one of the domains, as mailauth does it. */
export async function signed(
  raw: string,
  signingDomain: string,
  { maxBodyLength }: { readonly maxBodyLength?: number } = {},
): Promise<string> {
  const by = {
    ...{ signingDomain, selector: SELECTOR, privateKey: PEM },
    ...(maxBodyLength === undefined ? {} : { maxBodyLength }),
  };
  const { signatures, errors } = await dkimSign(raw, {
    ...by,
    signatureData: [by],
  });
  if (errors.length > 0) throw new Error("not signed");
  return `${signatures}${raw}`;
}
