import nodemailer from "nodemailer";
import { Fault } from "../core/fault.ts";
import { parseItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import { SECOND } from "../core/units.ts";

const DEADLINE_MS = 30 * SECOND;
const ANYWHERE: Readonly<Record<string, string>> = {
  "0.0.0.0": "127.0.0.1",
  "::": "::1",
};

/** One mail into our own door. `place` is where the intake listens. Faults: UNEXPECTED with the answer. */
export async function sendToOurselves(
  place: { readonly host: string; readonly port: number },
  recipient: string,
  raw: Buffer,
): Promise<ItemId> {
  const transport = nodemailer.createTransport({
    host: ANYWHERE[place.host] ?? place.host,
    port: place.port,
    // The certificate is made out to the name that others know.
    ignoreTLS: true,
    connectionTimeout: DEADLINE_MS,
    greetingTimeout: DEADLINE_MS,
    socketTimeout: DEADLINE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { response } = (await transport.sendMail({
      ...{ envelope: { from: "", to: [recipient] }, raw },
    })) as { readonly response: string };
    const item = parseItemId(/^250 2\.0\.0 (\w+)$/.exec(response)?.[1]);
    if (item === null) throw new Fault("UNEXPECTED", { response });
    return item;
  } finally {
    transport.close();
  }
}
