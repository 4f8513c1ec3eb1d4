import { describe, expect, it } from "@jest/globals";
import type { Part, PartTree } from "../core/part.ts";
import type { Plan, PlannedPart, Treatment } from "../core/plan.ts";
import {
  attachmentsWith,
  goesWithText,
  isWorthTwoMails,
  portionOf,
} from "./staged.ts";

const treatments = {
  text: { kind: "body-text", from: "plain" },
  twin: { kind: "drop", why: "alternative" },
  file: { kind: "keep-text" },
  pdf: { kind: "rasterize", pit: "pdf" },
  picture: { kind: "re-encode", pit: "image" },
  held: { kind: "notice", hold: "ENCRYPTED" },
} as const satisfies Record<string, Treatment>;
type Kind = keyof typeof treatments;

function mailOf(...kinds: readonly Kind[]): { tree: PartTree; plan: Plan } {
  const parts = kinds.map((kind, id) => ({
    ...{ id, path: `${id + 1}`, bytes: 10, treatment: treatments[kind] },
  })) as unknown as PlannedPart[];
  const findings = [
    { code: "a", part: "0", detail: "" },
    ...parts.map(({ path }) => ({ code: "b", part: path, detail: "" })),
  ];
  const tree = { parts: parts.map(({ id }) => ({ id, declaredType: "x/y" })) };
  return {
    tree: tree as unknown as PartTree,
    plan: { parts, findings } as unknown as Plan,
  };
}

describe("worth two mails", () => {
  it.each<[readonly Kind[], boolean, boolean]>([
    [["text"], false, false],
    [["text", "file"], false, false],
    [["text", "held"], false, false],
    [["text", "picture", "picture", "picture"], false, false],
    [["text", "picture", "picture", "picture", "picture"], false, true],
    [["text", "pdf"], false, true],
    [["pdf"], false, false],
    [["text", "held"], true, true],
    [["held"], true, false],
  ])("%j, to be unpacked: %s, is %s", (kinds, forThePit, worth) => {
    const { tree, plan } = mailOf(...kinds);
    expect(isWorthTwoMails(tree, plan, forThePit)).toBe(worth);
  });

  it.each(["application/vnd.ms-tnef", "application/vnd.ms-outlook"])(
    "is no mail whose text may lie in %s",
    (declaredType) => {
      const { tree, plan } = mailOf("text", "pdf");
      const parts = [...tree.parts, { declaredType } as Part];
      expect(isWorthTwoMails({ ...tree, parts }, plan, true)).toBe(false);
    },
  );
});

describe("the two portions of a plan", () => {
  const { plan } = mailOf("text", "twin", "file", "pdf", "held");
  const text = portionOf(plan, goesWithText, "with-others");
  const files = portionOf(plan, (part) => !goesWithText(part), "alone");

  it("have every part once, and every finding once", () => {
    const paths = [...text.parts, ...files.parts].map(({ path }) => path);
    expect(paths.sort()).toEqual(plan.parts.map(({ path }) => path));
    expect(text.findings.length + files.findings.length).toBe(
      plan.findings.length,
    );
  });

  it("tell what was found in the mail as a whole with the text", () => {
    expect(text.findings.map(({ part }) => part)).toEqual(["0", "1", "2"]);
  });
});

describe("attachments with a path", () => {
  const tree = {
    parts: [
      { id: 0, path: "0", parent: null },
      { id: 1, path: "1", parent: 0 },
      { id: 2, path: "2", parent: 0, unpacked: true },
      { id: 3, path: "2.1", parent: 2, unpacked: true },
      { id: 4, path: "2.1.1", parent: 3 },
      { id: 5, path: "2.2", parent: 2 },
    ],
  } as unknown as PartTree;
  const ids = (paths: readonly string[]) => {
    const within = attachmentsWith(tree, paths);
    return [0, 1, 2, 3, 4, 5].filter((id) => within({ id } as PlannedPart));
  };

  it("are that part alone, or all of the archive around it", () => {
    expect(ids(["1"])).toEqual([1]);
    expect(ids(["2.1.1"])).toEqual([2, 3, 4, 5]);
    expect(ids(["9"])).toEqual([]);
  });
});
