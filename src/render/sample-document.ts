/**
 * A document of our own with what most documents have: letters, Japanese ones in a font that is not in the file, lines and
 * areas in colours, a photograph. Pits learn on it (`RunningPit.keepCode`), before any of them meets a stranger's.
 */
import { PDFDocument, PDFName, PDFString, StandardFonts, rgb } from "pdf-lib";
import type { PDFPage } from "pdf-lib";
import sharp from "sharp";

const A4 = { width: 595, height: 842 };
const [LINES, LINE_POINTS, LETTER_POINTS] = [60, 12.5, 10];
const SENTENCE =
  "The quick brown fox jumps over the lazy dog, 0123456789 times (once or twice).";
const JAPANESE =
  "いろはにほへとちりぬるを、令和七年度の予算案について通知する。";
const PHOTO = { width: 640, height: 480 };

export async function sampleDocument(): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const [letters, drawing, picture] = [1, 2, 3].map(() =>
    document.addPage([A4.width, A4.height]),
  ) as [PDFPage, PDFPage, PDFPage];
  const font = await document.embedFont(StandardFonts.TimesRoman);
  for (const [page, from] of [
    [letters, 0],
    [drawing, LINES / 2],
  ] as const)
    for (let line = from; line < LINES; line++)
      page.drawText(SENTENCE, { ...placeOf(line), size: LETTER_POINTS, font });
  drawShapes(drawing);
  picture.drawImage(await document.embedJpg(await makePhoto()), {
    ...{ x: 40, y: 420, width: 500, height: 375 },
  });
  drawJapanese(document, picture);
  return document.save();
}

function placeOf(line: number) {
  return { x: 40, y: A4.height - 40 - line * LINE_POINTS };
}

function drawShapes(page: PDFPage): void {
  for (let step = 0; step < 40; step++) {
    const [x, height] = [40 + step * 12, 20 + ((step * 37) % 300)];
    const color = rgb(step / 40, 0.4, 0.6);
    page.drawRectangle({ x, y: 460, width: 9, height, color });
    page.drawLine({
      start: { x, y: 460 + height },
      end: { x: x + 12, y: 460 + ((step * 53) % 300) },
      color: rgb(0.8, 0.1, 0.1),
    });
    page.drawSvgPath(`M 0 0 C 10 20 20 -20 ${step} 0`, { x, y: 780, color });
  }
}

/** In a font by name only (ISO 32000-1 §9.7.5.2), as Japanese programs write it. */
function drawJapanese(document: PDFDocument, page: PDFPage): void {
  const { context } = document;
  const descendant = context.obj({
    Type: "Font",
    Subtype: "CIDFontType0",
    BaseFont: "Ryumin-Light",
    CIDSystemInfo: {
      Registry: PDFString.of("Adobe"),
      Ordering: PDFString.of("Japan1"),
      Supplement: 2,
    },
  });
  const font = context.obj({
    Type: "Font",
    Subtype: "Type0",
    BaseFont: "Ryumin-Light",
    Encoding: "UniJIS-UCS2-H",
    DescendantFonts: [context.register(descendant)],
  });
  page.node.setFontDictionary(PDFName.of("FJ"), context.register(font));
  const hex = Buffer.from(JAPANESE, "utf16le").swap16().toString("hex");
  const lines = Array.from(
    { length: LINES / 2 },
    (_, line) =>
      `BT /FJ ${LETTER_POINTS} Tf 1 0 0 1 40 ${400 - line * LINE_POINTS} Tm <${hex}> Tj ET`,
  );
  page.node.addContentStream(
    context.register(context.flateStream(lines.join("\n"))),
  );
}

/** Soft areas with a grain. */
async function makePhoto(): Promise<Uint8Array> {
  const { width, height } = PHOTO;
  const pixels = Buffer.alloc(width * height * 3);
  for (let place = 0; place < pixels.length; place++) {
    const [x, y] = [Math.floor(place / 3) % width, place / 3 / width];
    const wave = Math.sin(x / 40 + (place % 3)) + Math.sin(y / 30);
    pixels[place] = 128 + wave * 50 + ((place * 2654435761) % 16);
  }
  return sharp(pixels, { raw: { ...PHOTO, channels: 3 } })
    .jpeg({ quality: 75 })
    .toBuffer();
}
