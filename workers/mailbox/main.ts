/*
NAME       mailbox: stand in for the LGWAN mail server where there is none
ZONE       lgwan
WRITES     mailbox folder
TALKS TO   the courier (SMTP)
SECURITY   loopback only; takes any mail for anybody, reads nothing in it
STANDARDS  RFC 5321
NOT HERE   limits, checks, TLS
*/
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { startMailbox } from "./mailbox.ts";

await runWorker("mailbox", async ({ config }) => {
  const mailbox = await startMailbox({
    host: config.lgwan.host,
    port: config.lgwan.port,
    folder: placesIn(config.gateway.varFolder).mailbox,
  });
  return { facts: { port: mailbox.port }, close: () => mailbox.close() };
});
