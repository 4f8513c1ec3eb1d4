import { describe, expect, it } from "@jest/globals";
import { workbookCsv } from "./sheet-values.ts";

const one = (values: string) => workbookCsv([{ name: "一", values }]);

describe("the values of a workbook", () => {
  it("are those of its sheet, where it has one", () => {
    expect(one('番号,名前\n1,"甲, 乙"\n')).toBe('番号,名前\n1,"甲, 乙"\n');
  });

  it("of several sheets stand below their names", () => {
    const sheets = [
      { name: "表1", values: "a,b\n" },
      { name: 'x,"y', values: "c\n" },
    ];
    expect(workbookCsv(sheets)).toBe('【表1】\na,b\n\n"【x,""y】"\nc\n');
  });

  it("of empty sheets are left out, and their names too", () => {
    const sheets = [
      { name: "Sheet1", values: "a\n" },
      { name: "Sheet2", values: "\n" },
      { name: "Sheet3", values: "" },
    ];
    expect(workbookCsv(sheets)).toBe("a\n");
  });

  it.each([
    ["=1+1", "'=1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
    ["-2+3", "'-2+3"],
    ["＝1+1", "'＝1+1"],
    [" =1+1", "' =1+1"],
    ['"=HYPERLINK(""http://x"",""y"")"', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["a,=1", "a,'=1"],
    ["a\n=1", "a\n'=1"],
    ['"a\n=1",=2', '"a\n=1",\'=2'],
    ["\t=1", "'\t=1"],
  ])("begin no formula: %j", (csv, safe) => {
    expect(one(csv)).toBe(safe);
  });

  it.each([
    "-5",
    "+81.5",
    "-1,200",
    "-12.5%",
    "-3e-5",
    '"-1,200"',
    "-",
    "--",
    "- なし",
    "a=b",
    "3-4",
  ])("that are numbers or signs stay: %j", (csv) => {
    expect(one(csv)).toBe(csv);
  });

  it("of a million cells take time that grows with their number only", () => {
    const csv = `${"=a,".repeat(200_000)}\n`;
    expect(one(csv).length).toBe(csv.length + 200_000);
  });
});
