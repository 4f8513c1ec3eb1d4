/** Pits that lie: a small program without walls stands where the converter would. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { UntrustedContent } from "../core/content.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { PixelPage } from "../core/pixels.ts";
import { encodeFrame, type Frame, type PageHead } from "../wire/pit-frame.ts";
import type { PageCharacter } from "../core/pixels.ts";
import { encodeCharacters } from "../wire/pit-text.ts";
import { openLooking } from "./looking.ts";
import { openSession } from "./session.ts";

const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  maxPages: 3,
  maxSidePixels: 1000,
  maxPixels: 10_000,
  pitOutputBytes: 100_000,
};
const MARK = `sekisho-lying-pit-${process.pid}`;

const PAGE: PageHead = {
  kind: "page",
  index: 0,
  width: 10,
  height: 5,
  channels: 1,
  centipointsWide: 59_500,
  centipointsHigh: 84_200,
};
const READY: Frame = { kind: "ready" };
const ONE_PAGE: Frame = { kind: "document", pageCount: 1, findings: 0 };
const DONE: Frame = { kind: "done", pages: 1 };
const NO_TEXT: Frame = {
  ...{ kind: "text", index: 0 },
  ...{ characters: 0, isShortened: false },
};

const document = {
  bytes: 5,
  sha256: "",
  open: async function* () {
    yield Buffer.from("hello");
  },
} as unknown as UntrustedContent;

/** Says these, then does `last`. Numbers are so many bytes of pixels. */
function liar(says: readonly (Frame | number | string | Buffer)[], last = "") {
  const bytes = Buffer.concat(
    says.map((one) => {
      if (typeof one === "number") return Buffer.alloc(one, 9);
      if (Buffer.isBuffer(one)) return one;
      return typeof one === "string" ? Buffer.from(one) : encodeFrame(one);
    }),
  ).toString("base64");
  const script = `/* ${MARK} */ process.stdin.resume(); const said = Buffer.from("${bytes}", "base64");
    let at = 0; while (at < said.length) { try { at += require("fs").writeSync(1, said, at); } catch (e) { if (e.code !== "EAGAIN") throw e; } } ${last}`;
  return { file: process.execPath, args: ["-e", script], descriptors: [] };
}

async function outcome(
  command: ReturnType<typeof liar>,
  limits = LIMITS,
  slackMs = 0,
) {
  try {
    const submission = { document, password: "", onPaper: true, slackMs };
    const opened = await openSession(command, limits, submission);
    const pages: PixelPage[] = [];
    for await (const page of opened.pages) pages.push(page);
    return pages;
  } catch (error) {
    return (error as { readonly code: unknown }).code;
  }
}

/** Processes on this machine whose command line holds the mark of this run. */
function survivors(): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^[0-9]+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(MARK);
    } catch {
      return false;
    }
  });
}

const FOREVER = "setInterval(() => {}, 1000);";

afterEach(() => {
  expect(survivors()).toEqual([]);
});

describe("a pit that speaks well", () => {
  it("gives its pages, and what it says after the end is not read", async () => {
    const pages = await outcome(
      liar([READY, ONE_PAGE, PAGE, 50, NO_TEXT, DONE, "more"], FOREVER),
    );
    expect(pages).toEqual([
      {
        index: 0,
        release: expect.any(Function),
        width: 10,
        height: 5,
        channels: 1,
        points: { width: 595, height: 842 },
        pixels: new Uint8Array(50).fill(9),
        text: { characters: [], isShortened: false },
      },
    ]);
  });

  it("is ended when its reader leaves before the first page", async () => {
    const command = liar([READY, ONE_PAGE], FOREVER);
    const submission = { document, password: "", onPaper: true };
    const { pages } = await openSession(command, LIMITS, submission);
    await pages[Symbol.asyncIterator]().return?.();
    expect(survivors()).toEqual([]);
  });

  it("is ended when its reader leaves after one of two pages", async () => {
    const two: Frame = { kind: "document", pageCount: 2, findings: 0 };
    const command = liar([READY, two, PAGE, 50, NO_TEXT], FOREVER);
    const submission = { document, password: "", onPaper: true };
    const { pages } = await openSession(command, LIMITS, submission);
    for await (const page of pages) {
      expect(page.index).toBe(0);
      break;
    }
    expect(survivors()).toEqual([]);
  });
});

describe("a pit that lies", () => {
  const huge = { ...PAGE, width: 200, height: 200 };
  it.each([
    ["garbage", liar([READY, "x".repeat(32)], FOREVER), "PIT_PROTOCOL"],
    ["no ready", liar([ONE_PAGE], FOREVER), "PIT_PROTOCOL"],
    [
      "unknown findings",
      liar([READY, { ...ONE_PAGE, findings: 2 ** 31 }], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "no pages",
      liar([READY, { ...ONE_PAGE, pageCount: 0 }], FOREVER),
      "DOCUMENT_EMPTY",
    ],
    [
      "four pages of three",
      liar([READY, { ...ONE_PAGE, pageCount: 4 }], FOREVER),
      "DOCUMENT_TOO_MANY_PAGES",
    ],
    [
      "page 1 first",
      liar([READY, ONE_PAGE, { ...PAGE, index: 1 }, 50], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "a page of no width",
      liar([READY, ONE_PAGE, { ...PAGE, width: 0 }], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "a page of no paper",
      liar([READY, ONE_PAGE, { ...PAGE, centipointsWide: 0 }], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "a page of 201 inches",
      liar([READY, ONE_PAGE, { ...PAGE, centipointsHigh: 1_447_200 }], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "40,000 pixels of 10,000",
      liar([READY, ONE_PAGE, huge], FOREVER),
      "DOCUMENT_TOO_MANY_PIXELS",
    ],
    [
      "a side of 1,001 of 1,000",
      liar([READY, ONE_PAGE, { ...PAGE, width: 1001, height: 1 }], FOREVER),
      "DOCUMENT_TOO_MANY_PIXELS",
    ],
    [
      "a page more than announced",
      liar([READY, ONE_PAGE, PAGE, 50, NO_TEXT, PAGE, 50], FOREVER),
      "PIT_PROTOCOL",
    ],
    [
      "a page less than announced",
      liar(
        [READY, { ...ONE_PAGE, pageCount: 2 }, PAGE, 50, NO_TEXT, DONE],
        FOREVER,
      ),
      "PIT_PROTOCOL",
    ],
    [
      "an end of another count",
      liar(
        [READY, ONE_PAGE, PAGE, 50, NO_TEXT, { ...DONE, pages: 2 }],
        FOREVER,
      ),
      "PIT_PROTOCOL",
    ],
    [
      "an error without a name",
      liar([READY, { kind: "error", code: 99 }], FOREVER),
      "PIT_UNEXPECTED",
    ],
    [
      "an error of the list",
      liar([READY, { kind: "error", code: 2 }], FOREVER),
      "DOCUMENT_ENCRYPTED",
    ],
  ])("%s", async (_, command, code) => {
    expect(await outcome(command)).toBe(code);
  });
});

describe("a pit that lies about the text of a page", () => {
  const said = (characters: number): Frame => ({
    ...{ kind: "text", index: 0 },
    ...{ characters, isShortened: false },
  });
  const character = (bend: Partial<PageCharacter>) =>
    encodeCharacters([
      {
        ...{ codePoint: 0x95a2, isMissing: false },
        ...{ left: 10, top: 10, right: 20, bottom: 20, ...bend },
      },
    ]);
  const bytesOf = (bytes: Uint8Array) => Buffer.from(bytes);
  const page = [READY, ONE_PAGE, PAGE, 50] as const;

  it("is heard out where it says one good character", async () => {
    const good = liar([...page, said(1), bytesOf(character({})), DONE]);
    expect(await outcome(good)).toMatchObject([
      { text: { characters: [{ codePoint: 0x95a2, right: 20 }] } },
    ]);
  });

  it.each([
    ["no text frame", [DONE], "PIT_PROTOCOL"],
    ["the text of page 7", [{ ...NO_TEXT, index: 7 }, DONE], "PIT_PROTOCOL"],
    ["text twice", [NO_TEXT, NO_TEXT, DONE], "PIT_PROTOCOL"],
    ["4,294,967,295 characters", [said(2 ** 32 - 1)], "PAGE_TEXT_TOO_BIG"],
    ["101 characters of 100", [said(101), 1212, DONE], "PAGE_TEXT_TOO_BIG"],
    [
      "a box turned inside out",
      [said(1), bytesOf(character({ left: 21 })), DONE],
      "PIT_PROTOCOL",
    ],
    [
      "a box upside down",
      [said(1), bytesOf(character({ top: 21 })), DONE],
      "PIT_PROTOCOL",
    ],
    [
      "half a pair",
      [said(1), bytesOf(character({ codePoint: 0xd800 })), DONE],
      "PIT_PROTOCOL",
    ],
    [
      "a number beyond Unicode",
      [said(1), bytesOf(character({ codePoint: 0x110000 })), DONE],
      "PIT_PROTOCOL",
    ],
    ["garbage", [said(1), Buffer.alloc(12, 0xff), DONE], "PIT_PROTOCOL"],
  ] as const)("with %s", async (_, says, code) => {
    const limits = { ...LIMITS, maxPageCharacters: 100 };
    expect(await outcome(liar([...page, ...says], FOREVER), limits)).toBe(code);
  });

  it("and stops in the middle of it", async () => {
    const cut = liar([...page, said(2), 12], "process.exit(0)");
    expect(await outcome(cut)).toBe("PIT_PROTOCOL");
  });
});

describe("a pit that ends", () => {
  it.each([
    ["with 0 and nothing said", liar([], "process.exit(0)"), "PIT_UNAVAILABLE"],
    ["with 0 after ready", liar([READY], "process.exit(0)"), "PIT_PROTOCOL"],
    [
      "with 0 in the middle of a page",
      liar([READY, ONE_PAGE, PAGE, 49], "process.exit(0)"),
      "PIT_PROTOCOL",
    ],
    ["with 7 after ready", liar([READY], "process.exit(7)"), "PIT_CRASHED"],
    [
      "by SIGSEGV",
      liar([READY], 'process.kill(process.pid, "SIGSEGV")'),
      "PIT_CRASHED",
    ],
    [
      "by SIGXCPU",
      liar([READY], 'process.kill(process.pid, "SIGXCPU")'),
      "PIT_CPU",
    ],
    [
      "before it began",
      { file: "/nonexistent", args: [], descriptors: [] },
      "PIT_UNAVAILABLE",
    ],
  ])("%s", async (_, command, code) => {
    expect(await outcome(command)).toBe(code);
  });
});

describe("a pit that does not end", () => {
  it("is stopped at the deadline, also when it ignores SIGTERM", async () => {
    const deaf = liar([READY], `process.on("SIGTERM", () => {}); ${FOREVER}`);
    expect(await outcome(deaf, { ...LIMITS, pitDeadlineMs: 700 })).toBe(
      "PIT_DEADLINE",
    );
  });

  it("gets more time by page, but not without end", async () => {
    const slow = liar([READY, ONE_PAGE], FOREVER);
    const limits = { ...LIMITS, pitDeadlineMs: 600, pitPageMs: 100 };
    expect(await outcome(slow, limits)).toBe("PIT_DEADLINE");
  });

  it("may take longer by what whoever draws its pages asked for", async () => {
    const page = [PAGE, NO_TEXT, DONE].map(encodeFrame);
    page.splice(1, 0, Buffer.alloc(50, 9));
    const said = Buffer.concat(page).toString("base64");
    const late = `setTimeout(() => process.stdout.write(Buffer.from("${said}", "base64")), 1700); ${FOREVER}`;
    const limits = { ...LIMITS, pitDeadlineMs: 1500, pitPageMs: 10 };
    const command = liar([READY, ONE_PAGE], late);
    expect(await outcome(command, limits, 20_000)).toHaveLength(1);
  });

  it("is stopped when it holds more memory than it may", async () => {
    const greedy = liar(
      [READY],
      `globalThis.held = Buffer.alloc(400e6, 1); ${FOREVER}`,
    );
    const limits = { ...LIMITS, pitMemoryBytes: 300e6 };
    expect(await outcome(greedy, limits)).toBe("PIT_MEMORY");
  });

  it("is stopped when it uses more processor time than it may", async () => {
    const busy = liar([READY], "for (;;);");
    expect(await outcome(busy, { ...LIMITS, pitCpuSeconds: 1 })).toBe(
      "PIT_CPU",
    );
  });

  it("is stopped when its pages are more bytes than it may say, before they are read", async () => {
    const two: Frame = { kind: "document", pageCount: 2, findings: 0 };
    const page = { ...PAGE, width: 100, height: 100 };
    const wordy = liar(
      [READY, two, page, 10_000, NO_TEXT, { ...page, index: 1 }],
      FOREVER,
    );
    expect(await outcome(wordy, { ...LIMITS, pitOutputBytes: 15_000 })).toBe(
      "PIT_OUTPUT",
    );
  });

  it("takes its children along, also one in a session of its own", async () => {
    const child = `require("child_process").spawn(process.execPath, ["-e", "/* ${MARK} */ setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });`;
    const parent = liar(
      [READY],
      `${child} setTimeout(() => process.stdout.write("x".repeat(32)), 300); ${FOREVER}`,
    );
    expect(await outcome(parent)).toBe("PIT_PROTOCOL");
  });
});

describe("the document", () => {
  it("that cannot be read ends the pit with the reader's own fault", async () => {
    const broken = {
      ...document,
      open: async function* () {
        yield Buffer.from("he");
        throw new Error("disk");
      },
    } as unknown as UntrustedContent;
    const submission = { document: broken, password: "", onPaper: true };
    const opening = openSession(liar([READY], FOREVER), LIMITS, submission);
    await expect(opening).rejects.toMatchObject({ code: "UNEXPECTED" });
  });
});

describe("a pit that is looked into", () => {
  const THREE: Frame = { kind: "document", pageCount: 3, findings: 0 };
  const look = (command: ReturnType<typeof liar>, limits = LIMITS) =>
    openLooking(command, limits, { document, password: "", onPaper: true });
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "none",
      (error: unknown) => (error as { readonly code: unknown }).code,
    );

  it("gives the pages that are asked for, one after the other, and is gone when closed", async () => {
    const third = { ...PAGE, index: 2 };
    const open = await look(liar([READY, THREE, third, 50, PAGE, 50], FOREVER));
    const pages = await Promise.all([open.page(2, 72), open.page(0, 72)]);
    expect([open.pageCount, pages.map(({ index }) => index)]).toEqual([
      ...[3, [2, 0]],
    ]);
    expect(open.isClosed()).toBe(false);
    await open.close();
    expect(open.isClosed()).toBe(true);
  });

  it.each([
    ["another page", [{ ...PAGE, index: 1 }, 50], "PIT_PROTOCOL"],
    [
      "too large a page",
      [{ ...PAGE, width: 2000 }],
      "DOCUMENT_TOO_MANY_PIXELS",
    ],
    ["garbage", ["x".repeat(32)], "PIT_PROTOCOL"],
    ["an end", [DONE], "PIT_PROTOCOL"],
  ] as const)("is closed when it gives %s", async (_what, says, code) => {
    const open = await look(liar([READY, THREE, ...says], FOREVER));
    expect(await codeOf(open.page(0, 72))).toBe(code);
    expect(open.isClosed()).toBe(true);
  });

  it("is ended when it never answers, and when nobody asks", async () => {
    const limits = { ...LIMITS, pitDeadlineMs: 1000, pitPageMs: 1 };
    const silent = await look(liar([READY, THREE], FOREVER), limits);
    expect(await codeOf(silent.page(0, 72))).toBe("PIT_DEADLINE");
    const idle = await look(liar([READY, THREE], FOREVER), limits);
    while (!idle.isClosed())
      await new Promise((resolve) => setTimeout(resolve, 50));
    await idle.close();
  });

  it("is ended by the signal of whoever asked", async () => {
    const stop = new AbortController();
    const looking = openLooking(liar([READY], FOREVER), LIMITS, {
      ...{ document, password: "", onPaper: true, signal: stop.signal },
    });
    stop.abort();
    expect(await codeOf(looking)).toBe("PIT_UNEXPECTED");
  });
});
