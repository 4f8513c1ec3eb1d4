import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { PartTree } from "../core/part.ts";
import type { Plan } from "../core/plan.ts";
import type { Pit } from "../core/pit.ts";
import type { Render } from "../core/render.ts";
import { DEFAULT_NOTICE } from "../policy/notice.ts";
import { DEFAULT_PAGES } from "../policy/policy.ts";
import { createMadeBefore } from "./made-before.ts";
import { sanitize, type SanitizeTools } from "./sanitize.ts";

const bytes = Buffer.from("%PDF-1.7 of nobody");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const kind = { type: "application/pdf", family: "document" } as const;

/** A mail of which each of so many attachments is the same PDF. */
function mailOf(count: number): { tree: PartTree; plan: Plan } {
  const paths = Array.from({ length: count }, (_, at) => `1.${at + 2}`);
  const content = memoryContent(bytes, sha256) as UntrustedContent;
  const parts = paths.map((path) => ({
    ...{ path, untrustedName: "案内.pdf", leaf: { content, kind } },
  }));
  const planned = paths.map((path, id) => ({
    ...{ id, path, name: "案内.pdf", kind, bytes: bytes.length, sha256 },
    scan: { kind: "clean", engine: "test" },
    treatment: { kind: "rasterize", pit: "pdf" },
  }));
  return {
    tree: { parts } as unknown as PartTree,
    plan: { policyVersion: "4", parts: planned } as unknown as Plan,
  };
}

function toolsOf(limits: Limits): SanitizeTools & { opened: number } {
  const pages = async function* () {};
  const pit: Pit = {
    open: async () => {
      tools.opened++;
      return { pageCount: 1, findings: ["metadata"], pages: pages() };
    },
    unpack: () => Promise.reject(new Error("not asked for")),
    convert: () => Promise.reject(new Error("not asked for")),
    proveWalls: async () => [],
  };
  const render: Render = {
    pdf: async () => ({ bytes: Buffer.from("new"), pages: 1, findings: [] }),
    picture: () => Promise.reject(new Error("not asked for")),
  };
  const tools = {
    ...{
      pit,
      render,
      limits,
      opened: 0,
      pages: DEFAULT_PAGES,
      notice: DEFAULT_NOTICE,
    },
    ...({ links: "keep", tenant: "town" } as const),
    madeBefore: createMadeBefore(limits.maxCacheBytes),
  };
  return tools;
}

describe("the same PDF", () => {
  it("three times in one mail and in the next: the pit is opened once, each part has its file, name and finding", async () => {
    const tools = toolsOf(DEFAULT_LIMITS);
    const { tree, plan } = mailOf(3);
    const first = await sanitize(tree, plan, tools);
    const next = mailOf(3);
    const second = await sanitize(next.tree, next.plan, tools);
    expect(tools.opened).toBe(1);
    expect(first.parts.map(({ from, name }) => [from, name])).toEqual([
      ["1.2", "案内.pdf"],
      ["1.3", "案内 (2).pdf"],
      ["1.4", "案内 (3).pdf"],
    ]);
    expect(first.findings.map(({ code, part }) => [code, part])).toEqual([
      ["metadata", "1.2"],
      ["metadata", "1.3"],
      ["metadata", "1.4"],
    ]);
    expect(second.parts.map(({ pages }) => pages)).toEqual([1, 1, 1]);
  });

  it("alone in a mail: is made anew, for there it may come to more bytes", async () => {
    const tools = toolsOf(DEFAULT_LIMITS);
    for (const count of [3, 1, 1]) {
      const { tree, plan } = mailOf(count);
      await sanitize(tree, plan, tools);
    }
    expect(tools.opened).toBe(2);
  });

  it("of two tenants, or with a password: is made each time", async () => {
    const tools = toolsOf(DEFAULT_LIMITS);
    const { tree, plan } = mailOf(1);
    await sanitize(tree, plan, tools);
    await sanitize(tree, plan, { ...tools, tenant: "village" });
    expect(tools.opened).toBe(2);
    await sanitize(tree, plan, { ...tools, password: "開けごま" });
    expect(tools.opened).toBe(3);
  });

  it("is made each time when maxCacheBytes is 0", async () => {
    const tools = toolsOf({ ...DEFAULT_LIMITS, maxCacheBytes: 0 });
    const { tree, plan } = mailOf(3);
    await sanitize(tree, plan, tools);
    expect(tools.opened).toBe(3);
  });
});
