import { readUpTo, type UntrustedContent } from "../core/content.ts";
import { toFault, type FaultCode } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { FileKind, Leaf, Part } from "../core/part.ts";
import type { HoldCode } from "../core/verdict.ts";
import { signedContent } from "../mime/cms.ts";
import { KIND_HEAD_BYTES } from "../mime/file-kind.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { EnclosedPlace } from "./enclosed.ts";
import { kindOf } from "./kind.ts";

export const MAIL = "message/rfc822";
export const SIGNED = "application/pkcs7-mime";
export const TNEF = "application/vnd.ms-tnef";
export const OUTLOOK = "application/vnd.ms-outlook";
export const COMPOUND = "application/x-cfb";

/** What a leaf holds: a mail or MIME entity, or a file that somebody signed. */
export type Enclosed = {
  readonly type: typeof MAIL | typeof SIGNED | typeof TNEF | typeof OUTLOOK;
  readonly content: UntrustedContent;
} & (
  | { readonly form: "mail" }
  | {
      readonly form: "file";
      readonly kind: FileKind;
      readonly name: string | null;
    }
);

export interface Unopened {
  readonly unopened: HoldCode;
  readonly unopenedBy: FaultCode;
  /** Where it is better known now than by its first bytes. */
  readonly leaf?: Leaf;
}

/** The mail in a container of Outlook; why it is held when it cannot be opened; null when this is no such container. */
export async function openPacked(
  { kind, content }: Leaf,
  place: Omit<EnclosedPlace, "read">,
): Promise<(Enclosed & { readonly form: "mail" }) | Unopened | null> {
  if (kind.type === TNEF) return unpacked(content, TNEF, place);
  if (kind.type !== COMPOUND) return null;
  return (await isOutlookMessage(content, place.limits))
    ? unpacked(content, OUTLOOK, place)
    : null;
}

/** What is in the container; or, when the pit could not open it and the container is to blame, why it is held. */
async function unpacked(
  container: UntrustedContent,
  type: typeof TNEF | typeof OUTLOOK,
  place: Pick<EnclosedPlace, "unpack" | "workspace">,
): Promise<(Enclosed & { readonly form: "mail" }) | Unopened> {
  return orUnopened(async () => {
    const content = await unpackedMail(container, place);
    return { type, form: "mail", content };
  });
}

export async function unpackedMail(
  container: UntrustedContent,
  place: Pick<EnclosedPlace, "unpack" | "workspace">,
): Promise<UntrustedContent> {
  const holder = place.workspace.hold();
  for await (const piece of await place.unpack(container))
    await holder.add(piece);
  return (await holder.finish()) as UntrustedContent;
}

/** Faults that the container itself causes become the reason why it is held. */
export async function orUnopened<T>(
  open: () => Promise<T>,
): Promise<T | Unopened> {
  try {
    return await open();
  } catch (error) {
    const { code: unopenedBy } = toFault(error);
    const unopened = holdFor(unopenedBy);
    if (unopened === null) throw error;
    return { unopened, unopenedBy };
  }
}

/** MS-OXMSG §2.4: every message of Outlook has a stream of this name; names in a compound file are UTF-16. */
const PROPERTY_STREAM = Buffer.from("__properties_version1.0", "utf16le");

async function isOutlookMessage(
  content: UntrustedContent,
  limits: Limits,
): Promise<boolean> {
  const bytes = await readUpTo(content, limits.maxMessageBytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
    PROPERTY_STREAM,
  );
}

export async function signedIn(
  part: Part,
  shell: UntrustedContent,
  place: EnclosedPlace,
): Promise<Enclosed | null> {
  const bytes = await readUpTo(shell, place.limits.maxMessageBytes);
  const signed = signedContent(bytes);
  if (signed === null || signed.byteLength === 0) return null;
  const holder = place.workspace.hold();
  await holder.add(signed);
  const content = (await holder.finish()) as UntrustedContent;
  const head = signed.subarray(0, KIND_HEAD_BYTES);
  if (looksLikeEntity(head)) return { type: SIGNED, form: "mail", content };
  const name = part.untrustedName?.replace(/\.p7[ms]\s*$/i, "") ?? null;
  const kind = await kindOf(
    head,
    { declaredType: "application/octet-stream", name },
    { content, limits: place.limits },
  );
  return { type: SIGNED, form: "file", content, kind, name };
}

/** Begins with a field, and has one among its first that every mail has: a name alone makes no mail of a file. */
export function looksLikeMail(head: Uint8Array): boolean {
  const text = latin1(head);
  return (
    /^\s*(?:From \S|[A-Za-z][A-Za-z0-9-]{0,60}:)/.test(text) &&
    /^(?:From|To|Date|Subject|Message-ID|Received|Return-Path|MIME-Version|Content-Type):/im.test(
      text,
    )
  );
}

/** RFC 8551 §3.1: what is signed is a MIME entity; elsewhere files are signed in the same shell. */
function looksLikeEntity(head: Uint8Array): boolean {
  return /^(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,30}?(?:Content-Type|MIME-Version):/i.test(
    latin1(head),
  );
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    "latin1",
  );
}
