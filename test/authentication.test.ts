import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { generateKeyPairSync } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { sealMessage } from "mailauth/lib/arc/index.js";
import { createAuthenticate } from "../src/authentication/authenticate.ts";
import type {
  Authenticate,
  Authentication,
} from "../src/core/authentication.ts";
import type { UntrustedContent } from "../src/core/content.ts";
import { MIB } from "../src/core/units.ts";
import {
  startDnsServer,
  textRecord,
  type DnsServer,
} from "./support/dns-server.ts";
import { describeWith } from "./support/programs.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
});
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const KEY = publicKey
  .export({ type: "spki", format: "der" })
  .toString("base64");
const SELECTOR = "town";
const HERE = { address: "127.0.0.1", helo: "mail.good.example", tls: false };

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
const RECORDS = [
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

const mail = (from: string, text = "本日の会議は十時からです。") =>
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

async function signed(
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
  expect(errors).toEqual([]);
  return `${signatures}${raw}`;
}

function content(open: () => AsyncIterable<Uint8Array>): UntrustedContent {
  return { bytes: 0, sha256: "", open } as unknown as UntrustedContent;
}

function headersOf(raw: string) {
  const [header = ""] = raw.split("\r\n\r\n");
  return header
    .replace(/\r\n[ \t]/g, " ")
    .split("\r\n")
    .map((line) => ({
      name: line.slice(0, line.indexOf(":")),
      untrustedValue: line.slice(line.indexOf(":") + 1).trim(),
    }));
}

describeWith(["dnsmasq"], "checks of the sender against a DNS server", () => {
  let server: DnsServer;
  let authenticate: Authenticate;

  beforeAll(async () => {
    server = await startDnsServer(RECORDS);
    authenticate = await own(server.address);
  });
  afterAll(() => server.stop());

  const own = async (resolver: string, deadlineMs = 2000) => {
    const made = await createAuthenticate({
      ...{ resolver, deadlineMs, trustedServer: null },
    });
    if (made === null) throw new Error("nothing to check with");
    return made;
  };

  const check = (
    raw: string,
    {
      reversePath = "info@good.example",
      client = HERE,
      with: check = authenticate,
    } = {},
  ) =>
    check({
      envelope: { reversePath, recipients: [], client, smtpUtf8: false },
      original: content(async function* () {
        yield Buffer.from(raw);
      }),
      headers: headersOf(raw),
    }) as Promise<Authentication>;

  it("an honest mail passes all", async () => {
    const raw = await signed(mail("info@good.example"), "good.example");
    const good = { result: "pass", domain: "good.example" };
    expect(await check(raw)).toEqual({
      by: "gateway",
      ...{ spf: good, dkim: [good] },
      dmarc: { ...good, policy: "reject" },
      arc: { result: "none", domain: null },
    });
  });

  it("a changed text fails its signature, and DMARC where no SPF stands in", async () => {
    const raw = await signed(mail("info@bank.example"), "bank.example");
    const whole = await check(raw);
    expect([whole.dkim[0]?.result, whole.dmarc.result]).toEqual([
      "pass",
      "pass",
    ]);
    const changed = raw.replace("十時", "九時");
    const told = await check(changed, { reversePath: "info@bank.example" });
    expect(told).toMatchObject({
      spf: { result: "fail", domain: "bank.example" },
      dkim: [{ result: "fail", domain: "bank.example" }],
      dmarc: { result: "fail", domain: "bank.example", policy: "reject" },
    });
  });

  it("a signature that leaves the end open proves nothing", async () => {
    const raw = await signed(mail("info@bank.example"), "bank.example", {
      maxBodyLength: 10,
    });
    const told = await check(`${raw}続き\r\n`);
    expect([told.dkim[0]?.result, told.dmarc.result]).toEqual([
      "policy",
      "fail",
    ]);
  });

  it("two authors, or one that two readers read differently, are nobody's to confirm", async () => {
    const two = `From: <info@good.example>\r\n${mail("ceo@bank.example")}`;
    expect((await check(two)).dmarc).toMatchObject({
      ...{ result: "permerror", unclearAuthor: true },
    });
    const one = mail("info@good.example");
    const unlike = await authenticate({
      envelope: {
        ...{ reversePath: "info@good.example", recipients: [] },
        ...{ client: HERE, smtpUtf8: false },
      },
      original: content(async function* () {
        yield Buffer.from(one);
      }),
      headers: [{ name: "From", untrustedValue: "<ceo@bank.example>" }],
    });
    expect(unlike?.dmarc.unclearAuthor).toBe(true);
  });

  it("SPF that loops or asks too much is an error of its own, one too big is unknown", async () => {
    const spfOf = async (reversePath: string) =>
      (await check(mail("a@watch.example"), { reversePath })).spf.result;
    expect(await spfOf("a@loop.example")).toBe("permerror");
    expect(await spfOf("a@many.example")).toBe("permerror");
    expect(await spfOf("a@big.example")).toBe("temperror");
    expect(await spfOf("a@nobody.example")).toBe("none");
    expect(await spfOf("")).toBe("none");
  });

  it("of 1000 signatures the five that were written first count", async () => {
    const honest = await signed(mail("info@bank.example"), "bank.example");
    const [one = ""] = /^DKIM-Signature:.*?(?=\r\nFrom)/s.exec(honest) ?? [];
    const bad = `${one.replace(/\bb=\S+/, "b=AAAA")}\r\n`;
    const told = await check(bad.repeat(1000) + honest);
    expect(told.dkim).toHaveLength(5);
    expect(told.dkim[4]).toEqual({ result: "pass", domain: "bank.example" });
    expect(told.dmarc.result).toBe("pass");
  });

  it("an ARC chain is proven, and shown only", async () => {
    const sent = await signed(mail("info@bank.example"), "bank.example");
    const raw = sent.replace("From: 会議", "From: [list] 会議");
    const seal = await sealMessage(raw, {
      ...{ signingDomain: "good.example", selector: SELECTOR },
      ...{ privateKey: PEM, cv: "none" },
      authResults: "good.example; dmarc=pass header.from=bank.example",
    });
    const told = await check(`${String(seal)}${raw}`);
    expect(told.arc).toEqual({ result: "pass", domain: "good.example" });
    expect(told.dmarc.result).toBe("fail");
  });

  it("lines without end and 60 MiB of text take no more memory than a few lines", async () => {
    const raw = await signed(mail("info@good.example"), "good.example");
    const piece = Buffer.from(`${"本文".repeat(100)}\r\n`.repeat(100));
    const before = process.memoryUsage.rss();
    let most = 0;
    const big = content(async function* () {
      yield Buffer.from(raw);
      for (let bytes = 0; bytes < 60 * MIB; bytes += piece.byteLength) {
        yield piece;
        most = Math.max(most, process.memoryUsage.rss());
      }
    });
    const envelope = { reversePath: "info@good.example", recipients: [] };
    const about = {
      envelope: { ...envelope, client: HERE, smtpUtf8: false },
      headers: headersOf(raw),
    };
    const told = await authenticate({ ...about, original: big });
    expect(told?.dkim[0]?.result).toBe("fail");
    expect(most - before).toBeLessThan(60 * MIB);
    const endless = content(async function* () {
      yield Buffer.from(raw);
      for (let at = 0; at < 30 * 16; at += 1) yield Buffer.alloc(MIB / 16, 97);
    });
    const refused = await authenticate({ ...about, original: endless });
    expect(refused).toMatchObject({
      dkim: [{ result: "permerror", domain: null }],
      ...{ spf: { result: "pass" }, dmarc: { result: "pass" } },
    });
  });

  it("a silent server leaves everything unknown, and a silent domain itself alone", async () => {
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const half = await startDnsServer([
      ...RECORDS,
      `server=/silent.example/127.0.0.1#${String(port)}`,
    ]);
    try {
      const raw = await signed(mail("info@bank.example"), "bank.example");
      const lost = await own(`127.0.0.1:${String(port)}`, 500);
      const from = { reversePath: "info@bank.example" };
      expect(await check(raw, { ...from, with: lost })).toMatchObject({
        ...{ spf: { result: "temperror" }, dkim: [{ result: "temperror" }] },
        dmarc: { result: "temperror", policy: null },
      });
      const slow = await own(half.address, 1000);
      const twice = await signed(raw, "silent.example");
      expect(
        await check(twice, { reversePath: "a@silent.example", with: slow }),
      ).toMatchObject({
        spf: { result: "temperror", domain: "silent.example" },
        dkim: [{ result: "temperror" }, { result: "pass" }],
        dmarc: { result: "pass" },
      });
      const forged = await signed(mail("info@bank.example"), "silent.example");
      expect(
        (await check(forged, { reversePath: "a@silent.example", with: slow }))
          .dmarc.result,
      ).toBe("fail");
    } finally {
      silent.close();
      await half.stop();
    }
  });
});
