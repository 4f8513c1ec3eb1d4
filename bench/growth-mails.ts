/** Mails that grow in one way only, each up to what a limit would allow or beyond. */
export interface Growth {
  readonly name: "size" | "parts" | "headers" | "depth";
  readonly label: string;
  readonly counts: readonly number[];
  mail(count: number): Buffer;
}

/** One measured mail. */
export interface GrowthPoint {
  readonly count: number;
  /** Processor time of one reading. */
  readonly ms: number;
}

const HEAD =
  "From: a@sender.example\r\nTo: b@city.example\r\nSubject: growth\r\nDate: Mon, 16 Nov 2026 09:00:00 +0900\r\nMIME-Version: 1.0\r\n";
const LINE = `${"QUJD".repeat(19)}\r\n`;

export const GROWTHS: readonly Growth[] = [
  {
    name: "size",
    label: "megabytes",
    counts: [1, 2, 4, 8, 16, 32, 64, 128],
    mail: (count) =>
      Buffer.from(
        `${HEAD}Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${LINE.repeat(Math.round((count * 1e6) / LINE.length))}`,
        "latin1",
      ),
  },
  {
    name: "parts",
    label: "parts",
    counts: [100, 200, 400, 800, 1600, 3200, 6400, 12_800],
    mail: (count) =>
      Buffer.from(
        `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nwords\r\n".repeat(count)}--b--\r\n`,
        "latin1",
      ),
  },
  {
    name: "headers",
    label: "header fields",
    counts: [100, 200, 400, 800, 1600, 3200, 6400, 12_800],
    mail: (count) =>
      Buffer.from(
        `${HEAD}${"X-Field: some words =?utf-8?B?44GC44GE?= and\r\n more of them\r\n".repeat(count)}\r\nwords\r\n`,
        "latin1",
      ),
  },
  {
    name: "depth",
    label: "levels of nesting",
    counts: [8, 16, 32, 64, 128, 256, 512, 1024],
    mail: (count) => Buffer.from(`${HEAD}${nested(count)}`, "latin1"),
  },
];

/** A multipart in a multipart in …, with a part of text on each level. */
function nested(levels: number): string {
  const open = Array.from(
    { length: levels },
    (_, level) =>
      `Content-Type: multipart/mixed; boundary=level-${String(level)}\r\n\r\n--level-${String(level)}\r\n\r\nwords\r\n--level-${String(level)}\r\n`,
  );
  const close = Array.from(
    { length: levels },
    (_, level) => `\r\n--level-${String(levels - 1 - level)}--`,
  );
  return `${open.join("")}\r\nwords${close.join("")}\r\n`;
}
