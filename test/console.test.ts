import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TestGateway, until } from "./support/gateway.ts";
import { LINK, Person } from "./support/person.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { sendRaw } from "./support/send.ts";

/** One reader sees one part, another two: which of the boundaries counts? */
const AMBIGUOUS = [
  ...[
    "From: a@example.com",
    "To: clerk@town.example.lg.jp",
    "Subject: two ways",
  ],
  ...[
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=a; boundary=b",
  ],
  ...["", "--a", "Content-Type: text/plain", "", "one", "--a--"],
  ...["--b", "Content-Type: text/plain", "", "two", "--b--", ""],
].join("\r\n");

describeWith(GATEWAY_PROGRAMS, "the console of a whole gateway", () => {
  let gateway: TestGateway;
  const yamada = new Person("yamada", () => gateway);
  const sato = new Person("sato", () => gateway);

  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.remove());

  it("prints a link for the first account, which closes what was open to this machine", async () => {
    const anybody = new Person("", () => gateway);
    expect((await anybody.ask("GET", "/")).status).toBe(200);
    expect(gateway.log).toMatch(LINK);
    await yamada.setUp(gateway.log);
    for (const path of ["/", "/mailbox"])
      expect([path, (await anybody.ask("GET", path)).status]).toEqual([
        path,
        303,
      ]);
    expect((await anybody.ask("GET", "/api/v1/status")).status).toBe(401);
    expect((await yamada.ask("GET", "/")).text).toContain(`id="root"`);
  });

  it("makes further accounts with a link from the command line", async () => {
    const wrong = await gateway.command(
      ...["account", "add", "sato", "--role", "manager@nowhere"],
    );
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("nowhere"),
    ]);
    const made = await gateway.command(
      ...[
        "account",
        "add",
        "sato",
        "--role",
        "manager@default",
        "--display-name",
        "佐藤",
      ],
    );
    expect(made.code).toBe(0);
    await sato.setUp(made.stdout);
    const listed = await gateway.command("account", "list");
    expect(listed.stdout).toMatch(
      /sato {2}佐藤 {2}active {2}情報管理者@default/,
    );
    expect((await sato.ask("GET", "/api/v1/audit")).status).toBe(403);
  });

  it("releases a held mail once when two ask at the same time; it arrives once, made anew", async () => {
    const answer = await sendRaw(gateway.ports.smtp, AMBIGUOUS);
    const item = /(\w{26})$/.exec(answer)?.[1] ?? "";
    let rows: unknown[] = [];
    await until(async () => {
      const { body } = await sato.ask("GET", "/api/v1/mails");
      rows = body["rows"] as unknown[];
      return rows.length > 0;
    }, 20_000);
    expect(rows).toMatchObject([
      { item, state: "held", holds: [{ title: "構造があいまい" }] },
    ]);
    const view = await sato.ask("GET", `/api/v1/mails/${item}`);
    const body = { version: view.body["version"], reason: "確かな相手" };
    const both = await Promise.all(
      [yamada, sato].map((person) =>
        person.ask("POST", `/api/v1/mails/${item}/release`, body),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const late = both.find(({ status }) => status === 409);
    expect(late?.body["message"]).toMatch(/さんが解放しました/);
    await gateway.arrived((mail) => mail.raw.includes(item));
    await until(async () => {
      const { body } = await sato.ask("GET", `/api/v1/mails/${item}`);
      return body["state"] === "delivered";
    }, 20_000);
    const mails = await gateway.mailbox();
    expect(mails.filter((mail) => mail.raw.includes(item))).toHaveLength(1);
  });

  it("signs out whoever is disabled or gets another role on the command line, at once", async () => {
    await gateway.command("account", "role", "sato", "--role", "auditor");
    expect((await sato.ask("GET", "/api/v1/session")).status).toBe(401);
    expect(await sato.signIn()).toBe(200);
    expect((await sato.ask("GET", "/api/v1/audit")).status).toBe(200);
    await gateway.command("account", "disable", "sato");
    expect((await sato.ask("GET", "/api/v1/session")).status).toBe(401);
    expect(await sato.signIn()).toBe(401);
  });

  it("keeps accounts and sessions over a restart, prints no link, and has it all in an unbroken record", async () => {
    gateway = await gateway.restart();
    expect(gateway.log).not.toMatch(LINK);
    const { body, status } = await yamada.ask("GET", "/api/v1/audit?limit=200");
    expect(status).toBe(200);
    const acts = (body["entries"] as { act: string }[]).map(({ act }) => act);
    for (const act of [
      ...["account-set-up", "account-added", "viewed", "released"],
      ...[
        "account-roles-set",
        "signed-in",
        "account-disabled",
        "sign-in-refused",
      ],
    ])
      expect(acts).toContain(act);
    const checkpoint = await gateway.command("audit", "checkpoint");
    const file = join(gateway.folder, "checkpoint.json");
    await writeFile(file, checkpoint.stdout);
    const verified = await gateway.command(
      ...["audit", "verify", "--checkpoint", file],
    );
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(/the chain holds: .*\nand is the one of /),
    ]);
  }, 90_000);

  it("writes the whole record into a file that proves itself, and is missed when it is changed", async () => {
    const exported = await gateway.command(
      ...["audit", "export", "--out", gateway.folder],
    );
    const archive = join(gateway.folder, exported.stdout.trim());
    const whole = await gateway.command("audit", "verify", archive);
    expect([whole.code, whole.stdout]).toEqual([
      0,
      expect.stringMatching(/\.jsonl holds: entries 1 to \d+\n$/),
    ]);
    const text = await readFile(archive, "utf8");
    await writeFile(archive, text.replace('"yamada"', '"satoko"'));
    const bent = await gateway.command("audit", "verify", archive);
    expect([bent.code, bent.stderr]).toEqual([
      1,
      expect.stringContaining("is not as it was written: line"),
    ]);
  }, 90_000);
});
