import type { LinkMode } from "../core/plan.ts";
import { plainHost } from "./html-link.ts";

/**
 * An address as it stands in text, with or without angle brackets; it ends where Japanese sentences go on. Host names may be
 * in any script.
 */
const ADDRESS =
  /<?((?:https?|ftp):\/\/[^\s<>"'｀「」『』【】（）〈〉《》、。，．　]{1,4000})>?/gi;
const AUTHORITY = /^([a-z]{3,5}):\/\/([^/?#\\]*)/i;
const DEFANGED: Readonly<Record<string, string>> = {
  http: "hxxp",
  https: "hxxps",
  ftp: "fxp",
};

/** `text` with every address of a page in the form that the policy wants; host names that imitate others in punycode. */
export function showLinks(
  text: string,
  mode: LinkMode,
): { readonly text: string; readonly changed: number } {
  if (!text.includes("://")) return { text, changed: 0 };
  let changed = 0;
  const shown = text.replace(ADDRESS, (written, address: string) => {
    const plain = plainHost(address);
    const form = formOf(plain, mode, written.startsWith("<"));
    if (mode !== "keep") changed++;
    return form ?? written.replace(address, plain);
  });
  return { text: shown, changed };
}

/** Null where the address stays as it is. */
function formOf(
  address: string,
  mode: LinkMode,
  bracketed: boolean,
): string | null {
  const [head, scheme = "", authority = ""] = AUTHORITY.exec(address) ?? [];
  if (mode === "keep" || head === undefined) return null;
  if (mode === "domain-only") {
    const host = authority.slice(authority.lastIndexOf("@") + 1);
    return `［リンク: ${host}］`;
  }
  const defanged = `${DEFANGED[scheme.toLowerCase()] ?? "hxxp"}://${authority.replaceAll(".", "[.]")}${address.slice(head.length)}`;
  return bracketed ? `<${defanged}>` : defanged;
}
