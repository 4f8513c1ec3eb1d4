/** The kinds of values that settings have, and the words for what is none of its kind. */
import { isIP } from "node:net";
import { z } from "zod";
import { parseMailbox } from "../core/mailbox.ts";

/** A section may be absent, or stand there with everything in it commented out. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value) => value ?? {}, z.strictObject(shape));
}

export const count = (least: number, most: number, preset: number) =>
  z.int().min(least).max(most).default(preset);

/** Parts of one are something, too. */
export const amount = (least: number, most: number, preset: number) =>
  z.number().min(least).max(most).default(preset);

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

export const hostName = z
  .string()
  .toLowerCase()
  .regex(HOST_NAME, "must be a host name in ASCII (xn-- for others)");

export const host = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || HOST_NAME.test(text),
    "must be an IP address or a host name",
  );

/** 0 takes any free port; for tests. */
export const port = (preset: number) => count(0, 65_535, preset);

const LOOPBACK = /^(127\.|::1$|localhost$)/;

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

export const ipAddress = z
  .string()
  .refine((text) => isIP(text) !== 0, "must be an address");

export const filePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes("\0"), "must be a path");

/** What a listener shows; null for none. */
export const tlsFiles = z
  .strictObject({ keyFile: filePath, certificateFile: filePath })
  .nullable()
  .default(null);

export const mailbox = (example: string) =>
  z
    .string()
    .refine(
      (text) => parseMailbox(text) !== null,
      `must be one address such as ${example}`,
    );

/** Addresses, and domains for everybody there. */
export const senders = z
  .array(
    z
      .string()
      .refine(
        (text) => parseMailbox(text) !== null || HOST_NAME.test(text),
        "must be an address or a domain",
      ),
  )
  .max(1000)
  .nullish()
  .transform((senders) => senders ?? []);

export const origin = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.origin === text;
}, "must be an origin such as https://sekisho.town.example.lg.jp, without a path");

/** By which people and files refer to one of several. */
export const shortName = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, "must be 1 to 40 of a-z, 0-9 and hyphen");

/** Tells what is wrong between settings that are right by themselves, and at which of them. */
export type Complain = (path: (string | number)[], message: string) => void;
