import { describe, expect, it } from "@jest/globals";
import { textPdf } from "../../fixtures/documents.ts";
import { mixedMail } from "../../fixtures/mail.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { PageWishes } from "../core/pit.ts";
import type { PixelPage } from "../core/pixels.ts";
import type { PaperWishes } from "../core/render.ts";
import { DEFAULT_PAGES, DEFAULT_POLICY } from "../policy/policy.ts";
import { createRender } from "../render/render.ts";
import { createClear } from "./clear.ts";
import { passFile } from "./file-door.ts";
import { createMadeBefore } from "./made-before.ts";
import { content, memoryWorkspace } from "./memory.testing.ts";

const limits = DEFAULT_LIMITS;

/** A page of grain, and a pit that draws it for every document. */
const PIXELS = Uint8Array.from(
  { length: 200 * 300 * 3 },
  (_, place) => 60 + ((Math.imul(place + 1, 2_654_435_761) >>> 16) & 127),
);
const page: PixelPage = {
  ...{ index: 0, width: 200, height: 300, channels: 3, pixels: PIXELS },
  points: { width: 200, height: 300 },
};

async function pass(mail: Uint8Array, pages = DEFAULT_PAGES) {
  const drawn: (PageWishes | undefined)[] = [];
  const written: (PaperWishes | undefined)[] = [];
  const render = createRender(limits);
  const answer = await passFile(
    { name: "mail.eml", content: content(mail) },
    {
      scanner: {
        scan: async () => ({ kind: "clean", engine: "test" }),
        health: async () => null,
      },
      pit: {
        open: async (_kind, _document, _password, wishes) => {
          drawn.push(wishes);
          const feed = async function* () {
            yield page;
          };
          return { pageCount: 1, findings: [], pages: feed() };
        },
        unpack: () => Promise.reject(new Error("nothing to unpack")),
        convert: () => Promise.reject(new Error("nothing to convert")),
        proveWalls: async () => [],
      },
      render: {
        ...render,
        pdf: (made, wishes) => {
          written.push(wishes);
          return render.pdf(made, wishes);
        },
      },
      madeBefore: createMadeBefore(0),
      clear: createClear({ limits }),
      ...{
        workspace: memoryWorkspace,
        limits,
        policy: { ...DEFAULT_POLICY, pages },
      },
    },
  );
  return { answer, drawn, written };
}

const mail = mixedMail({
  text: "添付をご覧ください。",
  attachments: [1, 2].map((at) => ({
    name: `${at}.pdf`,
    type: "application/pdf",
    bytes: textPdf(at),
  })),
});

describe("pages of documents", () => {
  it("are drawn and written as the policy wants", async () => {
    const { drawn, written } = await pass(mail, {
      ...{ dpi: 300, textLayer: false, ocr: false, budgetBytes: 1_000_000 },
    });
    expect(drawn).toEqual([{ dpi: 300 }, { dpi: 300 }]);
    expect(written.map((one) => one?.textLayer)).toEqual([false, false]);
  });

  it("are asked for with more time where they are read, and delivered where nothing reads", async () => {
    const { answer, drawn } = await pass(mail, { ...DEFAULT_PAGES, ocr: true });
    const slackMs = limits.ocrDocumentMs;
    expect(drawn).toEqual([150, 150].map((dpi) => ({ dpi, slackMs })));
    expect(answer.verdict).toBe("clean");
    expect(answer.findings.map(({ code }) => code)).toEqual([
      "ocr-left-out",
      "ocr-left-out",
    ]);
  });

  it("of two documents share the budget of their mail: half for each", async () => {
    const { written, answer } = await pass(mail, {
      ...DEFAULT_PAGES,
      budgetBytes: 1_000_000,
    });
    const half = { bytes: 500_000, pages: 1 };
    expect(written.map((one) => one?.room)).toEqual([half, half]);
    expect(answer.findings).toEqual([]);
  });

  it("past the budget are coarser, and the mail says so", async () => {
    const { answer } = await pass(mail, {
      ...DEFAULT_PAGES,
      budgetBytes: 10_000,
    });
    const codes = new Set(answer.findings.map(({ code }) => code));
    expect(codes.has("pages-coarser")).toBe(true);
    expect(answer.hold).toBeNull();
  });
});
