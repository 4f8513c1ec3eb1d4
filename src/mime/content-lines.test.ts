import { describe, expect, it } from "@jest/globals";
import { Buffer } from "node:buffer";
import { components, contentLines, unfoldBytes } from "./content-lines.ts";

const one = (line: string) => [...contentLines(line)][0];

describe("content lines", () => {
  it("joins a fold that stands inside a character of three bytes", () => {
    const bytes = Buffer.from("SUMMARY:会議", "utf8");
    const folded = Buffer.concat([
      bytes.subarray(0, 9),
      Buffer.from("\r\n "),
      bytes.subarray(9),
    ]);
    expect(Buffer.from(unfoldBytes(folded)).toString("utf8")).toBe(
      "SUMMARY:会議",
    );
  });

  it("does not end a parameter at a colon or semicolon in quotes", () => {
    const line = one(
      'ATTENDEE;CN="山田: 係長; 総務";PARTSTAT=ACCEPTED:mailto:a@b.jp',
    );
    expect(line?.parameters.get("CN")).toEqual(["山田: 係長; 総務"]);
    expect(line?.parameters.get("PARTSTAT")).toEqual(["ACCEPTED"]);
    expect(line?.value).toBe("mailto:a@b.jp");
  });

  it("reads quotes and carets that were written with a caret", () => {
    const line = one("ATTENDEE;CN=Taro ^'TT^' ^^n:mailto:a@b.jp");
    expect(line?.parameters.get("CN")).toEqual(['Taro "TT" ^n']);
  });

  it("takes a group from the name and a bare word of vCard 2.1 as a type", () => {
    const line = one("item1.TEL;WORK;CELL:03-0000-0000");
    expect(line?.name).toBe("TEL");
    expect(line?.parameters.get("TYPE")).toEqual(["WORK", "CELL"]);
  });

  it("reads a quoted-printable Shift_JIS value over a soft line end", () => {
    const [line] = contentLines(
      "N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=\r\n=93=63;=91=BE=98=59\r\nEND:VCARD",
    );
    expect(line?.value).toBe("山田;太郎");
  });

  it("reads a quoted-printable value whose soft line end was folded, too", () => {
    const folded = "N;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=\r\n =E7=94=B0\r\n";
    const text = Buffer.from(unfoldBytes(Buffer.from(folded))).toString();
    expect(one(text)?.value).toBe("山田");
  });

  it("leaves lines without a colon out", () => {
    expect([...contentLines("junk\r\nSUMMARY:x\r\nX;Y")].length).toBe(1);
  });

  it("divides at separators that are not escaped, and unescapes", () => {
    expect(components("a\\;b;c\\,d\\\\;e\\nf", ";", 10)).toEqual([
      "a;b",
      "c,d\\",
      "e\nf",
    ]);
  });

  it("reads 2 MB of parameters, of quotes or of folds in one line", () => {
    const size = 2_000_000;
    for (const line of [
      `A${";b=c".repeat(size / 4)}:x`,
      `A${';b="'.repeat(size / 4)}:x`,
      `A:${"\r\n ".repeat(size / 3)}`,
    ]) {
      const text = Buffer.from(unfoldBytes(Buffer.from(line))).toString();
      expect([...contentLines(text)].length).toBeLessThanOrEqual(1);
    }
  });
});
