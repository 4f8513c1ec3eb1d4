import { describe, expect, it } from "@jest/globals";
import { mixedMail } from "../../fixtures/mail.ts";
import { readUpTo } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { DEFAULT_POLICY } from "../policy/policy.ts";
import { verifyMail } from "../verify/mail.ts";
import { createClear } from "./clear.ts";
import { passFile, type DoorAnswer } from "./file-door.ts";
import { createMadeBefore } from "./made-before.ts";
import { content, memoryWorkspace } from "./memory.testing.ts";

const KIB = 1024;
const limits = { ...DEFAULT_LIMITS, maxTextBytes: 4 * KIB, maxHtmlBytes: KIB };

const unused = () => {
  throw new Fault("PIT_UNAVAILABLE");
};

function pass(name: string, bytes: Uint8Array): Promise<DoorAnswer> {
  return passFile(
    { name, content: content(bytes) },
    {
      scanner: {
        scan: async () => ({ kind: "clean", engine: "test" }),
        health: async () => null,
      },
      pit: {
        open: unused,
        unpack: unused,
        convert: unused,
        proveWalls: async () => [],
      },
      render: { pdf: unused, picture: unused },
      madeBefore: createMadeBefore(0),
      clear: createClear({ limits }),
      ...{ workspace: memoryWorkspace, limits, policy: DEFAULT_POLICY },
    },
  );
}

/** Japanese text of which so many of 100 characters are bytes that no charset knows. */
function damaged(of100: number): Buffer {
  const good = Buffer.from("議");
  const bad = Buffer.from([0xff]);
  return Buffer.concat(
    Array.from({ length: 600 }, (_, at) => (at % 100 < of100 ? bad : good)),
  );
}

describe("a text file", () => {
  it("of exactly the limit of 4 KiB is made anew whole, and held with SIZE_LIMIT with one byte more", async () => {
    const lines = Buffer.from("1,2,3,4\r\n".repeat(500)).subarray(0, 4 * KIB);
    const { outputs } = await pass("list.csv", lines);
    expect(outputs).toHaveLength(1);
    expect(await readUpTo(outputs[0]!.content, 1e6)).toHaveLength(4 * KIB);
    const more = Buffer.concat([lines, Buffer.from("9")]);
    expect(await pass("list.csv", more)).toMatchObject({
      outputs: [],
      hold: { code: "SIZE_LIMIT" },
    });
  });

  it("of HTML is held with SIZE_LIMIT when it would be cut", async () => {
    const page = Buffer.from(
      `<!doctype html><p>${"長".repeat(2 * KIB)}</p>`,
    ).subarray(0, 3999);
    expect((await pass("page.html", page)).hold?.code).toBe("SIZE_LIMIT");
  });

  it.each([
    [0, null, []],
    [10, null, ["undecodable-text"]],
    [60, "TEXT_UNREADABLE", []],
  ] as const)(
    "of which %d %% cannot be read ends with %j",
    async (of100, code, told) => {
      const { hold, findings } = await pass("a.txt", damaged(of100));
      expect(hold?.code ?? null).toBe(code);
      const codes = findings.map((finding) => finding.code);
      expect(codes.filter((one) => one === "undecodable-text")).toEqual(told);
    },
  );
});

describe("the text of a mail", () => {
  it("that cannot be read is held and said to be, and the files beside it go on", async () => {
    const mail = mixedMail({
      text: "x",
      attachments: [
        { name: "a.txt", type: "text/plain", bytes: Buffer.from("添付") },
      ],
    })
      .toString("latin1")
      .replace(/\r\n\r\nx\r\n|\r\n\r\neA==\r\n/, () => {
        const body = damaged(60).toString("base64");
        return `\r\n\r\n${body.replace(/.{76}/g, "$&\r\n")}\r\n`;
      });
    const { outputs, findings } = await pass(
      "m.eml",
      Buffer.from(mail, "latin1"),
    );
    const made = verifyMail(await readUpTo(outputs[0]!.content, 1e6));
    expect(made.text).toMatch(/^［文字を読み取れないため/);
    expect(made.text).toContain("文字を読み取れない：");
    expect(made.attachments.map(({ name }) => name)).toEqual(["a.txt"]);
    expect(findings.map(({ code }) => code)).toContain("TEXT_UNREADABLE");
  });
});
