import type { Random } from "../../bench/random.ts";
import {
  bounce,
  forwardedAsFile,
  invitation,
  opaqueSigned,
} from "../../fixtures/formats.ts";
import {
  htmlMail,
  japaneseMail,
  mixedMail,
  nestedMessage,
} from "../../fixtures/mail.ts";
import { MAILS } from "../../src/mime/hostile-mails.testing.ts";

/** Words of the formats that a mail may hold; rows of them reach what random bytes never do. */
const SCRAPS: readonly (string | Buffer)[] = [
  ...[
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    " ",
    "\t",
    "--",
    "--B",
    "--B--",
    "=",
    ";",
  ],
  ...[
    '"',
    "'",
    "(",
    ")",
    "<",
    ">",
    "&",
    "\\",
    "/",
    ":",
    ",",
    "@",
    "*",
    "%",
    "\0",
  ],
  "Content-Type: multipart/mixed; boundary=B\r\n",
  "Content-Type: multipart/alternative; boundary=BB\r\n",
  "Content-Type: multipart/digest; boundary=C\r\n",
  "Content-Type: text/html; charset=utf-8\r\n",
  "Content-Type: text/plain; charset=iso-2022-jp\r\n",
  "Content-Type: text/plain; charset=shift_jis; format=flowed\r\n",
  "Content-Type: text/calendar; charset=utf-8\r\n",
  "Content-Type: message/rfc822\r\n",
  "Content-Type: message/delivery-status\r\n",
  "Content-Type: application/pkcs7-mime; name=smime.p7m\r\n",
  "Content-Transfer-Encoding: base64\r\n",
  "Content-Transfer-Encoding: quoted-printable\r\n",
  "Content-Transfer-Encoding: x-uuencode\r\n",
  "Content-Disposition: attachment; filename*0*=utf-8''%E3%81%82; filename*1=x.txt\r\n",
  'Content-Disposition: attachment; filename="=?iso-2022-jp?B?GyRCJCIbKEI=?=.csv"\r\n',
  "Subject: =?utf-8?B?44GC?= =?iso-2022-jp?B?GyRCJCIbKEI=?=\r\n",
  "Subject: =?utf-8?Q?=E3=81?= =?utf-8?Q?=82?=\r\n",
  'From: =?utf-8?Q?a=22=2C?= <a@b.example>, "x, y" <c@d.example>\r\n',
  "Date: Fri, 31 Feb 2026 25:61:61 +9999\r\n",
  "References: <a@b> <c@d>\r\n",
  "Reply-To: group: a@b, c@d;\r\n",
  "<table><tr><td>",
  "</td></tr></table>",
  "<p style='display:none'>",
  '<a href="http://a.example/">b</a>',
  "<script>",
  "</script>",
  "<!--",
  "-->",
  "<style>",
  "&#x1F600;",
  "&nbsp;",
  "&#0;",
  "<br>",
  "<img src=cid:x alt=y>",
  "\x1b$B",
  "\x1b(B",
  "\x1b(J",
  "\x1b$(D",
  "\x1b(I",
  '$"F|K\\',
  "\x83\x5c\x95\x5c",
  "\x8f\xb0\xa1",
  "\xa4\xa2",
  "begin 644 x.pdf\n#86)C\n`\nend\n",
  "=ybegin line=128 size=3 name=x\n\x8b\x8c\n=yend\n",
  "(This file must be converted with BinHex 4.0)\n:!3!:\n",
  "UEsDBBQAAAAIAA",
  "=E3=81=82",
  "=3D=\r\n",
  "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY;COUNT=9999999\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
  Buffer.from(
    "\u202e\u200b\u{e0041}\ufeff\u3000髙﨑①㈱\ue000葛\u{e0100}\u0000\u0085\u2028",
  ),
  "x".repeat(200),
  "あ".repeat(30),
  "(".repeat(50),
  "<b>".repeat(50),
  '"'.repeat(20),
];

const WORDS =
  "髙橋様\r\n①会議のお知らせ㈱\r\n-- \r\nhttps://a.example/b?c=d&e=f\r\n";
const HTML = `<html><body><table><tr><td>表<td><a href="http://a.example/">${WORDS}</a></table><ul><li>x</ul></body></html>`;

const SEEDS: readonly Buffer[] = [
  ...Object.values(MAILS),
  ...(["utf-8", "iso-2022-jp", "cp932", "euc-jp"] as const).map((charset) =>
    japaneseMail({ charset, subject: "会議①", body: WORDS }),
  ),
  htmlMail({ subject: "表", html: HTML }),
  mixedMail({
    text: WORDS,
    html: HTML,
    attachments: [
      { name: "名簿.csv", type: "text/csv", bytes: Buffer.from("番号,氏名") },
      {
        name: "a.pdf",
        type: "application/pdf",
        bytes: Buffer.from("%PDF-1.7"),
      },
    ],
  }),
  nestedMessage(
    Buffer.from("Subject: x\r\n\r\nbegin 644 x\r\n#86)C\r\n`\r\nend\r\n"),
    2,
  ),
  invitation(),
  bounce(),
  forwardedAsFile(),
  opaqueSigned(),
];
const MAX_BYTES = 32 * 1024;
const MAX_CHANGES = 12;

/** A mail that nobody wrote: a seed, or nothing, changed a few times. */
export function fuzzInput(random: Random, finds: readonly Buffer[]): Buffer {
  const seeds = [...SEEDS, ...finds];
  let bytes =
    random.below(4) === 0 ? scraps(random) : Buffer.from(random.pick(seeds));
  const changes = 1 + random.below(MAX_CHANGES);
  for (let i = 0; i < changes; i++)
    bytes = change(bytes, random, seeds).subarray(0, MAX_BYTES);
  return bytes;
}

function scrap(random: Random): Buffer {
  const one = random.pick(SCRAPS);
  if (typeof one !== "string") return one;
  return Buffer.from(one, random.below(4) === 0 ? "utf8" : "latin1");
}

function scraps(random: Random): Buffer {
  const count = random.below(40);
  return Buffer.concat(Array.from({ length: count }, () => scrap(random)));
}

function change(
  bytes: Buffer,
  random: Random,
  seeds: readonly Buffer[],
): Buffer {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.below(80));
  const [before, cut, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, to),
    bytes.subarray(to),
  ];
  switch (random.below(7)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, cut, cut, after]);
    case 2:
      return Buffer.concat([
        before,
        random.bytes(1 + random.below(4)),
        cut,
        after,
      ]);
    case 3:
      return Buffer.concat([before, random.pick(seeds), cut, after]);
    case 4:
      return Buffer.concat([
        before,
        Buffer.from(cut.toString("base64")),
        after,
      ]);
    case 5: {
      const times = 1 + random.below(50);
      const many = Array<Buffer>(times).fill(scrap(random));
      return Buffer.concat([before, ...many, cut, after]);
    }
    default:
      return Buffer.concat([before, scrap(random), cut, after]);
  }
}
