import { describe, expect, it } from "@jest/globals";
import { round, toRow } from "./bench.ts";
import type { Bench, Figures } from "./bench.ts";
import { humanTable, markdownTable } from "./table.ts";

const bench: Bench = {
  name: "core-large",
  unit: "MB/s",
  about: "",
  aboutSeconds: 1,
  run: async () => figures,
};
const figures: Figures = {
  ours: 600.4,
  rivals: { simpleParser: 148.523, "read-sha256": 1726.1 },
  note: "one 20 MB mail",
};

describe("a row", () => {
  it("has the contract's keys in the contract's order, and ours / rival as ratio", () => {
    expect(JSON.stringify(toRow(bench, figures))).toBe(
      '{"bench":"core-large","unit":"MB/s","ours":600,' +
        '"rivals":{"simpleParser":149,"read-sha256":1726},' +
        '"ratio":{"simpleParser":4.04,"read-sha256":0.348},"note":"one 20 MB mail"}',
    );
  });

  it("has no ratio when our side could not run", () => {
    const row = toRow(bench, { ...figures, ours: null });
    expect(row.ours).toBeNull();
    expect(row.ratio).toEqual({});
  });

  it.each([
    [1726.14, 1726],
    [148.523, 149],
    [25.46, 25.5],
    [0.34784, 0.348],
  ])("rounds %d to %d", (figure, rounded) => {
    expect(round(figure)).toBe(rounded);
  });
});

describe("the tables", () => {
  it("align the figures of all rivals in one column", () => {
    const lines = humanTable([toRow(bench, figures)]).split("\n");
    const ends = ["149", "1726"].map((figure, at) => {
      const line = lines[at + 1] ?? "";
      return line.indexOf(figure) + figure.length;
    });
    expect(ends[0]).toBe(ends[1]);
  });

  it("has one markdown row a benchmark, each with as many cells as the head", () => {
    const [head, , row, rest] = markdownTable([toRow(bench, figures)]).split(
      "\n",
    );
    expect(row?.split("|").length).toBe(head?.split("|").length);
    expect(row).toContain("simpleParser 149 (× 4.04)");
    expect(rest).toBe("");
  });
});
