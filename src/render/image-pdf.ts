/**
 * The PDF we write ourselves: catalog, page tree and, a page, one dictionary, one image, one content stream that paints
 * it over the whole page, and perhaps text that is not drawn, in one font without glyphs for all pages. No Info, no ID, no
 * date, so the same pages give the same bytes (ISO 32000-1 §7.5, §8.9).
 */
import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import {
  PDFContext,
  PDFHexString,
  PDFRawStream,
  PDFWriter,
  type PDFArray,
  type PDFRef,
} from "pdf-lib";
import { GLYPHLESS_FONT } from "./glyphless-font.ts";
import type { PageImage } from "./lossless.ts";
import type { PaperSize } from "./paper.ts";
import { layerOf, TextCodes } from "./text-layer.ts";
import type { TextRun } from "./text-runs.ts";

const OBJECTS_PER_TICK = 200;
const FONT_NAME = "Sekisho-Glyphless";
/** 6, as it comes, saves a tenth of a page's text and takes twice as long. */
const LAYER_LEVEL = { level: 3 } as const;
const FLATE = { Filter: "FlateDecode" } as const;

export class ImagePdf {
  readonly #context = PDFContext.create();
  readonly #tree = this.#context.nextRef();
  #font: PDFRef | null = null;
  readonly #codes = new TextCodes();
  readonly #pages: PDFRef[] = [];

  addPage(
    paper: PaperSize,
    image: PageImage,
    runs: readonly TextRun[] = [],
  ): void {
    const context = this.#context;
    const { width, height } = paper;
    const picture = context.register(
      this.#stream(image.bytes, {
        Type: "XObject",
        Subtype: "Image",
        Width: image.width,
        Height: image.height,
        ColorSpace: this.#colourSpace(image),
        BitsPerComponent: image.depth,
        Filter: image.filter,
      }),
    );
    const paint = `q ${width} 0 0 ${height} 0 0 cm /Im0 Do Q`;
    const layer = layerOf(runs, height, this.#codes);
    const contents = context.register(
      layer === ""
        ? this.#stream(Buffer.from(paint), {})
        : this.#stream(deflateSync(`${paint}\n${layer}`, LAYER_LEVEL), FLATE),
    );
    if (layer !== "") this.#font ??= context.nextRef();
    const font =
      layer === "" || this.#font === null ? {} : { Font: { F0: this.#font } };
    this.#pages.push(
      context.register(
        context.obj({
          Type: "Page",
          Parent: this.#tree,
          MediaBox: [0, 0, width, height],
          Resources: { XObject: { Im0: picture }, ...font },
          Contents: contents,
        }),
      ),
    );
  }

  async finish(): Promise<Uint8Array> {
    const context = this.#context;
    const pages = {
      Type: "Pages",
      Kids: this.#pages,
      Count: this.#pages.length,
    };
    context.assign(this.#tree, context.obj(pages));
    if (this.#font !== null) this.#addFont(this.#font);
    context.trailerInfo.Root = context.register(
      context.obj({ Type: "Catalog", Pages: this.#tree }),
    );
    return PDFWriter.forContext(context, OBJECTS_PER_TICK).serializeToBuffer();
  }

  /** Every code is glyph 0, and that is empty. */
  #addFont(place: PDFRef): void {
    const context = this.#context;
    const { count } = this.#codes;
    const file = this.#stream(GLYPHLESS_FONT, {
      Length1: GLYPHLESS_FONT.length,
    });
    const descriptor = {
      Type: "FontDescriptor",
      FontName: FONT_NAME,
      Flags: 5,
      FontBBox: [0, 0, 1000, 1000],
      ItalicAngle: 0,
      Ascent: 1000,
      Descent: 0,
      CapHeight: 1000,
      StemV: 80,
      FontFile2: context.register(file),
    };
    const glyphs = deflateSync(Buffer.alloc(2 * (count + 1)));
    const descendant = {
      Type: "Font",
      Subtype: "CIDFontType2",
      BaseFont: FONT_NAME,
      CIDSystemInfo: {
        Registry: PDFHexString.of(Buffer.from("Adobe").toString("hex")),
        Ordering: PDFHexString.of(Buffer.from("Identity").toString("hex")),
        Supplement: 0,
      },
      DW: 1000,
      CIDToGIDMap: context.register(this.#stream(glyphs, FLATE)),
      FontDescriptor: context.register(context.obj(descriptor)),
    };
    const unicode = deflateSync(this.#codes.toUnicode());
    const font = {
      Type: "Font",
      Subtype: "Type0",
      BaseFont: FONT_NAME,
      Encoding: "Identity-H",
      DescendantFonts: [context.register(context.obj(descendant))],
      ToUnicode: context.register(this.#stream(unicode, FLATE)),
    };
    context.assign(place, context.obj(font));
  }

  #colourSpace(image: PageImage): string | PDFArray {
    if (image.colours !== "Indexed") return image.colours;
    const last = image.palette.length / 3 - 1;
    const hex = PDFHexString.of(Buffer.from(image.palette).toString("hex"));
    return this.#context.obj(["Indexed", "DeviceRGB", last, hex]);
  }

  #stream(
    bytes: Uint8Array,
    entries: Readonly<Record<string, string | number | PDFArray>>,
  ): PDFRawStream {
    return PDFRawStream.of(this.#context.obj({ ...entries }), bytes);
  }
}
