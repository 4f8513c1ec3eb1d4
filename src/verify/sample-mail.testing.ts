/** Small mails of the allowed form, for tests: written by hand so that they owe nothing to the writer of the line. */
const BOUNDARY = `=_sekisho_${"0123456789abcdef".repeat(2)}`;

export const SAMPLE_FIELDS = {
  Date: "Sat, 21 Nov 2026 09:55:32 +0900",
  From: "=?UTF-8?B?5bGx55Sw5aSq6YOO?= <taro@example.jp>",
  To: '"Soumu, Ka" <soumu@city.example.lg.jp>, kikaku@city.example.lg.jp',
  Subject: "=?UTF-8?B?5Lya6K2w44Gu44GK55+l44KJ44Gb?=",
  "Message-ID": "<0123456789abcdefghjkmnpqrs@sekisho.example.lg.jp>",
  "X-Sekisho-Item": "0123456789abcdefghjkmnpqrs",
  "X-Sekisho-Verdict": "clean",
  "X-Sekisho-Certificate": "0123456789abcdef".repeat(4),
  "MIME-Version": "1.0",
} as const;

export interface SampleFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

export function base64Lines(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("base64")
    .replace(/.{1,76}/g, "$&\r\n");
}

export function sampleHeader(
  fields: Readonly<Record<string, string | null>> = {},
): string {
  return Object.entries({ ...SAMPLE_FIELDS, ...fields })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

/** One text body in base64. */
export function sampleText(
  text: string,
  fields: Readonly<Record<string, string | null>> = {},
): Buffer {
  return Buffer.from(
    sampleHeader({
      ...fields,
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Transfer-Encoding": "base64",
    }) +
      "\r\n" +
      base64Lines(Buffer.from(text)),
    "latin1",
  );
}

/** A text and files in a multipart/mixed. */
export function sampleMixed(
  text: string,
  files: readonly SampleFile[],
  fields: Readonly<Record<string, string | null>> = {},
): Buffer {
  const header = sampleHeader({
    ...fields,
    "Content-Type": `multipart/mixed; boundary="${BOUNDARY}"`,
  });
  const parts = [
    `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64Lines(Buffer.from(text))}`,
    ...files.map(
      ({ name, type, bytes }) =>
        `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n` +
        `Content-Disposition: attachment; ${filename(name)}\r\n\r\n${base64Lines(bytes)}`,
    ),
  ];
  const body = parts.map((part) => `--${BOUNDARY}\r\n${part}`).join("");
  return Buffer.from(`${header}\r\n${body}--${BOUNDARY}--\r\n`, "latin1");
}

function filename(name: string): string {
  return /^[\x20-\x7e]*$/.test(name)
    ? `filename="${name}"`
    : `filename*=UTF-8''${encodeURIComponent(name)}`;
}
