/**
 * The PDF we write ourselves: catalog, page tree and, a page, one dictionary, one image, one content stream that paints
 * it over the whole page. No Info, no ID, no date, so the same pages give the same bytes (ISO 32000-1 §7.5, §8.9).
 */
import { PDFContext, PDFRawStream, PDFWriter, type PDFRef } from "pdf-lib";
import type { PixelPage } from "../core/ports.ts";
import type { PageImage } from "./page-image.ts";

const POINTS_PER_INCH = 72;
/** For pictures, which have no size on paper. */
const ASSUMED_DPI = 150;
const MAX_SIDE_POINTS = 14_400;
const OBJECTS_PER_TICK = 200;

export class ImagePdf {
  readonly #context = PDFContext.create();
  readonly #tree = this.#context.nextRef();
  readonly #pages: PDFRef[] = [];

  addPage(page: PixelPage, image: PageImage): void {
    const context = this.#context;
    const [width, height] = onPaper(page);
    const picture = context.register(
      this.#stream(image.bytes, {
        Type: "XObject",
        Subtype: "Image",
        Width: page.width,
        Height: page.height,
        ColorSpace: image.colours,
        BitsPerComponent: image.depth,
        Filter: image.filter,
      }),
    );
    const paint = `q ${width} 0 0 ${height} 0 0 cm /Im0 Do Q`;
    const contents = context.register(this.#stream(Buffer.from(paint), {}));
    this.#pages.push(
      context.register(
        context.obj({
          Type: "Page",
          Parent: this.#tree,
          MediaBox: [0, 0, width, height],
          Resources: { XObject: { Im0: picture } },
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
    context.trailerInfo.Root = context.register(
      context.obj({ Type: "Catalog", Pages: this.#tree }),
    );
    return PDFWriter.forContext(context, OBJECTS_PER_TICK).serializeToBuffer();
  }

  #stream(
    bytes: Uint8Array,
    entries: Readonly<Record<string, string | number>>,
  ): PDFRawStream {
    return PDFRawStream.of(this.#context.obj({ ...entries }), bytes);
  }
}

function onPaper({
  points,
  width,
  height,
}: PixelPage): readonly [number, number] {
  const size = points ?? {
    width: (width * POINTS_PER_INCH) / ASSUMED_DPI,
    height: (height * POINTS_PER_INCH) / ASSUMED_DPI,
  };
  return [tidy(size.width), tidy(size.height)];
}

/** Two decimals, and never beyond what a page may measure. */
function tidy(points: number): number {
  const inRange = Math.min(Math.max(points, 1), MAX_SIDE_POINTS);
  return Math.round(inRange * 100) / 100;
}
