import nodemailer from "nodemailer";
import type { SendMailOptions } from "nodemailer";
import { encryptedPdf, japanesePdf } from "../../fixtures/documents.ts";
import { eicar } from "../../fixtures/mail.ts";

/** Mails that a desk has something to decide about. */

export const CLERK = "soumu@kawa.lg.jp";
const VILLAGE = "juumin@yama.lg.jp";

export async function sendMail(
  port: number,
  mail: SendMailOptions,
): Promise<string> {
  const transport = nodemailer.createTransport({
    ...{ host: "127.0.0.1", port, ignoreTLS: true },
  });
  try {
    const { response } = await transport.sendMail(mail);
    return /(\w{26})$/.exec(response)?.[1] ?? "";
  } finally {
    transport.close();
  }
}

/** What one reader takes for one text and another for two; held as a whole. */
export function ambiguousMail(subject: string, to = CLERK): SendMailOptions {
  const word = `=?UTF-8?B?${Buffer.from(subject).toString("base64")}?=`;
  const raw = [
    ...["From: =?UTF-8?B?5L2Q6Jek6KiI5Zmo?= <eigyo@sato-keiki.example>"],
    ...[`To: ${to}`, `Subject: ${word}`, "MIME-Version: 1.0"],
    "Content-Type: multipart/mixed; boundary=a; boundary=b",
    ...["", "--a", "Content-Type: text/plain", "", "one", "--a--"],
    ...["--b", "Content-Type: text/plain", "", "two", "--b--", ""],
  ].join("\r\n");
  return { envelope: { from: "eigyo@sato-keiki.example", to: [to] }, raw };
}

/** The mail server of the town before the gateway, as it stands in the settings and in what it writes. */
export const FRONT = { name: "mx.kawa.lg.jp", addresses: ["127.0.0.1"] };

/** That server found out that somebody else wrote it; a script stands where a domain should. */
export function forgedMail(subject: string, to = CLERK): SendMailOptions {
  const results =
    `${FRONT.name}; spf=fail smtp.mailfrom=teigaku@bank.example; dkim=pass header.d=mail.example; ` +
    'dkim=fail header.d="<script>alert(7)</script>"; dmarc=fail (p=REJECT) header.from=bank.example; arc=none';
  return {
    envelope: { from: "teigaku@bank.example", to: [to] },
    from: { name: "川町銀行 公金係", address: "koukin@bank.example" },
    ...{ to, subject, text: "振込先の口座が変わりました。" },
    headers: { "Authentication-Results": { prepared: true, value: results } },
  };
}

/** As on a usual morning. */
export async function usualMails(): Promise<readonly SendMailOptions[]> {
  const pdf = japanesePdf("見積書");
  return [
    {
      from: {
        name: "株式会社さくら設備 営業部",
        address: "eigyo@sakura-setsubi.example",
      },
      to: [CLERK, "kaikei@kawa.lg.jp"],
      subject: "庁舎空調設備 保守点検の見積書について",
      text: "お世話になっております。見積書をお送りします。パスワードは別のメールでお知らせします。",
      attachments: [
        { filename: "保守点検見積書.pdf", content: Buffer.from(pdf) },
        {
          filename: "内訳書（社外秘）.pdf",
          content: Buffer.from(encryptedPdf("himitsu")),
        },
      ],
    },
    {
      from: { name: "配送センター", address: "info@delivery.example" },
      to: CLERK,
      subject: "【重要】お荷物のお届けにあがりましたが不在のため持ち帰りました",
      text: "添付の伝票をご確認ください。",
      attachments: [{ filename: "再配達伝票.exe", content: eicar() }],
    },
    ambiguousMail("水道メーター検定満了に伴う取替工事の日程調整のお願い"),
    {
      from: { name: "県 市町村課", address: "shichoson@pref.example" },
      to: [CLERK, "kikaku@kawa.lg.jp", "zaisei@kawa.lg.jp"],
      subject:
        "令和８年度 地方財政状況調査に係る照会（１１月２７日（金）正午〆切）",
      text: "標記の件について、別添のとおり照会します。",
      attachments: [
        {
          filename: "調査票マスター.accdb",
          content: Buffer.from("\0\u0001\0\0Standard ACE DB\0", "latin1"),
        },
      ],
    },
    {
      from: { name: "山田 花子", address: "hanako@home.example" },
      to: VILLAGE,
      subject: "転入の手続きについて",
      text: "子どもの写真付きの書類を送ります。",
      attachments: [
        { filename: "書類.pdf", content: Buffer.from(pdf).subarray(0, 300) },
      ],
    },
    ambiguousMail("広報紙１２月号の原稿（差替）", VILLAGE),
  ];
}

export const SCRIPTS = [
  `<img src=x onerror="alert(1)">`,
  `</script><script>alert(2)</script>`,
  `"><svg onload=alert(3)>`,
  `javascript:alert(4)`,
  `{{constructor.constructor('alert(5)')()}}`,
  `\u202Egpj.exe\u2066`,
];
/** Beyond the limit of a name in a header. */
const LONG = "長い名前".repeat(850);

/** Every field that a sender controls, made to run or to mislead. */
export function hostileMails(): readonly SendMailOptions[] {
  const pdf = encryptedPdf("secret");
  return SCRIPTS.map((script, at): SendMailOptions => ({
    envelope: { from: "hostile@evil.example", to: [CLERK] },
    from: { name: script, address: "hostile@evil.example" },
    to: { name: script, address: CLERK },
    replyTo: { name: script, address: "reply@evil.example" },
    subject: `敵 ${at} ${script}`,
    messageId: `<${at}."<img src=x onerror=alert(6)>"@evil.example>`,
    text: script,
    html: `<p>${script}</p>`,
    headers: { "X-Mailer": script, "In-Reply-To": `<${script}>` },
    attachments: [
      { filename: `${script}.pdf`, content: Buffer.from(pdf) },
      {
        filename: "x.pdf",
        contentType: "application/pdf",
        contentDisposition: "attachment",
        cid: `${script}@evil`,
        content: Buffer.from(pdf),
      },
    ],
  })).concat([
    {
      from: { name: LONG, address: "long@evil.example" },
      to: CLERK,
      subject: `敵 長い ${LONG}`,
      text: "x",
      attachments: [
        { filename: `${LONG.slice(0, 200)}.pdf`, content: Buffer.from(pdf) },
      ],
    },
  ]);
}
