import { PDFDocument, StandardFonts, rgb } from "pdf-lib";
import type { PDFFont, PDFPage } from "pdf-lib";
import sharp from "sharp";
import { Random } from "./random.ts";

/** PDFs and photographs as they come attached, the same bytes on every run. */

export type PageKind = "text" | "charts" | "photos";
/** Of ten pages of a mixed one, six are text, three have charts and one a photograph. */
export type DocumentKind = PageKind | "mixed";

const A4 = { width: 595.28, height: 841.89 };
const WORDS =
  "budget report resident office counter request monthly summary district road water school library annual figure table household survey period approved planned amount total change compared previous year section page".split(
    " ",
  );

interface Pen {
  readonly page: PDFPage;
  readonly font: PDFFont;
  readonly random: Random;
}

export async function makePdf(
  kind: DocumentKind,
  pages: number,
  seed = 1,
): Promise<Buffer> {
  const random = new Random(seed * 1000 + pages);
  const document = await PDFDocument.create({ updateMetadata: false });
  const font = await document.embedFont(StandardFonts.TimesRoman);
  for (let at = 0; at < pages; at++) {
    const page = document.addPage([A4.width, A4.height]);
    const pen = { page, font, random };
    heading(pen, `${kind} page ${at + 1}`);
    const what = kind === "mixed" ? mixed(at) : kind;
    if (what === "text") lines(pen, 780, 62);
    if (what === "charts") {
      chart(pen, 480);
      lines(pen, 440, 32);
    }
    if (what === "photos") {
      const photo = await makePhoto(seed * 1000 + at, 1000, 70);
      const image = await document.embedJpg(photo);
      page.drawImage(image, { x: 50, y: 440, width: 495, height: 330 });
      lines(pen, 420, 30);
    }
  }
  return Buffer.from(await document.save());
}

function mixed(at: number): PageKind {
  if (at % 10 === 9) return "photos";
  return at % 3 === 2 ? "charts" : "text";
}

/** A picture with the soft areas and the grain of a photograph; 3:2, baseline JPEG. */
export async function makePhoto(
  seed: number,
  widthPixels: number,
  quality: number,
): Promise<Buffer> {
  const random = new Random(seed);
  const width = widthPixels;
  const height = Math.round((width * 2) / 3);
  const pixels = Buffer.alloc(width * height * 3);
  const waves = Array.from({ length: 6 }, () => ({
    x: (random.below(900) + 100) / 60_000,
    y: (random.below(900) + 100) / 60_000,
    channel: random.below(3),
  }));
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const grain = (random.next() & 15) - 8;
      for (let channel = 0; channel < 3; channel++) {
        let light = 128 + grain;
        for (const wave of waves) {
          if (wave.channel !== channel) continue;
          light += 50 * Math.sin(x * wave.x + y * wave.y);
        }
        pixels[at + channel] = Math.max(0, Math.min(255, light));
      }
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

function heading({ page, font }: Pen, text: string): void {
  page.drawText(text, { x: 50, y: 800, size: 16, font });
}

function lines({ page, font, random }: Pen, top: number, count: number): void {
  for (let line = 0; line < count; line++) {
    let text = "";
    while (text.length < 95) text += `${random.pick(WORDS)} `;
    page.drawText(text, { x: 50, y: top - line * 12, size: 10, font });
  }
}

function chart({ page, random }: Pen, bottom: number): void {
  for (let grid = 0; grid <= 10; grid++) {
    const y = bottom + grid * 28;
    page.drawLine({
      start: { x: 50, y },
      end: { x: 545, y },
      thickness: 0.5,
      color: rgb(0.7, 0.7, 0.7),
    });
  }
  for (let bar = 0; bar < 40; bar++) {
    page.drawRectangle({
      x: 55 + bar * 12,
      y: bottom,
      width: 9,
      height: 20 + random.below(250),
      color: rgb(random.below(256) / 255, 0.4, 0.6),
    });
  }
  let last = bottom + 100;
  for (let point = 1; point < 120; point++) {
    const next = bottom + 20 + random.below(240);
    page.drawLine({
      start: { x: 50 + (point - 1) * 4.1, y: last },
      end: { x: 50 + point * 4.1, y: next },
      thickness: 1,
      color: rgb(0.8, 0.1, 0.1),
    });
    last = next;
  }
}
