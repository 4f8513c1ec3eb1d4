/*
NAME       recipients: the page behind the link in a clean mail
ZONE       lgwan
READS      ledger        WRITES  requests and reports in the ledger, with the audit chain
TALKS TO   browsers of the inner side (HTTP); a sanitizer (the password of a file, over a private socket)
SECURITY   a process and a port of its own: the recipients' network reaches this and not the console. Knows no account, opens
           no original, has the key of neither vault, seal nor console, and asks the ledger nothing that lets a mail go; a sanitizer
           lets one go for the password that fits
LIMITS     console/recipients/pace.ts
NOT HERE   deciding about what is asked for (console)
*/
import { readFileSync } from "node:fs";
import { linkSigner } from "../../src/assembly/recipient-link.ts";
import {
  openForRecipient,
  openingDoor,
} from "../../src/assembly/opening-door.ts";
import { placesIn } from "../../src/assembly/places.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { createRecipients } from "../../src/console/recipients/server.ts";
import { Fault } from "../../src/core/fault.ts";
import { loadRecipientsKey } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";

await runWorker("recipients", async ({ config }) => {
  const { host, origin, port: wanted, proxies, tls } = config.recipients;
  if (origin === null)
    throw new Fault("CONFIG_INVALID", { key: "recipients.origin" });
  const places = placesIn(config.gateway.varFolder);
  const sign = linkSigner(await loadRecipientsKey(places.keys));
  const ledger = await createLedger(places.ledger);
  const app = createRecipients({
    ...{ ledger, sign, tenants: config.tenants },
    ...{ clock: Date.now, ticks: () => performance.now() },
    contact: config.policy.notice.contact,
    openWithPassword: openForRecipient(ledger, openingDoor(places.doors)),
    settings: {
      ...{ origin, host, proxies },
      tls: tls && {
        key: readFileSync(tls.keyFile),
        cert: readFileSync(tls.certificateFile),
      },
    },
  });
  await app.listen({ host, port: wanted });
  const address = app.server.address();
  const port =
    typeof address === "object" && address !== null ? address.port : wanted;
  return {
    facts: { port },
    close: async () => {
      await app.close();
      await ledger.close();
    },
  };
});
