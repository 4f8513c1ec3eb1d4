import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { parseDialog, playDialog } from "../fixtures/smtp/dialog.ts";
import { complaintsAboutMail } from "./support/clean.ts";
import { TestGateway } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { sendRaw, textMail } from "./support/send.ts";

const folder = new URL("../fixtures/smtp/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".dialog"));

/** The dialogues that the listener is tried with, spoken with the whole program: what gets in also comes out, clean. */
describeWith(GATEWAY_PROGRAMS, "spoken with a whole gateway", () => {
  let gateway: TestGateway;
  let stored = 0;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      settings: {
        gateway: { hostname: "mx.example.lg.jp" },
        limits: { maxMessageBytes: 200_000, maxLeafInMemoryBytes: 100_000 },
      },
      tenants: [
        {
          id: "kawa",
          name: "川",
          domains: ["kawa.lg.jp", "xn--wgv71a.jp"],
        },
        { id: "yama", name: "山", domains: ["yama.lg.jp"] },
      ],
    });
  });
  afterAll(() => gateway.remove());

  it.each(names)(
    "%s goes as written, and the next mail gets in",
    async (name) => {
      const text = readFileSync(new URL(name, folder), "utf8");
      const dialog = parseDialog(text);
      await playDialog(dialog, gateway.ports.smtp);
      stored += dialog.stored + 1;
      const answer = await sendRaw(gateway.ports.smtp, textMail(name), [
        "soumu@kawa.lg.jp",
      ]);
      expect(answer).toMatch(/^250 2\.0\.0 /);
    },
  );

  it("has taken as many mails as the dialogues say, passed each one on or holds it, and all that passed is clean", async () => {
    const counts = await gateway.settled();
    const mails = await gateway.mailbox();
    expect((counts.delivered ?? 0) + (counts.held ?? 0)).toBe(stored);
    expect(mails).toHaveLength(counts.delivered ?? 0);
    expect(mails.flatMap(complaintsAboutMail)).toEqual([]);
    for (const name of names)
      expect(
        mails.filter(({ raw }) => raw.includes(`<${name}@example.com>`)),
      ).toHaveLength(1);
  });
});
