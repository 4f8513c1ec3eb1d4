import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { sealMessage } from "mailauth/lib/arc/index.js";
import nodemailer from "nodemailer";
import { createAuthenticate } from "../src/authentication/authenticate.ts";
import type {
  Authenticate,
  Authentication,
} from "../src/core/authentication.ts";
import type { UntrustedContent } from "../src/core/content.ts";
import type { ItemId } from "../src/core/id.ts";
import type { Ledger } from "../src/core/ledger.ts";
import { MIB } from "../src/core/units.ts";
import { createLedger } from "../src/store/ledger.ts";
import { startDnsServer, type DnsServer } from "./support/dns-server.ts";
import { TestGateway, until } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { DOMAIN } from "./support/send.ts";
import {
  HERE,
  mail,
  PEM,
  RECORDS,
  SELECTOR,
  signed,
} from "./support/signed-mail.ts";

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

  it("120 MiB of text and a line without end take no more memory than some lines", async () => {
    const raw = await signed(mail("info@good.example"), "good.example");
    const piece = Buffer.from(`${"本文".repeat(100)}\r\n`.repeat(100));
    const before = process.memoryUsage.rss();
    let most = 0;
    const big = content(async function* () {
      yield Buffer.from(raw);
      for (let bytes = 0; bytes < 120 * MIB; bytes += piece.byteLength) {
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
    expect(most - before).toBeLessThan(100 * MIB);
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

  it("a silent server leaves everything unknown and is not asked for the next mail, a silent domain itself alone", async () => {
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    let asked = 0;
    silent.on("message", () => (asked += 1));
    await once(silent, "listening");
    const { port } = silent.address();
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
      const before = asked;
      expect(before).toBeGreaterThan(0);
      const next = await check(raw, { ...from, with: lost });
      expect([next.dmarc.result, asked]).toEqual(["temperror", before]);
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

describeWith(
  [...GATEWAY_PROGRAMS, "dnsmasq"],
  "a gateway that checks who mail comes from",
  () => {
    let server: DnsServer;
    let gateway: TestGateway;
    let ledger: Ledger;

    beforeAll(async () => {
      server = await startDnsServer(RECORDS);
      gateway = await TestGateway.start({
        settings: {
          authentication: { resolver: server.address, deadlineMs: 1500 },
          policy: { authentication: { onFail: "hold" } },
        },
      });
      ledger = await createLedger(join(gateway.folder, "ledger.db"));
    }, 60_000);
    afterAll(async () => {
      await ledger.close();
      await gateway.remove();
      await server.stop();
    });

    const send = async (raw: string, from: string): Promise<ItemId> => {
      const transport = nodemailer.createTransport({
        ...{ host: "127.0.0.1", port: gateway.ports.smtp, ignoreTLS: true },
      });
      try {
        const envelope = { from, to: [`clerk@${DOMAIN}`] };
        const { response } = await transport.sendMail({ envelope, raw });
        return response.split(" ").at(-1) as ItemId;
      } finally {
        transport.close();
      }
    };
    const ended = async (item: ItemId) => {
      await until(async () => {
        const state = (await ledger.item(item))?.state ?? "";
        return ["delivered", "held"].includes(state);
      }, 20_000);
      const record = await ledger.item(item);
      if (record?.plan == null) throw new Error("no plan");
      const { state, plan, lastFault } = record;
      return { state, lastFault, told: plan.authentication, plan };
    };
    const arrival = (token: string) =>
      gateway.arrived(({ mail: { text = "" } }) => text.includes(token));

    it("lets an honest mail of 8 MB through without a word, and keeps what it found", async () => {
      const text = "大きなメールです。\r\n".repeat(270_000);
      const raw = await signed(mail("info@good.example", text), "good.example");
      const end = await ended(await send(raw, "info@good.example"));
      expect(end).toMatchObject({ state: "delivered", lastFault: null });
      const good = { result: "pass", domain: "good.example" };
      expect(end.told).toMatchObject({ spf: good, dkim: [good], dmarc: good });
      expect((await arrival("大きなメール")).mail.text).not.toContain(
        "差出人の確認",
      );
    });

    it("tells the reader of a mail whose domain only watches", async () => {
      const raw = mail("info@watch.example", "見守りの確認");
      const end = await ended(await send(raw, "info@watch.example"));
      expect(end.told).toMatchObject({
        ...{ spf: { result: "fail" }, dkim: [] },
        dmarc: { result: "fail", policy: "none" },
      });
      expect((await arrival("見守りの確認")).mail.text).toContain(
        "差出人の確認に失敗しました（なりすましの可能性があります）",
      );
    });

    it("holds a forged mail that its domain wants refused, until a person lets it go", async () => {
      const honest = await signed(
        mail("info@bank.example", "口座番号は 1 です。偽物の確認"),
        "bank.example",
      );
      const item = await send(
        honest.replace("口座番号は 1", "口座番号は 2"),
        "info@bank.example",
      );
      const end = await ended(item);
      expect(end).toMatchObject({
        state: "held",
        told: {
          ...{ spf: { result: "fail" }, dkim: [{ result: "fail" }] },
          dmarc: { result: "fail", policy: "reject" },
        },
      });
      const holds = await ledger.holds({ item, limit: 10 });
      expect(holds).toMatchObject([
        { code: "AUTH_FAILED", part: null, detail: "bank.example p=reject" },
      ]);
      const args = ["release", item, "--reason", "電話で確認", "--by", "admin"];
      const released = await gateway.command("quarantine", ...args);
      expect(released).toMatchObject({ code: 0 });
      expect((await arrival("偽物の確認")).mail.text).toContain(
        "差出人の確認に失敗しました",
      );
      expect((await ended(item)).told).toEqual(end.told);
    });

    it("counts what came of its checks", async () => {
      const metrics = `http://127.0.0.1:${String(gateway.ports.console)}/metrics`;
      const counted =
        'sekisho_sender_checks_total{method="dmarc",result="fail"} 2';
      await until(
        async () => (await (await fetch(metrics)).text()).includes(counted),
        20_000,
      );
    });

    it("delivers while DNS is silent, and says that nobody knows", async () => {
      server.freeze();
      try {
        const raw = mail("info@bank.example", "無言の確認");
        const end = await ended(await send(raw, "info@bank.example"));
        expect(end).toMatchObject({
          ...{ state: "delivered", lastFault: null },
          told: {
            ...{ spf: { result: "temperror" }, dkim: [] },
            dmarc: { result: "temperror" },
          },
        });
        const { text = "" } = (await arrival("無言の確認")).mail;
        expect(text).not.toContain("差出人の確認");
      } finally {
        server.resume();
      }
    });
  },
);
