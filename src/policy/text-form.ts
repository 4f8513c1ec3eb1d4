import type { Part } from "../core/part.ts";
import type { TextForm } from "../core/plan.ts";

/** Formats that are known by their content. */
const BY_KIND: Readonly<Record<string, TextForm>> = {
  "text/html": "html",
  "text/calendar": "calendar",
  "text/vcard": "vcard",
};
/** Fields in lines, which only the declared type tells from other text (RFC 6522 §3, RFC 3464, RFC 8098, RFC 6533). */
const REPORTS: Readonly<Record<string, TextForm>> = {
  "message/delivery-status": "delivery-status",
  "message/global-delivery-status": "delivery-status",
  "message/disposition-notification": "disposition",
  "message/global-disposition-notification": "disposition",
  "text/rfc822-headers": "returned-header",
  "message/global-headers": "returned-header",
};

/** How a text leaf is read. What turns out not to be in that form is shown as the plain text that it is. */
export function textForm(part: Part): TextForm {
  return reportForm(part) ?? BY_KIND[part.leaf?.kind.type ?? ""] ?? "plain";
}

/** Null for all but the parts of a report, which are shown to the reader whatever they are named. */
export function reportForm(part: Part): TextForm | null {
  const isText = part.leaf?.kind.type.startsWith("text/") ?? false;
  return isText ? (REPORTS[part.declaredType] ?? null) : null;
}
