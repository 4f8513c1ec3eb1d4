import { Fault } from "../core/fault.ts";

/** Every rule of the grammar by name: a closed list, so that a log line says which wall stood. */
export type Rule =
  // bytes and lines
  | "message-size"
  | "line-byte"
  | "line-ending"
  | "line-length"
  // header block
  | "header-size"
  | "header-form"
  | "header-name"
  | "header-twice"
  | "header-missing"
  | "header-blank"
  // values of header fields
  | "encoded-word"
  | "mailbox"
  | "address"
  | "date"
  | "message-id"
  | "list-id"
  | "closed-value"
  | "content-type"
  | "transfer-encoding"
  | "content-disposition"
  | "file-name"
  | "file-name-twice"
  // bodies
  | "base64-form"
  | "base64-padding"
  | "base64-character"
  | "boundary"
  | "part-count"
  | "after-end"
  | "utf8"
  | "code-point"
  | "text-line-ending"
  | "text-line"
  | "encoded-block"
  // files
  | "png-signature"
  | "png-chunk"
  | "png-crc"
  | "png-header"
  | "png-pixels"
  | "jpeg-marker"
  | "jpeg-segment"
  | "jpeg-frame"
  | "jpeg-scan"
  | "jpeg-end"
  | "zip-end"
  | "zip-directory"
  | "zip-member"
  | "zip-sum"
  | "zip-depth"
  | "pdf-form"
  | "pdf-number"
  | "pdf-dictionary"
  | "pdf-object"
  | "pdf-stream"
  | "pdf-content"
  | "pdf-font"
  | "pdf-image"
  | "pdf-xref"
  | "pdf-end"
  // the second reader
  | "hash"
  | "readers-subject"
  | "readers-addresses"
  | "readers-text"
  | "readers-html"
  | "readers-attachments"
  | "readers-deadline"
  | "readers-failed"
  | "expected-subject"
  | "expected-text"
  | "expected-attachments";

/** The only way out for what is not in the grammar. `at` is the byte offset in what was read. */
export function refuse(rule: Rule, at: number): never {
  throw new Fault("VERIFIER_REFUSED", { rule, at });
}
