/**
 * npm run gallery: draws ten office documents, LibreOffice's own PDF on the left and what we pass on on the right, into
 * docs/images/gallery. For eyes; nothing is measured.
 */
import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import sharp from "sharp";
import { GALLERY, type GalleryDocument } from "../fixtures/gallery.ts";
import { memoryContent, type UntrustedContent } from "../src/core/content.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { createPit } from "../src/pit/pit.ts";
import { createRender } from "../src/render/render.ts";

const run = promisify(execFile);
const OUT = fileURLToPath(new URL("../docs/images/gallery", import.meta.url));
const WIDTH_PIXELS = 620;
const HEIGHT_PIXELS = 350;
const GAP_PIXELS = 12;

const { values } = parseArgs({
  options: { help: { type: "boolean", short: "h" } },
});
if (values.help === true) {
  process.stdout.write(
    "npm run gallery\n\nDraws ten office documents beside LibreOffice's own PDF of each, into docs/images/gallery.\n",
  );
  process.exit(0);
}

const room = await mkdtemp(join(tmpdir(), "sekisho-gallery-"));
const pit = createPit({ limits: DEFAULT_LIMITS });
try {
  await mkdir(OUT, { recursive: true });
  for (const document of GALLERY) {
    process.stderr.write(`${document.name}\n`);
    await drawPair(document);
  }
} finally {
  await pit.end();
  await rm(room, { recursive: true });
}

async function drawPair(document: GalleryDocument): Promise<void> {
  const [stem = "", ending = ""] = document.name.split(".");
  const folder = join(room, document.name);
  await mkdir(folder);
  const flat = join(folder, `${stem}.${document.flat}`);
  await writeFile(flat, document.xml);
  await soffice(folder, ending, flat);
  const saved = join(folder, document.name);
  await soffice(folder, "pdf", saved);
  const theirs = await firstPage(join(folder, `${stem}.pdf`));
  const made = join(folder, "ours.pdf");
  await writeFile(made, await ours(await readFile(saved)));
  await sideBySide(theirs, await firstPage(made), document.name);
}

async function soffice(
  folder: string,
  to: string,
  file: string,
): Promise<unknown> {
  const profile = `-env:UserInstallation=file://${join(room, "profile")}`;
  const quiet = ["--headless", "--norestore", "--nolockcheck", profile];
  const wanted = ["--convert-to", to, "--outdir", folder, file];
  return run("soffice", [...quiet, ...wanted]);
}

async function ours(bytes: Buffer): Promise<Uint8Array> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const content = memoryContent(bytes, sha256) as UntrustedContent;
  const { pdf } = await pit.convert(content);
  const { pages } = await pit.open("pdf", pdf);
  return (await createRender().pdf(pages, { textLayer: true })).bytes;
}

async function firstPage(pdf: string): Promise<Buffer> {
  const page = pdf.replace(/\.pdf$/, "");
  await run("pdftoppm", ["-r", "100", "-png", "-singlefile", pdf, page]);
  return readFile(`${page}.png`);
}

/** Of each page the upper part: there is what there is to see. */
async function sideBySide(
  left: Buffer,
  right: Buffer,
  name: string,
): Promise<void> {
  const pages = await Promise.all(
    [left, right].map((page) =>
      sharp(page)
        .resize({ width: WIDTH_PIXELS })
        .extend({ bottom: HEIGHT_PIXELS, background: "#ffffff" })
        .toBuffer()
        .then((wide) =>
          sharp(wide)
            .extract({
              ...{ left: 0, top: 0 },
              ...{ width: WIDTH_PIXELS, height: HEIGHT_PIXELS },
            })
            .toBuffer(),
        ),
    ),
  );
  const step = WIDTH_PIXELS + GAP_PIXELS;
  await sharp({
    create: {
      width: 2 * step + GAP_PIXELS,
      height: HEIGHT_PIXELS + 2 * GAP_PIXELS,
      ...{ channels: 3, background: "#8a8a8a" },
    },
  })
    .composite(
      pages.map((input, at) => ({
        ...{ input, top: GAP_PIXELS },
        left: GAP_PIXELS + at * step,
      })),
    )
    .png({ palette: true, colours: 64 })
    .toFile(join(OUT, `${name.replace(".", "-")}.png`));
}
