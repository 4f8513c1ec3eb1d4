import type { UntrustedContent } from "./content.ts";
import type { FaultCode } from "./fault.ts";
import type { HoldCode } from "./verdict.ts";

/** What the bytes are, by looking at them. A declared type or a name never decides. */
export interface FileKind {
  /** Media type, such as `application/pdf`; `application/octet-stream` when nothing fits. */
  readonly type: string;
  /** Short name that a clerk knows, such as `PDF` or `Word`. */
  readonly label: string;
  /** Usual ending without the dot, `bin` when unknown. */
  readonly extension: string;
}

/** A place where two readers could see two different mails. See `docs/line.md`. */
export type Anomaly =
  | "duplicate-mime-header"
  | "duplicate-parameter"
  | "malformed-header"
  | "bad-boundary"
  | "missing-final-boundary"
  | "text-outside-parts"
  | "unknown-transfer-encoding"
  | "junk-in-base64"
  | "bad-quoted-printable"
  | "encoded-block-in-text"
  | "charset-guessed"
  | "undecodable-text"
  | "bare-line-ending";

/** One node of a mail's tree, in document order. `untrusted…` values are the sender's words, decoded but not cleaned. */
export interface Part {
  /** Index in `PartTree.parts`; 0 is the mail itself. */
  readonly id: number;
  readonly parent: number | null;
  /** IMAP-like path, `1.2`; the root is `0`. */
  readonly path: string;
  readonly depth: number;
  readonly declaredType: string;
  readonly charset: string | null;
  /** How the sender wrapped its lines (RFC 3676); absent for all that is not format=flowed. */
  readonly flowed?: "space" | "delsp";
  readonly disposition: "inline" | "attachment" | null;
  readonly untrustedName: string | null;
  readonly contentId: string | null;
  readonly anomalies: readonly Anomaly[];
  /** Null for a multipart, for an attached message and for a container that was unpacked: their children follow. */
  readonly leaf: Leaf | null;
  /** Why a container could not be unpacked. */
  readonly unopened?: HoldCode;
  /** The fault that said so, for the administrator. */
  readonly unopenedBy?: FaultCode;
  /** An archive whose members follow as its children. Its leaf stays: one new file is made of what becomes of them. */
  readonly unpacked?: true;
  /** A document whose attached files follow as its children. Its leaf stays; what is made of them stands beside what is made of it. */
  readonly holdsFiles?: true;
}

export interface Leaf {
  readonly kind: FileKind;
  /** Transfer-decoded bytes. */
  readonly content: UntrustedContent;
}

/** A header field as it stood: name as written, value unfolded, bytes above 0x7F kept as latin1 code units. */
export interface HeaderField {
  readonly name: string;
  readonly untrustedValue: string;
}

/** The same mail as other readers may see it. */
export interface OtherReadings {
  /** Every way gives the same leaves; what was in doubt makes no difference. */
  readonly agree: boolean;
  /** Possible bodies that are none of the tree's leaves: to be scanned, never to go on. */
  readonly contents: readonly UntrustedContent[];
}

export interface PartTree {
  readonly parts: readonly Part[];
  /** Header of the mail itself. Headers of attached messages are in `messages`. */
  readonly headers: readonly HeaderField[];
  /** Headers of attached messages (message/rfc822) by part id. */
  readonly messages: ReadonlyMap<number, readonly HeaderField[]>;
  /** Bytes of the mail that stand in no part: preamble, epilogue. */
  readonly outsideBytes: number;
  /** Absent where nothing was in doubt. */
  readonly otherReadings?: OtherReadings;
}
