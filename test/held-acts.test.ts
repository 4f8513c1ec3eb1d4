import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRar5 } from "../fixtures/rar.ts";
import { encryptedPdf } from "../fixtures/documents.ts";
import { eicar, mixedMail } from "../fixtures/mail.ts";
import { newItemId } from "../src/core/id.ts";
import { createLedger } from "../src/store/ledger.ts";
import {
  TestGateway,
  type CommandResult,
  type HeldRow,
} from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { sendRaw, textMail } from "./support/send.ts";

const PASSWORD = "Himitsu-47-no-kotoba";
const DEADLINE_MS = 60_000;

describeWith(GATEWAY_PROGRAMS, "acts on held mail", () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await TestGateway.start({
      settings: {
        policy: {
          variants: [
            {
              name: "hosts",
              title: "リンクはホスト名だけ",
              links: "domain-only",
            },
          ],
        },
      },
    });
  });
  afterAll(() => gateway.remove());

  const send = (raw: Buffer | string) => sendRaw(gateway.ports.smtp, raw);
  const mailWith = (name: string, type: string, content: Uint8Array) =>
    mixedMail({
      ...{ subject: name, text: `${name} をお送りします。` },
      attachments: [{ name, type, bytes: Buffer.from(content) }],
    });

  async function heldBy(fits: (row: HeldRow) => boolean): Promise<HeldRow> {
    const until = Date.now() + DEADLINE_MS;
    for (;;) {
      const found = (await gateway.held()).find(fits);
      if (found !== undefined) return found;
      if (Date.now() > until) throw new Error(`not held\n${gateway.log}`);
      await sleep(250);
    }
  }

  const because = ["--reason", "試験", "--by", "sato"];
  const act = (...args: readonly string[]) =>
    gateway.command("quarantine", ...args, ...because);

  function give(item: string, password: string): Promise<CommandResult> {
    const { execPath } = process;
    const child = spawn(execPath, [
      ...["src/cli/sekisho.mjs", "quarantine", "password", item],
      ...["--by", "sato", "--config", gateway.configFile],
    ]);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (piece: Buffer) => (stdout += String(piece)));
    child.stderr.on("data", (piece: Buffer) => (stderr += String(piece)));
    child.stdin.end(`${password}\n`);
    return new Promise((resolve) =>
      child.once("close", (code) => resolve({ code, stdout, stderr })),
    );
  }

  it("opens a locked PDF with its password, sends nothing for a wrong one, and writes the password nowhere", async () => {
    await send(
      mailWith("locked.pdf", "application/pdf", encryptedPdf(PASSWORD)),
    );
    const { item } = await heldBy(({ name }) => name === "locked.pdf");
    await gateway.settled(DEADLINE_MS);
    const wrong = await give(item, "Chigau-99-desu");
    expect([wrong.code, wrong.stderr]).toEqual([
      ...[1, "the password does not fit; 4 tries left\n"],
    ]);
    expect(await gateway.mailbox()).toHaveLength(1);
    const right = await give(item, PASSWORD);
    expect([right.code, right.stderr]).toEqual([0, ""]);
    const [, mail] = await gateway.delivered(2, DEADLINE_MS);
    expect(
      mail?.mail.attachments.map(({ contentType }) => contentType),
    ).toEqual(["application/pdf"]);
    expect((await gateway.held()).filter((row) => row.item === item)).toEqual(
      [],
    );
    await gateway.settled(DEADLINE_MS);
    const all = await everyByteOf(gateway.folder);
    for (const word of [PASSWORD, "Chigau-99-desu"]) {
      expect(all.includes(word)).toBe(false);
      expect(gateway.log.includes(word)).toBe(false);
    }
  });

  it("finds the virus behind a password, and lets it go to nobody", async () => {
    const lock = { password: PASSWORD, heads: true };
    const rar = makeRar5([{ name: "x.txt", bytes: eicar() }], lock);
    await send(mailWith("locked.rar", "application/vnd.rar", rar));
    const { item } = await heldBy(({ name }) => name === "locked.rar");
    await gateway.settled(DEADLINE_MS);
    const before = (await gateway.mailbox()).length;
    const said = await give(item, PASSWORD);
    expect([said.code, said.stderr]).toEqual([
      ...[
        1,
        `the password fits, and what it opened has a virus; ${item} stays held\n`,
      ],
    ]);
    const rows = (await gateway.held()).filter((row) => row.item === item);
    expect(rows.map(({ code }) => code).sort()).toEqual([
      ...["ENCRYPTED", "VIRUS_FOUND"],
    ]);
    await gateway.settled(DEADLINE_MS);
    expect(await gateway.mailbox()).toHaveLength(before);
  });

  it("holds mail of a blocked sender within seconds, and a release of it under a variant shows", async () => {
    const days = ["--days", "3", ...because];
    const made = await gateway.command(
      ...["exceptions", "add", "block", "Sender@Example.com", ...days],
    );
    expect(made.code).toBe(0);
    // What is known of it is looked at every 2 seconds.
    await sleep(3000);
    const body = `見てください https://www.example.jp/a/b?c=d`;
    await send(`${textMail("tomeru")}\r\n${body}\r\n`);
    const { item } = await heldBy(({ code }) => code === "SENDER_BLOCKED");
    const list = await gateway.command("exceptions", "list", "--json");
    const { id } = JSON.parse(list.stdout) as { id: string };
    const end = await gateway.command(
      ...["exceptions", "revoke", id, ...because],
    );
    expect(end.stdout).toBe(`revoked ${id}\n`);
    const used = await gateway.command("quarantine", "show", item);
    expect(used.stdout).toContain(`exception ${id}`);
    expect((await act("release", item, "--variant", "none")).code).toBe(2);
    expect((await act("release", item, "--variant", "hosts")).code).toBe(0);
    const mail = await gateway.arrived(
      ({ raw }) => raw.includes("tomeru"),
      DEADLINE_MS,
    );
    expect(mail.mail.text).toContain("www.example.jp");
    expect(mail.mail.text).not.toContain("/a/b?c=d");
    const shown = await gateway.command("quarantine", "show", item, "--json");
    expect(shown.stdout).toContain(`"variant":"hosts"`);
  });

  it("scans again what is held, on record, and keeps what is pinned", async () => {
    await send(mailWith("virus.com", "application/octet-stream", eicar()));
    const { item } = await heldBy(({ name }) => name === "virus.com");
    await gateway.settled(DEADLINE_MS);
    expect((await act("pin", item)).stdout).toBe(`${item} is pinned\n`);
    const asked = await act("rescan", item, "--when-clean", "go");
    expect(asked.code).toBe(0);
    const ledger = await createLedger(join(gateway.folder, "ledger.db"));
    try {
      const until = Date.now() + DEADLINE_MS;
      let last: object | undefined;
      while (last === undefined && Date.now() < until) {
        await sleep(250);
        const history = await ledger.history(item as never, 99);
        last = history.find((one) => one.act === "rescanned");
      }
      expect(last).toMatchObject({
        ...{ actor: "sato", facts: { outcome: "virus-still" } },
      });
    } finally {
      await ledger.close();
    }
    expect((await act("unpin", item)).code).toBe(0);
    expect((await act("pin", newItemId())).code).toBe(1);
  });

  async function everyByteOf(folder: string): Promise<Buffer> {
    const names = await readdir(folder, {
      ...{ recursive: true, withFileTypes: true },
    });
    const files = names.filter((one) => one.isFile());
    return Buffer.concat(
      await Promise.all(
        files.map((one) => readFile(join(one.parentPath, one.name))),
      ),
    );
  }
});
