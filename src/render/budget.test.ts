import { describe, expect, it } from "@jest/globals";
import type { PixelPage } from "../core/pixels.ts";
import { inflate } from "../stage/verify-again.ts";
import { verifyPdf } from "../verify/pdf.ts";
import { createRender } from "./render.ts";

/** Grain that JPEG can't do much about: the same for the same seed. */
function photo(index: number): PixelPage {
  const [width, height] = [300, 400];
  let state = index + 1;
  const pixels = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return 60 + ((state >>> 16) & 127);
  });
  const points = { width: 300, height: 400 };
  return { index, width, height, channels: 3, points, pixels };
}

async function made(count: number, bytes: number | null) {
  const pages = (async function* () {
    for (let index = 0; index < count; index++) yield photo(index);
  })();
  const room = bytes === null ? null : { bytes, pages: count };
  return createRender().pdf(pages, { room });
}

describe("a budget", () => {
  it("that is large enough changes nothing", async () => {
    const free = await made(4, null);
    const roomy = await made(4, 2 * free.bytes.length);
    expect(Buffer.compare(free.bytes, roomy.bytes)).toBe(0);
    expect(roomy.findings).toEqual([]);
  });

  it("of half the bytes is kept by coarser pages, and a finding says how many", async () => {
    const free = await made(4, null);
    const budget = Math.floor(free.bytes.length / 2);
    const { bytes, pages, findings } = await made(4, budget);
    expect(pages).toBe(4);
    expect(verifyPdf(bytes, inflate)).toEqual({ pages: 4 });
    expect(bytes.length).toBeLessThan(budget + 4 * 500 + 1000);
    expect(findings).toEqual([
      { code: "pages-coarser", detail: expect.stringMatching(/^[34] pages$/) },
    ]);
  });

  it("that can't be kept is passed, and a finding says so", async () => {
    const { pages, findings } = await made(4, 1000);
    expect(pages).toBe(4);
    expect(findings.map(({ code }) => code)).toEqual([
      "pages-coarser",
      "budget-passed",
    ]);
  });

  it("gives the same bytes for the same pages", async () => {
    const [once, again] = [await made(3, 60_000), await made(3, 60_000)];
    expect(Buffer.compare(once.bytes, again.bytes)).toBe(0);
  });
});
