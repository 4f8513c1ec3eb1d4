import type { Authentication } from "./authentication.ts";
import type { FileKind } from "./part.ts";
import type { Finding, HoldCode, ScanVerdict } from "./verdict.ts";

/** How text bytes are read; all but the first two are formats that are told in words. */
/** What becomes of the addresses of pages in a text that is shown. */
export type LinkMode = "keep" | "defang" | "domain-only";

export type TextForm =
  | "plain"
  | "html"
  | "calendar"
  | "vcard"
  | "delivery-status"
  | "disposition"
  | "returned-header";

/** What will be done to one leaf. Chosen from facts and verdicts alone, written down before any work. */
export type Treatment =
  /** Text becomes the body, or part of it. */
  | { readonly kind: "body-text"; readonly from: TextForm }
  /** Text attachment: decoded, cleaned, written as UTF-8. */
  | { readonly kind: "keep-text" }
  /** Pages become pictures in a new PDF; an office document becomes a PDF before, in a pit of its own. */
  | { readonly kind: "rasterize"; readonly pit: "pdf" | "office" }
  /** Likewise, by a program that the site brings. */
  | {
      readonly kind: "rasterize";
      readonly pit: "converter";
      readonly converter: string;
    }
  /** A picture becomes a new picture. */
  | { readonly kind: "re-encode"; readonly pit: "image" }
  /** An archive: what is made of its members, which are parts of their own, goes into one new ZIP. */
  | { readonly kind: "repack" }
  /**
   * Left out without a line of its own in the notice: the twin of a text that is shown, an empty part, a signature (which
   * could not be true of the new mail; a finding says so), the fixed words that go before a PGP/MIME ciphertext, whatever
   * lies in an archive that is held, what an operating system leaves in archives for itself.
   */
  | {
      readonly kind: "drop";
      readonly why:
        | "alternative"
        | "empty"
        | "signature"
        | "pgp-version"
        | "held-archive"
        | "system-file";
    }
  /** Replaced by a notice; the original stays for the administrator. */
  | { readonly kind: "notice"; readonly hold: HoldCode };

/** One leaf of the mail with the decision on it. `sha256` ties it to the very bytes that were scanned. */
export interface PlannedPart {
  readonly id: number;
  readonly path: string;
  /** The sender's name for it, cleaned for people to read; names of files that leave are made in `sanitize`. */
  readonly name: string;
  readonly kind: FileKind;
  readonly bytes: number;
  readonly sha256: string;
  readonly scan: ScanVerdict;
  readonly treatment: Treatment;
}

export interface Plan {
  /** Hash of the policy that decided, so that the same input and policy can be shown to give the same bytes. */
  readonly policyVersion: string;
  readonly parts: readonly PlannedPart[];
  readonly findings: readonly Finding[];
  /** Verdict of the scanner on the whole original. */
  readonly whole: ScanVerdict;
  readonly override: Override | null;
  /** Absent where nothing was checked. */
  readonly authentication?: Authentication;
  /** Once it was carried out: what went out for what came in. */
  readonly made?: MadeRecord;
}

/** The outcome of a plan, as commit B found it. A certificate is made of both. */
export interface MadeRecord {
  /** ISO 8601. */
  readonly at: string;
  /** Of the new mail. */
  readonly bytes: number;
  readonly sha256: string;
  readonly files: readonly MadeFileRecord[];
  /** What made them, with its version. */
  readonly engines: Readonly<Record<string, string>>;
}

/** One file of the new mail. */
export interface MadeFileRecord {
  /** Path of the part that it was made from. */
  readonly from: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly pages?: number;
}

/** A named person's decision that lets a held item go on. It waives reasons; it never waives a virus. */
export interface Override {
  readonly who: string;
  readonly why: string;
  readonly at: string;
  /** ISO 8601; past it the override is as if it were not there. */
  readonly until: string;
  /** Of the mail as a whole; a part that can't be made new stays held. */
  readonly waives: readonly HoldCode[];
  /** What the person asked for where it is more than to let go; absent: a release. */
  readonly act?: "password" | "re-scan" | "trust";
  /** Name of the variant of the policy under which it is made anew. */
  readonly variant?: string;
}
