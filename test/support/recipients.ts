import { createHmac } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { createRecipients } from "../../src/console/recipients/server.ts";
import type { RecipientsTools } from "../../src/console/recipients/server.ts";
import { newItemId } from "../../src/core/id.ts";
import type { ItemId } from "../../src/core/id.ts";
import type { Plan, PlannedPart, Treatment } from "../../src/core/plan.ts";
import { DAY, MINUTE } from "../../src/core/units.ts";
import type { HoldCode } from "../../src/core/verdict.ts";
import { writeLinkToken } from "../../src/wire/recipient-link.ts";
import type { TestConsole } from "./console.ts";

export const ORIGIN = "http://files.test";

const sign = (bytes: Uint8Array) =>
  createHmac("sha256", "links of a test").update(bytes).digest();

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The recipients' page beside a console of a test, on the same ledger and clock. */
export class TestRecipients {
  readonly app: FastifyInstance;
  readonly #desk: TestConsole;

  constructor(desk: TestConsole, over: Partial<RecipientsTools> = {}) {
    this.#desk = desk;
    this.app = createRecipients({
      ...{ ledger: desk.ledger, openWithPassword: null, sign },
      tenants: [
        { id: "kawa", name: "川町" },
        { id: "yama", name: "山村" },
      ],
      ...{ contact: "情報政策課 内線123", clock: () => desk.now },
      ticks: () => desk.ticks,
      settings: { origin: ORIGIN, host: "127.0.0.1", proxies: [], tls: null },
      ...over,
    });
  }

  path(
    item: ItemId,
    over: {
      readonly recipient?: number | null;
      readonly expiresAt?: number;
    } = {},
  ): string {
    const token = writeLinkToken(
      {
        ...{ item, recipient: 0 },
        expiresAt: (Math.floor(this.#desk.now / DAY) + 30) * DAY,
        ...over,
      },
      sign,
    );
    return `/a/${token}`;
  }

  async get(url: string, address = "10.0.0.1"): Promise<Answered> {
    const said = await this.app.inject({
      ...{ method: "GET", url, remoteAddress: address },
      headers: { host: "files.test" },
    });
    return {
      ...{ status: said.statusCode, text: said.body, headers: said.headers },
    };
  }

  /** As a browser sends the form of the page, with its hidden fields. */
  async send(
    path: string,
    act: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const page = await this.get(path);
    const form = /name="form"\s+value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    return this.post(`${path}/${act}`, { form, ...fields });
  }

  async post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const said = await this.app.inject({
      ...{ method: "POST", url, remoteAddress: "10.0.0.1" },
      headers: {
        ...{ host: "files.test", origin: "null" },
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
      payload: new URLSearchParams(fields).toString(),
    });
    return {
      ...{ status: said.statusCode, text: said.body, headers: said.headers },
    };
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

export interface MailOf {
  readonly tenant?: string;
  readonly recipients?: readonly string[];
  readonly subject?: string;
  readonly from?: string;
  /** Name → why it is held; null: it was handed out. */
  readonly files: Readonly<Record<string, HoldCode | null>>;
  readonly until?: "planned" | "cleared" | "delivered";
  readonly override?: Plan["override"];
}

/** A mail with files in the ledger, as the line leaves it. */
export async function mailWith(
  desk: TestConsole,
  mail: MailOf,
): Promise<ItemId> {
  const { ledger } = desk;
  const tenant = mail.tenant ?? "kawa";
  const recipients = mail.recipients ?? [`clerk@${tenant}.lg.jp`];
  const id = newItemId();
  await ledger.receive({
    ...{ id, tenant, bytes: 9999, sha256: "ab".repeat(32) },
    envelope: {
      ...{ reversePath: "sender@example.com", recipients },
      client: { address: "192.0.2.1", helo: "mx.example.com", tls: true },
      smtpUtf8: false,
    },
    ...{ parent: null, override: null },
  });
  const parts = Object.entries(mail.files).map(([name, code], at) =>
    partOf(`${at + 2}`, name, code),
  );
  const plan: Plan = {
    ...{ policyVersion: "t", findings: [], override: mail.override ?? null },
    ...{ parts, whole: { kind: "clean", engine: "t" } },
  };
  const patch = {
    ...{ plan, subject: mail.subject ?? "見積書の送付" },
    from: mail.from ?? "川村商店 <sender@example.com>",
  };
  if (mail.until === "planned") {
    await ledger.advance(id, "planned", patch);
    return id;
  }
  const holds = parts.flatMap((part) => {
    const code = mail.files[part.name] ?? null;
    return code === null
      ? []
      : [
          {
            ...{ item: id, part: part.path, code, detail: "" },
            ...{ name: part.name, kind: part.kind, bytes: part.bytes },
            sha256: null,
          },
        ];
  });
  await ledger.clear(id, "unexaminable", holds, patch);
  if (mail.until === "cleared") return id;
  await deliver(desk, id);
  return id;
}

export async function deliver(desk: TestConsole, id: ItemId): Promise<void> {
  const { ledger } = desk;
  const claimed = await ledger.openAttempt(id, desk.now, MINUTE);
  const receipts = claimed.map(({ address }) => ({
    ...{ recipient: address, kind: "accepted" as const, reply: "250" },
  }));
  await ledger.closeAttempt(id, receipts, desk.now, false);
}

function partOf(
  path: string,
  name: string,
  code: HoldCode | null,
): PlannedPart {
  const treatment: Treatment =
    code === null || code === "CONVERSION_FAILED"
      ? { kind: "rasterize", pit: "pdf" }
      : { kind: "notice", hold: code };
  return {
    ...{ id: Number(path), path, name, bytes: 123_456, treatment },
    kind: { type: "application/pdf", label: "PDF", extension: "pdf" },
    ...{ sha256: "cd".repeat(32), scan: { kind: "clean", engine: "t" } },
  };
}
