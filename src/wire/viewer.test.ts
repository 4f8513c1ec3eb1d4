import { describe, expect, it } from "@jest/globals";
import { newItemId } from "../core/id.ts";
import {
  decodeAnswer,
  decodeQuestion,
  encodeHead,
  headLength,
  LENGTH_BYTES,
  MAX_HEAD_BYTES,
  type ViewerHead,
  type ViewerQuestion,
} from "./viewer.ts";

const item = newItemId();
const json = (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value));

describe("questions to the viewer", () => {
  it.each<ViewerQuestion>([
    { ask: "parts", item },
    { ask: "text", item },
    { ask: "certificate", item },
    { ask: "part", item, part: "2.1" },
    { ask: "page", item, part: "0", page: 200, dpi: 96 },
    { ask: "original", item, part: null, grant: "g-1" },
    { ask: "original", item, part: "3", grant: "g-1" },
  ])("are read as they were asked: %j", (question) => {
    const bytes = encodeHead(question);
    expect(headLength(bytes)).toBe(bytes.length - LENGTH_BYTES);
    expect(decodeQuestion(bytes.subarray(LENGTH_BYTES))).toEqual(question);
  });

  it.each([
    [null, "nothing"],
    [{ ask: "parts", item: "../../etc" }, "no item"],
    [{ ask: "keys", item }, "an unknown one"],
    [{ ask: "part", item, part: "../1" }, "a path of a file"],
    [{ ask: "part", item, part: "1".repeat(400) }, "a long path"],
    [{ ask: "page", item, part: "1", page: 0, dpi: 96 }, "page 0"],
    [{ ask: "page", item, part: "1", page: 1.5, dpi: 96 }, "half a page"],
    [{ ask: "page", item, part: "1", page: 1, dpi: 301 }, "301 dpi"],
    [{ ask: "original", item, part: "1" }, "no grant"],
    [{ ask: "original", item, part: 1, grant: "g" }, "a number as a part"],
  ])("are none: %j (%s)", (question, why) => {
    expect([why, decodeQuestion(json(question))]).toEqual([why, null]);
  });

  it("have a head of 1 to 4,096 bytes", () => {
    const length = (bytes: number) => {
      const head = new Uint8Array(LENGTH_BYTES);
      new DataView(head.buffer).setUint32(0, bytes);
      return headLength(head);
    };
    expect([length(0), length(1), length(MAX_HEAD_BYTES)]).toEqual([
      ...[null, 1, MAX_HEAD_BYTES],
    ]);
    expect(length(MAX_HEAD_BYTES + 1)).toBeNull();
  });
});

describe("answers of the viewer", () => {
  it.each<ViewerHead>([
    { kind: "refused", code: "ENCRYPTED" },
    { kind: "done", type: "image/png", bytes: 9 },
    { kind: "done", type: "application/octet-stream", bytes: null },
  ])("are read as they were given: %j", (head) => {
    expect(decodeAnswer(encodeHead(head).subarray(LENGTH_BYTES))).toEqual(head);
  });

  it.each([
    [{ kind: "refused", code: "BECAUSE" }],
    [{ kind: "done", type: "text/html", bytes: 1 }],
    [{ kind: "done", type: "image/png", bytes: -1 }],
    [{ kind: "done", type: "image/png" }],
  ])("are none: %j", (head) => {
    expect(decodeAnswer(json(head))).toBeNull();
  });
});
