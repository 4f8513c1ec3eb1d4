/** What watches over the gateway: who is told of what, and where the record is sent. */
import { z } from "zod";
import { GIB, MIB } from "../../core/units.ts";
import { amount, count, filePath, host, mailbox, section } from "../kinds.ts";

const address = mailbox("admin@town.example.lg.jp");

const webhookUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}, "must be an address such as https://chat.town.example.lg.jp/hook, without a user");

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00");

export const alertsSchema = section({
  mail: z
    .strictObject({
      host,
      port: count(1, 65_535, 25),
      requireTls: z.boolean().default(false),
      user: z.string().min(1).max(200).nullable().default(null),
      from: address,
      to: z.array(address).min(1).max(50),
    })
    .nullable()
    .default(null),
  webhooks: z.array(webhookUrl).max(10).default([]),
  forMinutes: amount(0, 1440, 2),
  clearMinutes: amount(0, 1440, 3),
  reminderHours: amount(0.01, 720, 6),
  quietHours: z
    .strictObject({ from: clockTime, to: clockTime })
    .nullable()
    .default(null),
  oldestMinutes: amount(0.05, 10_080, 10),
  waitingMails: count(1, 10_000_000, 2000),
  freeBytes: count(0, Number.MAX_SAFE_INTEGER, 5 * GIB),
  signatureDays: amount(0.5, 365, 3),
  windowMinutes: count(1, 1440, 10),
  senderMails: count(1, 1_000_000, 300),
  heldMails: count(1, 1_000_000, 50),
  refusedSignIns: count(1, 1_000_000, 20),
  certificateDays: count(1, 365, 30),
});

export const eventsSchema = section({
  file: z
    .strictObject({
      path: filePath,
      maxBytes: count(MIB, 100 * GIB, 100 * MIB),
      keepFiles: count(1, 1000, 10),
    })
    .nullable()
    .default(null),
  syslog: z
    .strictObject({
      host,
      port: count(1, 65_535, 6514),
      tls: z.boolean().default(true),
      certificateAuthorityFile: filePath.nullable().default(null),
      answerSeconds: count(1, 600, 20),
    })
    .nullable()
    .default(null),
});
