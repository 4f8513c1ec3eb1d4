import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { picture } from "../fixtures/documents.ts";
import { eicar, mixedMail } from "../fixtures/mail.ts";
import { complaintsAboutMail } from "./support/clean.ts";
import { TestGateway, until } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { sendRaw, textMail } from "./support/send.ts";

/**
 * Every commit, and every place between two steps. `twice`: while one mail stands at the point the peer may have another, or
 * this one, already; nobody can know, so it may come once more (RFC 5321 §4.1.1.4, RFC 1047).
 */
const POINTS: readonly { readonly at: string; readonly twice?: true }[] = [
  { at: "intake:spooled" },
  { at: "intake:committed" },
  { at: "sanitizer:begun" },
  { at: "sanitizer:inspected" },
  { at: "sanitizer:scanned" },
  { at: "sanitizer:planned" },
  { at: "sanitizer:sanitized" },
  { at: "sanitizer:rebuilt" },
  { at: "sanitizer:cleared" },
  { at: "sanitizer:vaulted" },
  { at: "sanitizer:outbox-written" },
  { at: "sanitizer:committed" },
  { at: "courier:attempt-opened", twice: true },
  { at: "courier:sent", twice: true },
  { at: "courier:attempt-closed", twice: true },
];

describeWith(GATEWAY_PROGRAMS, "a gateway whose power goes", () => {
  let gateway: TestGateway;
  let image: Uint8Array;
  const failpoint = () => join(gateway.folder, "failpoint");
  const arm = (point: string) => writeFile(failpoint(), point);

  beforeAll(async () => {
    image = await picture("png");
    const first = await TestGateway.start();
    await writeFile(join(first.folder, "failpoint"), "");
    gateway = await first.restart({
      failpoint: `@${join(first.folder, "failpoint")}`,
    });
  });
  afterAll(() => gateway.remove());

  const threeMails = (token: string) => [
    { id: `${token}-text`, raw: Buffer.from(textMail(`${token}-text`)) },
    {
      id: `${token}-picture`,
      raw: withFile(`${token}-picture`, "絵.png", image),
    },
    {
      id: `${token}-virus`,
      raw: withFile(`${token}-virus`, "virus.com", eicar()),
    },
  ];

  const copies = async (id: string) =>
    (await gateway.mailbox()).filter((one) => one.raw.includes(`<${id}@`));

  it.each(POINTS)(
    "loses nothing at $at",
    async ({ at, twice }) => {
      const mails = threeMails(at.replace(":", "-"));
      await arm(at);
      const sending = mails.map(({ id, raw }) =>
        sendRaw(gateway.ports.smtp, raw).then(
          () => ({ id, accepted: true }),
          () => ({ id, accepted: false }),
        ),
      );
      await gateway.logged(`failpoint ${at}`);
      await gateway.kill();
      const answers = await Promise.all(sending);
      await arm("");
      gateway = await gateway.restart({ failpoint: `@${failpoint()}` });
      await gateway.settled();
      for (const { id, accepted } of answers) {
        const came = await copies(id);
        const most = twice === true ? 2 : 1;
        const fits = came.length >= (accepted ? 1 : 0) && came.length <= most;
        expect({ id, accepted, came: came.length, fits }).toMatchObject({
          fits: true,
        });
        for (const one of came) expect(complaintsAboutMail(one)).toEqual([]);
      }
    },
    60_000,
  );

  it("takes mail on while the sanitizer alone dies, and everything arrives", async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `under-load-${n}`);
    const sending = ids.map((id) => sendRaw(gateway.ports.smtp, textMail(id)));
    process.kill(gateway.workerPid("sanitizer"), "SIGKILL");
    await Promise.all(sending);
    await gateway.settled(60_000);
    for (const id of ids)
      expect([id, (await copies(id)).length]).toEqual([id, 1]);
  }, 90_000);

  it("holds a mail that ends the sanitizer three times, and passes the next one", async () => {
    await arm("sanitizer:begun");
    await sendRaw(gateway.ports.smtp, textMail("poison"));
    let dead = 0;
    for (let death = 1; death <= 3; death += 1) {
      await until(
        () =>
          gateway.log.split("failpoint sanitizer:begun").length - 1 >= death,
        30_000,
        () => gateway.log,
      );
      if (death === 3) await arm("");
      dead = gateway.workerPid("sanitizer");
      process.kill(dead, "SIGKILL");
    }
    await sendRaw(gateway.ports.smtp, textMail("after-poison"));
    await gateway.settled(60_000);
    const held = await gateway.held();
    expect(
      held.filter(({ code }) => code === "ATTEMPTS_EXHAUSTED"),
    ).toHaveLength(1);
    expect(await copies("poison")).toHaveLength(0);
    expect(await copies("after-poison")).toHaveLength(1);
  }, 120_000);

  it("leaves an unbroken record and no file behind", async () => {
    expect((await gateway.command("audit", "verify")).code).toBe(0);
    const filesIn = async (folder: string) =>
      (await readdir(join(gateway.folder, folder)).catch(() => [])).filter(
        (name) => name !== "incoming" && name !== "spare",
      );
    for (const folder of [
      "spool",
      "outbox",
      "work",
      "spool/incoming",
      "outbox/incoming",
    ])
      await until(
        async () => (await filesIn(folder)).length === 0,
        20_000,
        () => `${folder} is not empty`,
      );
  }, 60_000);
});

function withFile(id: string, name: string, bytes: Uint8Array): Buffer {
  const mail = mixedMail({
    text: `${id} の本文`,
    attachments: [{ name, type: "application/octet-stream", bytes }],
  });
  return Buffer.from(
    mail.toString("latin1").replace("<fixture.1@", `<${id}@`),
    "latin1",
  );
}
