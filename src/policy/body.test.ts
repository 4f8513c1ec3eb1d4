import { describe, expect, it } from "@jest/globals";
import { chooseBody } from "./body.ts";
import { sketchTree } from "./tree.fixture.ts";

const plain = { type: "text/plain", kind: "text/plain" };
const html = { type: "text/html", kind: "text/html" };

describe("choosing the body", () => {
  it("shows the plain text of an alternative and drops its HTML twin", () => {
    const tree = sketchTree([
      { parent: null, type: "multipart/alternative", kind: null },
      { parent: 0, ...plain },
      { parent: 0, ...html },
    ]);
    const { body, twins } = chooseBody(tree);
    expect([...body]).toEqual([[1, "plain"]]);
    expect([...twins]).toEqual([2]);
  });

  it("shows the HTML when the plain twin is empty", () => {
    const tree = sketchTree([
      { parent: null, type: "multipart/alternative", kind: null },
      { parent: 0, ...plain, bytes: 2 },
      { parent: 0, ...html },
    ]);
    expect([...chooseBody(tree).body]).toEqual([[2, "html"]]);
  });

  it("keeps the pictures of a dropped HTML twin", () => {
    const tree = sketchTree([
      { parent: null, type: "multipart/alternative", kind: null },
      { parent: 0, ...plain },
      { parent: 0, type: "multipart/related", kind: null },
      { parent: 2, ...html },
      { parent: 2, type: "image/png", kind: "image/png" },
    ]);
    const { body, twins } = chooseBody(tree);
    expect([...body]).toEqual([[1, "plain"]]);
    expect([...twins]).toEqual([3]);
  });

  it("shows HTML that stands in a mixed mail, every text of it in order", () => {
    const tree = sketchTree([
      { parent: null, type: "multipart/mixed", kind: null },
      { parent: 0, ...plain },
      { parent: 0, ...html },
      { parent: 0, ...plain, disposition: "attachment", name: "a.txt" },
    ]);
    expect([...chooseBody(tree).body]).toEqual([
      [1, "plain"],
      [2, "html"],
    ]);
  });

  it("shows the text of an attached message", () => {
    const tree = sketchTree([
      { parent: null, type: "multipart/mixed", kind: null },
      { parent: 0, ...plain },
      { parent: 0, type: "message/rfc822", kind: null },
      { parent: 2, ...plain },
    ]);
    expect([...chooseBody(tree).body.keys()]).toEqual([1, 3]);
  });

  it("never takes binary content for body, whatever it is declared to be", () => {
    const tree = sketchTree([
      { parent: null, type: "text/plain", kind: "application/pdf" },
    ]);
    expect(chooseBody(tree).body.size).toBe(0);
  });

  it("shows an invitation after the text of an alternative, whatever its name", () => {
    const tree = sketchTree([
      { parent: null, type: "multipart/alternative", kind: null },
      { parent: 0, ...plain },
      { parent: 0, ...html },
      {
        parent: 0,
        type: "text/calendar",
        kind: "text/calendar",
        name: "a.ics",
      },
    ]);
    const { body, twins } = chooseBody(tree);
    expect([...body]).toEqual([
      [1, "plain"],
      [3, "calendar"],
    ]);
    expect([...twins]).toEqual([2]);
  });

  it("leaves out the file with the very bytes of the invitation that is shown, and no other", () => {
    const calendar = { type: "text/calendar", kind: "text/calendar" };
    const sketched = sketchTree([
      { parent: null, type: "multipart/mixed", kind: null },
      { parent: 0, ...calendar },
      { parent: 0, ...calendar, name: "invite.ics" },
      { parent: 0, ...calendar, name: "other.ics" },
    ]);
    const [root, shown, same, other] = sketched.parts;
    const tree = {
      ...sketched,
      parts: [root!, shown!, { ...same!, leaf: shown!.leaf }, other!],
    };
    const { body, twins } = chooseBody(tree);
    expect([...body]).toEqual([[1, "calendar"]]);
    expect([...twins]).toEqual([2]);
  });

  it("shows the parts of a delivery report, also when they have names", () => {
    const tree = sketchTree([
      { parent: null, type: "multipart/report", kind: null },
      { parent: 0, ...plain },
      {
        ...{ parent: 0, type: "message/delivery-status", kind: "text/plain" },
        ...{ name: "details.txt", disposition: "attachment" },
      },
      { parent: 0, type: "text/rfc822-headers", kind: "text/plain" },
    ]);
    expect([...chooseBody(tree).body]).toEqual([
      [1, "plain"],
      [2, "delivery-status"],
      [3, "returned-header"],
    ]);
  });

  it("shows a business card without a name, and makes a file of one with a name", () => {
    const card = { type: "text/vcard", kind: "text/vcard" };
    const tree = sketchTree([
      { parent: null, type: "multipart/mixed", kind: null },
      { parent: 0, ...card },
      { parent: 0, ...card, name: "佐藤.vcf" },
    ]);
    expect([...chooseBody(tree).body]).toEqual([[1, "vcard"]]);
  });
});
