import type { DeliveredMail } from "./gateway.ts";

/**
 * A second opinion on what crossed, on purpose not the product's own verifier: names and types from closed lists, and none
 * of the marks of danger in the bytes, however they are decoded.
 */
export function complaintsAboutMail({ raw, mail }: DeliveredMail): string[] {
  const complaints: string[] = [];
  for (const name of headerNames(raw))
    if (!HEADERS.has(name.toLowerCase())) complaints.push(`header ${name}`);
  if (mail.html !== false && mail.html !== undefined)
    complaints.push("an HTML part");
  for (const { contentType, content } of mail.attachments) {
    if (!TYPES.has(contentType)) complaints.push(`type ${contentType}`);
    if (contentType === "application/pdf")
      complaints.push(...namesIn(content.toString("latin1")));
  }
  const readings = decodings(raw).concat(
    mail.attachments.map(({ content }) => content),
  );
  for (const [name, mark] of MARKS)
    if (readings.some((bytes) => bytes.includes(mark))) complaints.push(name);
  return complaints;
}

const HEADERS = new Set(
  [
    ["date", "from", "reply-to", "to", "cc", "subject", "message-id"],
    ["in-reply-to", "references", "list-id", "auto-submitted"],
    ["mime-version", "content-type", "content-transfer-encoding"],
    ["x-sekisho-item", "x-sekisho-verdict", "x-sekisho-certificate"],
    ["x-sekisho-parts"],
    ["x-sekisho-original-message-id", "x-sekisho-passages", "received"],
  ].flat(),
);

const TYPES = new Set([
  ...["text/plain", "text/csv", "application/pdf", "application/zip"],
  ...["image/png", "image/jpeg"],
]);

/** In two halves, so that this file is not taken for the thing itself. */
const MARKS: readonly (readonly [string, string])[] = [
  ["EICAR", "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE"],
  ["a script element", "<script"],
  ["the hidden mark", "UNCLEAN-MARK"],
];

/** Put into whatever must not cross. */
export const UNCLEAN_MARK = "UNCLEAN-MARK";

const PDF_NAMES =
  /\/(?:JavaScript|JS|OpenAction|AA|Launch|EmbeddedFiles?|RichMedia|XFA|AcroForm|SubmitForm|URI|GoToR)\b/g;

function namesIn(pdf: string): string[] {
  return pdf.match(PDF_NAMES) ?? [];
}

function headerNames(raw: Buffer): string[] {
  const end = raw.indexOf("\r\n\r\n");
  return raw
    .subarray(0, end)
    .toString("latin1")
    .split("\r\n")
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.slice(0, line.indexOf(":")));
}

/** As it stands, and each run of base64 decoded, and that once more; quoted-printable too. */
function decodings(raw: Buffer): Buffer[] {
  const found = [raw, Buffer.from(unquoted(raw.toString("latin1")), "latin1")];
  for (let at = 0; at < found.length && found.length < 1000; at += 1) {
    const text = found[at]?.toString("latin1") ?? "";
    for (const run of text.match(/(?:[A-Za-z0-9+/]{16,}={0,2}(?:\r?\n)?)+/g) ??
      [])
      if (run.length >= 24 && run.length < text.length)
        found.push(Buffer.from(run, "base64"));
  }
  return found;
}

function unquoted(text: string): string {
  return text
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
