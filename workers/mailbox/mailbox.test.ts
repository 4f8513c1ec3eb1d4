import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClient } from "../../fixtures/smtp/dialog.ts";
import type { Mailbox } from "./mailbox.ts";
import { startMailbox } from "./mailbox.ts";

let folder: string;
let mailbox: Mailbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-mailbox-"));
  const place = { host: "127.0.0.1", port: 0 };
  mailbox = await startMailbox({ ...place, folder: join(folder, "mail") });
});
afterEach(async () => {
  await mailbox.close();
  await rm(folder, { recursive: true });
});

async function inData() {
  const client = await openClient(mailbox.port);
  await client.reply();
  for (const line of [
    "EHLO a",
    "MAIL FROM:<a@example.com>",
    "RCPT TO:<b@x>",
    "RCPT TO:<c@y>",
    "DATA",
  ]) {
    await client.say(`${line}\r\n`);
    await client.reply();
  }
  return client;
}

describe("mailbox", () => {
  it("keeps bytes as they came, and beside them who they were for", async () => {
    const client = await inData();
    await client.say("Subject: a\r\n\r\n..b\r\n.\r\n");
    const name = /kept as (\S+\.eml)$/.exec((await client.reply()) ?? "")?.[1];
    const path = join(folder, "mail", name ?? "");
    expect(await readFile(path, "latin1")).toBe("Subject: a\r\n\r\n.b\r\n");
    const beside = await readFile(path.replace(/eml$/, "json"), "utf8");
    expect(JSON.parse(beside)).toEqual({
      reversePath: "a@example.com",
      recipients: ["b@x", "c@y"],
    });
    client.close();
  });

  it("keeps nothing of a mail whose sender hung up", async () => {
    const client = await inData();
    await client.say("Subject: a\r\n");
    client.close();
    await mailbox.close();
    expect(await readdir(join(folder, "mail"))).toEqual([]);
  });
});
