import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { writeFile, stat } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { makeZip } from "../fixtures/archives.ts";
import { picture, textPdf } from "../fixtures/documents.ts";
import { mixedMail } from "../fixtures/mail.ts";
import { wordDocument } from "../fixtures/office.ts";
import { TestGateway, until } from "./support/gateway.ts";
import { Person } from "./support/person.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { sendRaw } from "./support/send.ts";

const WORD =
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

describeWith(GATEWAY_PROGRAMS, "what an administrator is shown", () => {
  let gateway: TestGateway;
  let item = "";
  let deliveredItem = "";
  const yamada = new Person("yamada", () => gateway);
  const sato = new Person("sato", () => gateway);
  const suzuki = new Person("suzuki", () => gateway);
  const preview = () => `/api/v1/mails/${item}/preview`;

  beforeAll(async () => {
    gateway = await TestGateway.start({
      tenants: [
        { id: "town", name: "町", domains: ["town.example.lg.jp"] },
        { id: "kawa", name: "川町", domains: ["kawa.example.lg.jp"] },
      ],
    });
    await yamada.setUp(gateway.log);
    const add = async (person: Person, role: string) => {
      const made = await gateway.command(
        ...["account", "add", person.name, "--role", role],
      );
      await person.setUp(made.stdout);
    };
    await add(sato, "manager@kawa");
    await add(suzuki, "operator@*");
    const zip = makeZip([
      { name: "memo.txt", bytes: Buffer.from("お知らせ") },
      { name: "inner.pdf", bytes: Buffer.from(textPdf(1)) },
    ]);
    const tool = Buffer.from("MZ\u0090\0".repeat(99));
    const octets = "application/octet-stream";
    const letter = wordDocument("お見積りの件");
    const held = mixedMail({
      ...{ text: "本文です。", subject: "五つの添付" },
      attachments: [
        { name: "long.pdf", type: "application/pdf", bytes: textPdf(200) },
        { name: "letter.docx", type: WORD, bytes: letter },
        { name: "photo.png", type: "image/png", bytes: await picture("png") },
        { name: "files.zip", type: "application/zip", bytes: zip },
        { name: "tool.exe", type: octets, bytes: tool },
      ],
    });
    // Held as a whole: another reader might take the other boundary.
    const ambiguous = held
      .toString("latin1")
      .replace(/boundary="?fixture-mixed"?/, "$&; boundary=other");
    await sendRaw(gateway.ports.smtp, Buffer.from(ambiguous, "latin1"));
    const delivered = mixedMail({
      ...{ text: "本文です。", subject: "二つの添付" },
      attachments: [
        { name: "letter.docx", type: WORD, bytes: letter },
        { name: "tool.exe", type: octets, bytes: tool },
      ],
    });
    await sendRaw(gateway.ports.smtp, delivered);
    await until(async () => (await gateway.held()).length === 2, 60_000);
    for (const hold of await gateway.held())
      if (hold.part === null) item = hold.item;
      else deliveredItem = hold.item;
    await until(async () => {
      const route = `/api/v1/mails/${deliveredItem}`;
      return (await yamada.ask("GET", route)).body["state"] === "delivered";
    }, 60_000);
  }, 180_000);
  afterAll(() => gateway.remove());

  const parts = async () =>
    (await yamada.ask("GET", preview())).body["parts"] as {
      readonly path: string;
      readonly name: string;
      readonly shows: string | null;
      readonly why: string | null;
    }[];
  const pathOf = async (name: string) =>
    (await parts()).find((part) => part.name === name)?.path ?? "";

  it("tells what the mail holds and what of it can be shown", async () => {
    expect(
      (await parts()).map(({ name, shows, why }) => [name, shows, why]),
    ).toEqual([
      [expect.any(String), "text", null],
      ["long.pdf", "pages", null],
      ["letter.docx", "pages", null],
      ["photo.png", "pages", null],
      ["files.zip", "members", null],
      ["memo.txt", "text", null],
      ["inner.pdf", "pages", null],
      ["tool.exe", null, "NOT_SHOWN"],
    ]);
  }, 60_000);

  it("shows a page of each kind as a new PNG, the 200th of 200 too, and puts each look on record once", async () => {
    const asked = [
      ["long.pdf", 200],
      ["long.pdf", 1],
      ["letter.docx", 1],
      ["photo.png", 1],
      ["inner.pdf", 1],
    ] as const;
    for (const [name, page] of asked) {
      const path = `${preview()}/${await pathOf(name)}/pages/${page}?dpi=72`;
      const answer = await yamada.fetch(path);
      expect([name, page, answer.status]).toEqual([name, page, 200]);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const png = Buffer.from(await answer.arrayBuffer());
      expect((await sharp(png).metadata()).format).toBe("png");
    }
    const opened = await yamada.ask(
      ...["GET", `${preview()}/${await pathOf("long.pdf")}`],
    );
    expect(opened.body).toMatchObject({ shows: "pages", pages: 200 });
    const gone = `${preview()}/${await pathOf("long.pdf")}/pages/201`;
    expect((await yamada.ask("GET", gone)).body["code"]).toBe("NO_PAGE");
    const looks = await yamada.ask(
      ...["GET", "/api/v1/audit?act=previewed&actor=yamada"],
    );
    expect(looks.body["entries"]).toHaveLength(4);
  }, 120_000);

  it("shows the text as it would be delivered", async () => {
    const told = await yamada.ask("GET", `/api/v1/mails/${item}/text`);
    expect(told.body).toEqual({ text: "本文です。" });
    const memo = await yamada.ask(
      ...["GET", `${preview()}/${await pathOf("memo.txt")}`],
    );
    expect(memo.body["text"]).toBe("お知らせ");
  }, 60_000);

  it("shows nothing to another tenant or to who keeps the machine running", async () => {
    const part = await pathOf("long.pdf");
    const routes = [
      ...[preview(), `${preview()}/${part}`],
      ...[`${preview()}/${part}/pages/1`, `/api/v1/mails/${item}/text`],
      ...[`/api/v1/mails/${item}/certificate`],
      ...[`/api/v1/mails/${item}/certificate.html`],
    ];
    for (const route of routes) {
      expect([route, (await sato.ask("GET", route)).status]).toEqual([
        ...[route, 404],
      ]);
      expect([route, (await suzuki.ask("GET", route)).status]).toEqual([
        ...[route, 403],
      ]);
    }
    for (const odd of ["..%2f..%2fkeys", "2%00", "9999999", "-1", "2%2f..%2f3"])
      expect([
        odd,
        (await yamada.ask("GET", `${preview()}/${odd}/pages/1`)).status,
      ]).toEqual([odd, 404]);
  });

  it("is answered on a socket of our own user alone", async () => {
    const { mode } = await stat(join(gateway.folder, "viewer.sock"));
    expect((mode & 0o777).toString(8)).toBe("600");
  });

  it("signs a certificate that verifies with the public key alone, and is that of the delivered mail", async () => {
    const told = await yamada.ask(
      "GET",
      `/api/v1/mails/${deliveredItem}/certificate`,
    );
    expect(told.status).toBe(200);
    const [mail] = await gateway.delivered(1);
    const number = mail?.mail.headers.get("x-sekisho-certificate") as string;
    expect(told.body).toMatchObject({
      item: deliveredItem,
      number,
      state: "delivered",
    });
    expect(told.body["engines"]).toMatchObject({
      pdfium: expect.stringMatching(/^\d/),
      libreoffice: expect.stringMatching(/^\d/),
    });

    const files = {
      certificate: join(gateway.folder, "certificate.json"),
      key: join(gateway.folder, "public.pem"),
      mail: join(gateway.folder, "delivered.eml"),
    };
    await writeFile(files.certificate, told.text);
    await writeFile(
      files.key,
      (await gateway.command("certificate", "key")).stdout,
    );
    await writeFile(files.mail, mail?.raw ?? "");
    const proven = await gateway.command(
      ...["certificate", "verify", files.certificate],
      ...["--key", files.key, "--mail", files.mail],
    );
    expect([proven.code, proven.stderr]).toEqual([0, ""]);
    expect(proven.stdout).toContain("all 1 attachments are as made");

    const none = await yamada.ask("GET", `/api/v1/mails/${item}/certificate`);
    expect(none.body["code"]).toBe("NOT_MADE");

    const page = await yamada.ask(
      ...["GET", `/api/v1/mails/${deliveredItem}/certificate.html`],
    );
    for (const words of ["無害化証明書", number, "二つの添付"])
      expect(page.text).toContain(words);
    const again = await gateway.command(
      ...["certificate", "show", deliveredItem, "--json"],
    );
    expect(again.stdout).toBe(told.text);
  }, 60_000);

  it("goes on after the viewer died", async () => {
    process.kill(gateway.workerPid("viewer"), "SIGKILL");
    const page = `${preview()}/${"2"}/pages/3`;
    await until(
      async () => (await yamada.ask("GET", page)).status === 200,
      30_000,
    );
  }, 60_000);
});
