import { describe, expect, it } from "@jest/globals";
import { nameBelies } from "./name-kind.ts";

const WORD =
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

describe("a name that promises a kind", () => {
  it.each([
    ["議事録.docx", WORD],
    ["議事録.docx", "application/x-office-encrypted"],
    ["議事録.DOC", "application/rtf"],
    ["集計.xlsm", "application/vnd.ms-excel.sheet.macroenabled.12"],
    ["集計.xls", "application/vnd.ms-excel"],
    ["資料.odp", "application/vnd.oasis.opendocument.presentation"],
    ["一覧.csv", "text/csv"],
    ["一覧.txt", "text/csv"],
    ["写真.jpeg", "image/jpeg"],
  ])("is believed: %s that is %s", (name, type) => {
    expect(nameBelies(name, type)).toBe(false);
  });

  it.each([
    ["議事録.docx", "application/x-msdownload"],
    ["議事録.docx", "application/zip"],
    ["集計.xls", WORD],
    ["集計.xls", "text/html"],
    ["写真.jpg", "image/png"],
    ["案内.pdf. ", "application/vnd.ms-excel"],
    ["覚書.txt", "application/pdf"],
  ])("is told of: %s that is %s", (name, type) => {
    expect(nameBelies(name, type)).toBe(true);
  });

  it.each([
    ["図面.jww", "application/octet-stream"],
    ["図面.dwg", "image/vnd.dwg"],
    ["議事録.docx", "application/octet-stream"],
    ["議事録", "application/pdf"],
    ["v1.2", "application/pdf"],
  ])("says nothing where it is not known better: %s, %s", (name, type) => {
    expect(nameBelies(name, type)).toBe(false);
  });
});
