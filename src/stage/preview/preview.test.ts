import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { makeZip } from "../../../fixtures/archives.ts";
import {
  encryptedPdf,
  manyPageTiff,
  picture,
  textPdf,
  whiteTextPdf,
} from "../../../fixtures/documents.ts";
import { eicar, mixedMail } from "../../../fixtures/mail.ts";
import { describeWith } from "../../../test/support/programs.ts";
import { memoryContent, type UntrustedContent } from "../../core/content.ts";
import { newItemId, type ItemId } from "../../core/id.ts";
import { DEFAULT_LIMITS } from "../../core/limits.ts";
import type { ItemRecord } from "../../core/item-record.ts";
import type { Log } from "../../core/log.ts";
import type { Scanner } from "../../core/scanner.ts";
import { createPit, type RunningPit } from "../../pit/pit.ts";
import { DEFAULT_POLICY } from "../../policy/policy.ts";
import { createRender } from "../../render/render.ts";
import { encodeShown } from "../../render/shown-page.ts";
import { createWorkspace } from "../../store/work.ts";
import { Preview, type PreviewRules, type Shown } from "./preview.ts";

const RULES: PreviewRules = {
  ...{ showsMalicious: false, atATime: 2, mayWait: 4 },
  ...{ keepMs: 5000, maxCacheBytes: 8 * 1024 * 1024 },
};
const quiet: Log = {
  ...{ info: () => undefined, warn: () => undefined, error: () => undefined },
};
/** Finds the test virus, and nothing else. */
const scanner: Scanner = {
  health: async () => null,
  scan: async (content) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of content.open()) pieces.push(piece);
    const isVirus = Buffer.concat(pieces).includes("EICAR-STANDARD");
    return isVirus
      ? { kind: "malicious", engine: "test", signature: "Eicar" }
      : { kind: "clean", engine: "test" };
  },
};

function content(bytes: Uint8Array): UntrustedContent {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return memoryContent(bytes, sha256) as UntrustedContent;
}

describeWith(["bwrap"], "preview", () => {
  let folder: string;
  let pit: RunningPit;
  const originals = new Map<ItemId, UntrustedContent>();
  const never = new AbortController().signal;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-preview-"));
    pit = createPit({ limits: DEFAULT_LIMITS });
  });
  afterAll(async () => {
    await pit.end();
    await rm(folder, { recursive: true });
  });

  function previewOf(rules: Partial<PreviewRules> = {}): Preview {
    const missing = { read: async () => null };
    return new Preview({
      ...{ pit, scanner, log: quiet, limits: DEFAULT_LIMITS, vault: missing },
      ledger: {
        item: async (id) => {
          const sha256 = originals.get(id)?.sha256;
          const record = { id, sha256, parent: null, tenant: "t", plan: null };
          return sha256 === undefined
            ? null
            : ({ ...record, override: null } as unknown as ItemRecord);
        },
      },
      spool: { read: async (id) => originals.get(id) ?? null },
      ...{ render: createRender(), encode: encodeShown },
      workspace: () => createWorkspace(folder, 1024),
      policyFor: () => DEFAULT_POLICY,
      rules: { ...RULES, ...rules },
    });
  }

  function mail(name: string, type: string, bytes: Uint8Array): ItemId {
    const item = newItemId();
    const attachments = [{ name, type, bytes }];
    originals.set(
      item,
      content(mixedMail({ text: "本文です。", attachments })),
    );
    return item;
  }

  async function looking<Outcome>(
    work: (preview: Preview) => Promise<Outcome>,
    rules: Partial<PreviewRules> = {},
  ): Promise<Outcome> {
    const preview = previewOf(rules);
    try {
      return await work(preview);
    } finally {
      await preview.end();
      expect(await readdir(folder)).toEqual([]);
    }
  }

  const sizeOf = async (shown: Shown<Uint8Array>) => {
    if (shown.kind === "refused") return shown.code;
    const { format, width, height } = await sharp(shown.value).metadata();
    return [format, width, height];
  };

  it("draws page 200 of 200 at 72 dpi in the points of the page, twice as large at 144", async () => {
    const item = mail("a.pdf", "application/pdf", textPdf(200));
    await looking(async (preview) => {
      expect(await preview.part(item, "2", never)).toEqual({
        kind: "shown",
        value: { shows: "pages", path: "2", name: "a.pdf", pages: 200 },
      });
      const page = async (page: number, dpi: number) =>
        sizeOf(await preview.page(item, { part: "2", page, dpi }, never));
      const [format, width, height] = (await page(200, 72)) as [
        string,
        number,
        number,
      ];
      expect(format).toBe("png");
      expect(await page(200, 144)).toEqual(["png", width * 2, height * 2]);
      expect(await page(1, 72)).toEqual(["png", width, height]);
      expect(await page(201, 72)).toBe("NO_PAGE");
      const { value } = (await preview.parts(item, never)) as Extract<
        Awaited<ReturnType<Preview["parts"]>>,
        { kind: "shown" }
      >;
      expect(
        value.parts.map(({ path, shows, pages }) => [path, shows, pages]),
      ).toEqual([
        ["1", "text", null],
        ["2", "pages", 200],
      ]);
    });
  });

  it("shows a page that came out blank, which is why its mail is held", async () => {
    const item = mail("white.pdf", "application/pdf", whiteTextPdf());
    await looking(async (preview) => {
      const wish = { part: "2", page: 1, dpi: 72 };
      expect((await preview.page(item, wish, never)).kind).toBe("shown");
    });
  });

  it("shows pictures in their own size at most, each of 3 pages of a TIFF", async () => {
    const item = mail("s.tiff", "image/tiff", await manyPageTiff(3));
    const png = mail("p.png", "image/png", await picture("png"));
    await looking(async (preview) => {
      const wish = { part: "2", page: 3, dpi: 300 };
      const own = (await sizeOf(await preview.page(item, wish, never))) as [
        string,
        number,
        number,
      ];
      const half = { ...wish, page: 1, dpi: 48 };
      expect(await sizeOf(await preview.page(item, half, never))).toEqual([
        "png",
        Math.round(own[1] / 2),
        Math.round(own[2] / 2),
      ]);
      const first = { part: "2", page: 1, dpi: 96 };
      expect((await preview.page(png, first, never)).kind).toBe("shown");
    });
  });

  it("shows members of an archive, and the text as it would be delivered", async () => {
    const zip = makeZip([
      { name: "memo.txt", bytes: Buffer.from("hello\u0007 there") },
      { name: "a.pdf", bytes: Buffer.from(textPdf(2)) },
    ]);
    const item = mail("m.zip", "application/zip", zip);
    await looking(async (preview) => {
      const listed = await preview.parts(item, never);
      const parts = listed.kind === "shown" ? listed.value.parts : [];
      expect(
        parts.map(({ name, shows, within }) => [name, shows, within]),
      ).toEqual([
        [expect.any(String), "text", null],
        ["m.zip", "members", null],
        ["memo.txt", "text", "2"],
        ["a.pdf", "pages", "2"],
      ]);
      expect(await preview.part(item, parts[2]!.path, never)).toMatchObject({
        value: { shows: "text", text: "hello there" },
      });
      const wish = { part: parts[3]!.path, page: 2, dpi: 72 };
      expect((await preview.page(item, wish, never)).kind).toBe("shown");
      expect(await preview.text(item, never)).toEqual({
        kind: "shown",
        value: { text: "本文です。" },
      });
      expect(await preview.part(item, "2", never)).toMatchObject({
        code: "NOT_SHOWN",
      });
    });
  });

  it("says of an encrypted document that it is", async () => {
    const item = mail("x.pdf", "application/pdf", encryptedPdf("secret"));
    await looking(async (preview) => {
      expect(await preview.part(item, "2", never)).toEqual({
        ...{ kind: "refused", code: "ENCRYPTED" },
      });
    });
  });

  it("shows nothing of a file with a virus, unless policy says so; never gives it out", async () => {
    const item = mail("v.txt", "text/plain", eicar());
    const path = "2";
    const refused = { kind: "refused", code: "MALICIOUS" };
    await looking(async (preview) => {
      expect(await preview.part(item, path, never)).toEqual(refused);
      expect((await preview.text(item, never)).kind).toBe("shown");
    });
    await looking(
      async (preview) => {
        expect((await preview.part(item, path, never)).kind).toBe("shown");
        expect(await preview.original(item, path, never)).toEqual(refused);
      },
      { showsMalicious: true },
    );
  });

  it("knows neither a mail that is gone nor a part that never was", async () => {
    const item = mail("a.pdf", "application/pdf", textPdf(1));
    await looking(async (preview) => {
      expect(await preview.parts(newItemId(), never)).toMatchObject({
        code: "NO_ORIGINAL",
      });
      expect(await preview.part(item, "9.9", never)).toMatchObject({
        code: "NO_PART",
      });
    });
  });

  it("stops the work of who has gone, and says busy to the one too many", async () => {
    const item = mail("a.pdf", "application/pdf", textPdf(50));
    const rules = { atATime: 1, mayWait: 1 };
    await looking(async (preview) => {
      const gone = new AbortController();
      const first = preview.part(item, "2", gone.signal);
      const second = preview.part(item, "2", never);
      const third = preview.part(item, "2", never);
      expect(await third).toEqual({ kind: "refused", code: "BUSY" });
      gone.abort(new Error("gone"));
      expect(await first).toEqual({
        ...{ kind: "refused", code: "VIEWER_FAILED" },
      });
      expect((await second).kind).toBe("shown");
    }, rules);
  });
});
