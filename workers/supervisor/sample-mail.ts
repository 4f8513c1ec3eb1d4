import nodemailer from "nodemailer";
import { PDFDocument, StandardFonts, rgb } from "pdf-lib";
import sharp from "sharp";

export interface SampleTarget {
  readonly host: string;
  readonly port: number;
  readonly tenant: { readonly domains: readonly string[] } | undefined;
}

/** One mail through the whole line at the first start, so that there is something to look at. */
export async function sendSample(target: SampleTarget): Promise<void> {
  const domain = target.tenant?.domains[0] ?? "town.example.lg.jp";
  const transport = nodemailer.createTransport({
    host: target.host,
    port: target.port,
    ignoreTLS: true,
  });
  try {
    await transport.sendMail({
      from: { name: "例示県 広報課", address: "koho@pref.example.jp" },
      to: `clerk@${domain}`,
      subject: "【見本】関所が無害化したメールの例（①㈱髙﨑）",
      text: "只今、関所を通り抜けた最初のメールです。\n\n添付した PDF と写真は、画像として作り直されています。\n",
      html: "<p>只今、関所を通り抜けた<b>最初のメール</b>です。</p>",
      attachments: [
        {
          filename: "お知らせ.pdf",
          content: Buffer.from(await samplePdf()),
          contentType: "application/pdf",
        },
        {
          filename: "写真.jpg",
          content: await samplePicture(),
          contentType: "image/jpeg",
        },
        {
          filename: "一覧.csv",
          content: "番号,氏名\r\n1,髙﨑 一郎\r\n",
          contentType: "text/csv",
        },
      ],
    });
  } finally {
    transport.close();
  }
}

async function samplePdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.HelveticaBold);
  for (const number of [1, 2]) {
    const page = pdf.addPage([595, 842]);
    page.drawRectangle({
      x: 60,
      y: 690,
      width: 475,
      height: 90,
      color: rgb(0, 0.09, 0.76),
    });
    page.drawText(`Sekisho sample, page ${number}`, {
      x: 80,
      y: 725,
      size: 28,
      font,
      color: rgb(1, 1, 1),
    });
    page.drawCircle({
      x: 300,
      y: 400,
      size: 140,
      borderWidth: 8,
      borderColor: rgb(0.81, 0, 0),
    });
  }
  return pdf.save();
}

function samplePicture(): Promise<Buffer> {
  const hills = `<svg width="800" height="500"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#7ab"/><stop offset="1" stop-color="#fed"/></linearGradient></defs>
<rect width="800" height="500" fill="url(#s)"/><circle cx="620" cy="140" r="60" fill="#e33"/><path d="M0 420L200 220 330 350 500 160 800 430V500H0Z" fill="#354"/></svg>`;
  return sharp(Buffer.from(hills)).jpeg({ quality: 85 }).toBuffer();
}
