import { describe, expect, it } from "@jest/globals";
import { decodeHeaderText } from "./encoded-word.ts";
import { followUpHeader } from "./follow-up.ts";

const to = {
  messageId: "<b@x.example>",
  follows: "<a@x.example>",
  subject: "会議",
};
const valueIn = (header: ReturnType<typeof followUpHeader>, name: string) =>
  header.find(([known]) => known === name)?.[1];

describe("the header of a mail that follows", () => {
  it("has a subject, an id and a place in the thread of its own, and keeps the rest in place", () => {
    const first = [
      ["Date", "Sat, 21 Nov 2026 09:00:00 +0900"],
      ["Subject", "x"],
      ["Message-ID", "<a@x.example>"],
    ] as const;
    const header = followUpHeader(first, to);
    expect(header.map(([name]) => name)).toEqual([
      ...["Date", "Subject", "Message-ID", "In-Reply-To", "References"],
    ]);
    expect(decodeHeaderText(valueIn(header, "Subject") ?? "")).toBe(
      "添付: 会議",
    );
    expect(valueIn(header, "Message-ID")).toBe("<b@x.example>");
    expect(valueIn(header, "In-Reply-To")).toBe("<a@x.example>");
    expect(valueIn(header, "References")).toBe("<a@x.example>");
  });

  it("stands behind the whole thread, of which 50 ids stay: the first and the newest", () => {
    const ids = Array.from({ length: 60 }, (_, n) => `<${n}@x.example>`);
    const header = followUpHeader([["References", ids.join("\r\n ")]], to);
    const kept = (valueIn(header, "References") ?? "").split(/\s+/);
    expect(kept).toHaveLength(50);
    expect([kept[0], kept.at(-2), kept.at(-1)]).toEqual([
      ...["<0@x.example>", "<59@x.example>", "<a@x.example>"],
    ]);
  });

  it("takes the mail that the first one answered into the thread", () => {
    const header = followUpHeader([["In-Reply-To", "<z@x.example>"]], to);
    expect(valueIn(header, "References")).toBe("<z@x.example> <a@x.example>");
    expect(valueIn(header, "In-Reply-To")).toBe("<a@x.example>");
  });
});
