import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, TestGateway, until } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { DOMAIN, sendRaw, textMail } from "./support/send.ts";

const run = promisify(execFile);
const MAILS = 500;

describeWith(
  [...GATEWAY_PROGRAMS, "smtp-source", "smtp-sink"],
  "a gateway between Postfix's smtp-source and smtp-sink",
  () => {
    let gateway: TestGateway;
    let sink: ChildProcess;

    beforeAll(async () => {
      const port = await freePort();
      const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
      sink = spawn(
        "/usr/sbin/smtp-sink",
        [...user, `127.0.0.1:${port}`, "100"],
        { stdio: "ignore" },
      );
      gateway = await TestGateway.start({
        settings: { lgwan: { port, builtInMailbox: false } },
      });
    });
    afterAll(async () => {
      await gateway.remove();
      sink.kill("SIGKILL");
    });

    it(`takes ${MAILS} mails over 20 sessions and hands every one of them over`, async () => {
      const args = [
        "-s",
        "20",
        "-m",
        String(MAILS),
        "-l",
        "4096",
        "-d",
        "-f",
        "a@example.com",
        "-t",
        `b@${DOMAIN}`,
      ];
      await run("/usr/sbin/smtp-source", [
        ...args,
        `127.0.0.1:${gateway.ports.smtp}`,
      ]);
      const counts = await gateway.settled(90_000);
      expect(counts).toMatchObject({ delivered: MAILS, held: 0 });
    }, 120_000);

    it("waits while its own scanner is dead, starts it again, and then delivers", async () => {
      const pid = Number(
        await readFile(join(gateway.folder, "clamd", "clamd.pid"), "utf8"),
      );
      process.kill(pid, "SIGKILL");
      await sendRaw(gateway.ports.smtp, textMail("while-the-scanner-is-dead"));
      await until(
        () => gateway.log.split('"clamd-started"').length > 2,
        30_000,
        () => gateway.log,
      );
      const counts = await gateway.settled(60_000);
      expect(counts).toMatchObject({ delivered: MAILS + 1, held: 0 });
    }, 120_000);
  },
);
