import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newItemId, type ItemId } from "../core/id.ts";
import type { Plan } from "../core/plan.ts";
import type { Ledger } from "../core/ledger.ts";
import { createLedger } from "../store/ledger.ts";
import { canonicalJson } from "../wire/canonical-json.ts";
import { encodeCertificate } from "../wire/certificate.ts";
import { certificateNumber } from "./certificate-number.ts";
import { certify, proveCertificate, signCertificate } from "./certificate.ts";

const keys = generateKeyPairSync("ed25519");
const scan = { kind: "clean", engine: "test" } as const;
const kind = { type: "text/plain", label: "テキスト", extension: "txt" };
const PLAN: Plan = {
  policyVersion: "5-abc",
  parts: [
    {
      ...{ id: 0, path: "0", name: "本文.txt", kind, bytes: 3, scan },
      sha256: "cd".repeat(32),
      treatment: { kind: "body-text", from: "plain" },
    },
  ],
  ...{ findings: [], whole: scan, override: null },
  made: {
    ...{ at: "2026-11-21T00:00:00.000Z", bytes: 9, sha256: "ef".repeat(32) },
    ...{ files: [], engines: { sekisho: "0.1.0" } },
  },
};

describe("certificate", () => {
  let folder: string;
  let ledger: Ledger;
  const tools = () => ({
    ...{ ledger, key: keys.privateKey, hostname: "gate.test" },
    tenants: [{ id: "kawa", name: "川町" }],
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-certificate-"));
    ledger = await createLedger(join(folder, "ledger.db"));
  });
  afterAll(async () => {
    await ledger.close();
    await rm(folder, { recursive: true });
  });

  async function received(): Promise<ItemId> {
    const id = newItemId();
    await ledger.receive({
      ...{ id, tenant: "kawa", bytes: 3, sha256: "ab".repeat(32) },
      envelope: {
        ...{ reversePath: "a@example.com", recipients: ["b@kawa.lg.jp"] },
        client: { address: "192.0.2.1", helo: "mx", tls: true },
        smtpUtf8: false,
      },
      ...{ parent: null, override: null },
    });
    return id;
  }

  async function cleared(plan: Plan = PLAN): Promise<ItemId> {
    const id = await received();
    const patch = { plan, subject: "件名", from: "送り主" };
    await ledger.clear(id, "clean", [], patch);
    return id;
  }

  async function textOf(id: ItemId): Promise<string> {
    const made = await certify(tools(), id);
    if (made.kind === "none") throw new Error(made.why);
    return encodeCertificate(made.certificate);
  }

  it("tells what came, what was decided and what went, and proves itself with the public key alone", async () => {
    const id = await cleared();
    const proof = proveCertificate(await textOf(id), keys.publicKey);
    expect(proof).toMatchObject({
      kind: "holds",
      certificate: {
        ...{
          item: id,
          gateway: "gate.test",
          subject: "件名",
          state: "cleared",
        },
        tenant: { id: "kawa", name: "川町" },
        original: { sha256: "ab".repeat(32), reversePath: "a@example.com" },
        clean: { sha256: "ef".repeat(32) },
        parts: [{ treatment: { kind: "body-text", from: "plain" } }],
        recipients: [{ address: "b@kawa.lg.jp", state: "pending" }],
      },
    });
  });

  it("is the same, byte for byte, as long as the record is the same", async () => {
    const id = await cleared();
    expect(await textOf(id)).toBe(await textOf(id));
  });

  it("names every decision, however often somebody looked before it", async () => {
    const id = await received();
    const hold = {
      item: id,
      part: null,
      code: "CONVERSION_FAILED",
      detail: "",
    } as const;
    const none = { name: null, kind: null, bytes: null, sha256: null };
    await ledger.hold(id, "unexaminable", [{ ...hold, ...none }]);
    await Promise.all(
      Array.from({ length: 501 }, () =>
        ledger.record({ act: "viewed", actor: "ito", facts: { item: id } }),
      ),
    );
    await ledger.release(id, {
      ...{ who: "sato", why: "可", at: "", until: "", waives: [] },
    });
    await ledger.clear(id, "clean", [], { plan: PLAN, subject: "", from: "" });
    const made = await certify(tools(), id);
    expect(
      made.kind === "certified" && made.certificate.acts.map(({ act }) => act),
    ).toEqual(["held", "released"]);
  });

  it("is broken by a change of any of its bytes", async () => {
    const whole = Buffer.from(await textOf(await cleared()));
    expect(whole.length).toBeGreaterThan(800);
    const held: number[] = [];
    for (let at = 0; at < whole.length; at++)
      for (const flip of [1, 32]) {
        const changed = Buffer.from(whole);
        changed[at]! ^= flip;
        const proof = proveCertificate(changed.toString(), keys.publicKey);
        if (proof.kind === "holds") held.push(at);
      }
    expect(held).toEqual([]);
  });

  it("is broken by another spelling of the same words", async () => {
    const text = await textOf(await cleared());
    const read = JSON.parse(text) as Record<string, unknown>;
    const others = [
      ...[` ${text}`, text.trimEnd(), `${text}\n`],
      `${JSON.stringify(read, null, 1)}\n`,
      text.replace('"version":1', '"version":1.0'),
      text.replace('"kind"', '"kind":"x","kind"'),
    ];
    for (const other of others) {
      expect(other).not.toBe(text);
      expect(proveCertificate(other, keys.publicKey)).toEqual({
        ...{ kind: "broken", why: "form" },
      });
    }
  });

  it("is not another key's", async () => {
    const text = await textOf(await cleared());
    const other = generateKeyPairSync("ed25519");
    expect(proveCertificate(text, other.publicKey)).toEqual({
      ...{ kind: "broken", why: "other-key" },
    });
    const read = JSON.parse(text) as { signature: { key: string } };
    const id = await cleared();
    const forged = await certify({ ...tools(), key: other.privateKey }, id);
    if (forged.kind === "none") throw new Error(forged.why);
    const { certificate } = forged;
    const signature = { ...certificate.signature, key: read.signature.key };
    const claimed = encodeCertificate({ ...certificate, signature });
    expect(proveCertificate(claimed, keys.publicKey)).toEqual({
      ...{ kind: "broken", why: "signature" },
    });
  });

  it("has the number of what stands in it, or is broken even when signed", async () => {
    const made = await certify(tools(), await cleared());
    if (made.kind === "none") throw new Error(made.why);
    const { signature, ...body } = made.certificate;
    expect(signature.algorithm).toBe("Ed25519");
    const lying = signCertificate(
      { ...body, number: "00".repeat(32) },
      keys.privateKey,
    );
    const key = createPublicKey(keys.privateKey);
    expect(proveCertificate(encodeCertificate(lying), key)).toEqual({
      ...{ kind: "broken", why: "number" },
    });
  });

  it("does not exist of what was never delivered, or made before outcomes were kept", async () => {
    const old = { ...PLAN };
    delete (old as { made?: object }).made;
    expect([
      await certify(tools(), newItemId()),
      await certify(tools(), await received()),
      await certify(tools(), await cleared(old)),
    ]).toEqual([
      { kind: "none", why: "NOT_MADE" },
      { kind: "none", why: "NOT_MADE" },
      { kind: "none", why: "NOT_RECORDED" },
    ]);
  });
});

describe("certificate number", () => {
  const part = { path: "1", sha256: "00" };
  const record = { originalSha256: "11", policyVersion: "5", files: [] };

  it("is that of the clean mail, in whatever order a treatment was read back", () => {
    const written = { kind: "rasterize", pit: "converter", converter: "x" };
    const read = JSON.parse(canonicalJson(written)) as typeof written;
    expect(Object.keys(read)).not.toEqual(Object.keys(written));
    const numberOf = (treatment: object) =>
      certificateNumber({
        ...record,
        parts: [{ ...part, treatment: treatment as never }],
      });
    expect(numberOf(read)).toBe(numberOf(written));
    expect(numberOf({ ...written, converter: "y" })).not.toBe(
      numberOf(written),
    );
  });

  it("stays what it was in mails of earlier versions", () => {
    const treatment = { kind: "body-text", from: "plain" } as const;
    expect(
      certificateNumber({ ...record, parts: [{ ...part, treatment }] }),
    ).toBe("7e94fbac9f12cade8950397571cc43faea104985e56a4a8c3e706ff4d29162ce");
  });
});
