import { describe, expect, it } from "@jest/globals";
import type { HeaderField, PartTree } from "../core/part.ts";
import { sketchTree } from "../policy/tree.fixture.ts";
import { attachedMailOf, bodyText } from "./body-text.ts";

const text = { type: "text/plain", kind: "text/plain" };
const message = { type: "message/rfc822", kind: null };
const header = (subject: string): HeaderField[] => [
  { name: "Subject", untrustedValue: subject },
  { name: "From", untrustedValue: "a@example.jp" },
  { name: "To", untrustedValue: "b@example.jp" },
  { name: "Date", untrustedValue: "Wed, 18 Mar 2026 01:00:00 +0000" },
];
const withMessages = (
  tree: PartTree,
  ...messages: [number, string][]
): PartTree => ({
  ...tree,
  messages: new Map(messages.map(([id, subject]) => [id, header(subject)])),
});

describe("the text of the new mail", () => {
  it("shows links in the heading of an attached mail as the policy wants them", () => {
    const tree = withMessages(
      sketchTree([
        { parent: null, ...message },
        { parent: 0, ...text },
      ]),
      [0, "http://evil.example/ を開く"],
    );
    expect(bodyText(tree, new Map(), "defang")).toContain(
      "件名：hxxp://evil[.]example/ を開く",
    );
    expect(bodyText(tree, new Map())).toContain("件名：http://evil.example/");
  });

  it("says so when there is none", () => {
    expect(bodyText(sketchTree([{ parent: null, ...text }]), new Map())).toBe(
      "（本文はありません）",
    );
  });

  it("puts an attached mail under a heading, its date in Japan's time", () => {
    const tree = withMessages(
      sketchTree([
        { parent: null, type: "multipart/mixed", kind: null },
        { parent: 0, ...text },
        { parent: 0, ...message },
        { parent: 2, ...text },
      ]),
      [2, "件名"],
    );
    const bodies = new Map([
      [1, "outer"],
      [3, "inner\n\n"],
    ]);
    expect(bodyText(tree, bodies)).toBe(
      "outer\n\n──── 添付されたメール ────\n件名：件名\n差出人：a@example.jp\n宛先：b@example.jp\n日時：2026年3月18日（水）10:00（日本時間）\n\ninner",
    );
  });

  it("numbers several, and says where the words around them go on", () => {
    const tree = withMessages(
      sketchTree([
        { parent: null, type: "multipart/mixed", kind: null },
        { parent: 0, ...message },
        { parent: 1, type: "multipart/mixed", kind: null },
        { parent: 2, ...message },
        { parent: 3, ...text },
        { parent: 2, ...text },
        { parent: 0, ...text },
        { parent: 0, ...message },
      ]),
      [1, "a"],
      [3, "b"],
      [7, "c"],
    );
    const bodies = new Map([
      [4, "of 1-1"],
      [5, "of 1"],
      [6, "of the mail"],
    ]);
    const lines = bodyText(tree, bodies)
      .split("\n")
      .filter((line) => /──|of/.test(line));
    expect(lines).toEqual([
      "──── 添付されたメール 1 ────",
      "──── 添付されたメール 1-1 ────",
      "of 1-1",
      "──── ここから添付されたメール 1 の続き ────",
      "of 1",
      "──── ここから元の本文の続き ────",
      "of the mail",
      "──── 添付されたメール 2 ────",
    ]);
  });

  it("calls the mail in a report the original", () => {
    const tree = withMessages(
      sketchTree([
        { parent: null, type: "multipart/report", kind: null },
        { parent: 0, ...message },
        { parent: 1, ...text },
      ]),
      [1, "x"],
    );
    expect(bodyText(tree, new Map([[2, "y"]]))).toContain(
      "──── 元のメール ────",
    );
  });

  it("takes a header of an attached mail for what it is: one line, no file", () => {
    const file = `TVqQAAMAAAAEAAAA${"A".repeat(200)}`;
    const tree = withMessages(
      sketchTree([
        { parent: null, ...message },
        { parent: 0, ...text },
      ]),
      [0, file],
    );
    expect(bodyText(tree, new Map())).not.toContain(file);
  });

  it("tells which attached mail a part stands in", () => {
    const sketched = sketchTree([
      { parent: null, type: "multipart/mixed", kind: null },
      { parent: 0, ...message },
      { parent: 1, type: "multipart/mixed", kind: null },
      { parent: 2, ...message },
      { parent: 3, ...text },
      { parent: 2, ...text },
      { parent: 0, ...text },
    ]);
    const of = attachedMailOf(withMessages(sketched, [1, "a"], [3, "b"]));
    expect([4, 5, 6].map(of)).toEqual(["1-1", "1", null]);
    const alone = attachedMailOf(withMessages(sketched, [1, "a"]));
    expect([4, 6].map(alone)).toEqual(["", null]);
    expect(attachedMailOf(sketched)(4)).toBeNull();
  });
});
