import nodemailer from "nodemailer";

export const DOMAIN = "town.example.lg.jp";

/** Sends prepared bytes as they are; resolves with the last reply. */
export async function sendRaw(
  port: number,
  raw: Buffer | string,
  recipients: readonly string[] = [`clerk@${DOMAIN}`],
): Promise<string> {
  const transport = nodemailer.createTransport({
    host: "127.0.0.1",
    port,
    ignoreTLS: true,
  });
  try {
    const info = await transport.sendMail({
      envelope: { from: "sender@example.com", to: [...recipients] },
      raw,
    });
    return info.response;
  } finally {
    transport.close();
  }
}

/** A plain mail with a token in its subject and body. */
export function textMail(token: string, lines = 3): string {
  const body = Array.from(
    { length: lines },
    (_, index) => `${token} の本文 ${index + 1} 行目です。`,
  ).join("\r\n");
  return [
    "From: Sender <sender@example.com>",
    `To: clerk@${DOMAIN}`,
    `Subject: =?UTF-8?B?${Buffer.from(`件名 ${token}`).toString("base64")}?=`,
    "Date: Sat, 21 Nov 2026 09:00:00 +0900",
    `Message-ID: <${token}@example.com>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=UTF-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    body,
    "",
  ].join("\r\n");
}
