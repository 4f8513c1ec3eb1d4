import { describe, expect, it } from "@jest/globals";
import { USUAL } from "./dialect.ts";
import { readStructured } from "./parameters.ts";

const LIMITS = { maxParameters: 100, maxParameterBytes: 100_000 };
const read = (raw: string, limits: Partial<typeof LIMITS> = {}) =>
  readStructured(raw, { limits: { ...LIMITS, ...limits }, dialect: USUAL });
const value = (raw: string, name: string) =>
  read(raw).parameters.get(name)?.value;

describe("readStructured", () => {
  it("reads the value in lower case and parameters by lower-case name", () => {
    const typed = read('Text/Plain; Charset="ISO-2022-JP"; format=flowed');
    expect(typed.value).toBe("text/plain");
    expect(typed.parameters.get("charset")?.value).toBe("ISO-2022-JP");
    expect(typed.parameters.get("format")?.value).toBe("flowed");
    expect(typed.irregular).toBe(false);
    expect([...typed.doubtful, ...typed.duplicates]).toEqual([]);
  });

  it("undoes quoted pairs and keeps semicolons inside quotes", () => {
    expect(value('a/b; name="x\\"y\\\\;z"', "name")).toBe('x"y\\;z');
  });

  it("takes an unquoted boundary with = and other signs that mailers use", () => {
    const typed = read("multipart/mixed; boundary=----=_Part_1.2'3?4:5/6");
    expect(typed.parameters.get("boundary")?.value).toBe(
      "----=_Part_1.2'3?4:5/6",
    );
    expect(typed.doubtful.size).toBe(0);
  });

  it("takes an unquoted file name with blanks and parentheses whole", () => {
    expect(value("a/b; name=my report (1).pdf; x=y", "name")).toBe(
      "my report (1).pdf",
    );
  });

  it.each([
    ["a comment after the value", 'multipart/mixed; boundary="x"(c)'],
    ["a comment inside", "multipart/mixed; boundary=x(c)"],
    ["a comment before", 'multipart/mixed; boundary=(c)"x"'],
    ["a comment in the type", 'multipart/mixed (c); boundary="x"'],
    ["text after the quotes", 'multipart/mixed; boundary="x"y'],
    ["an unclosed quote", 'multipart/mixed; boundary="x'],
    ["a word that is no parameter", "multipart/mixed; foo; boundary=x"],
  ])("reads x in spite of %s, and tells", (_, raw) => {
    const typed = read(raw);
    expect(typed.irregular).toBe(true);
    expect(typed.parameters.get("boundary")?.value).toBe("x");
  });

  it.each(["boundary = x", "boundary =x", "boundary= x", "boundary=x y"])(
    "doubts %s",
    (written) => {
      expect(read(`multipart/mixed; ${written}`).doubtful).toContain(
        "boundary",
      );
    },
  );

  it("does not let a comment that never ends swallow parameters", () => {
    const typed = read("a/b (oops; name=x");
    expect(typed.irregular).toBe(true);
    expect(typed.parameters.get("name")?.value).toBe("x");
  });

  it("takes the first of two different values and names the duplicate", () => {
    const typed = read("a/b; boundary=x; boundary=y");
    expect(typed.parameters.get("boundary")?.value).toBe("x");
    expect([...typed.duplicates]).toEqual(["boundary"]);
  });

  it("does not call the same value twice a duplicate", () => {
    expect(read("a/b; charset=utf-8; charset=utf-8").duplicates.size).toBe(0);
  });

  it("takes 3 parameters when 3 are allowed and faults on the 4th", () => {
    const three = { maxParameters: 3 };
    expect(read("a/b; c=1; d=2; e=3", three).parameters.size).toBe(3);
    expect(() => read("a/b; c=1; d=2; e=3; f=4", three)).toThrow(
      "MIME_TOO_MANY_PARAMETERS",
    );
  });

  it("reads 12 bytes when 12 are allowed and faults on the 13th", () => {
    const twelve = { maxParameterBytes: 12 };
    expect(read("a/b; c=12345", twelve).parameters.size).toBe(1);
    expect(() => read("a/b; c=123456", twelve)).toThrow(
      "MIME_PARAMETERS_TOO_BIG",
    );
  });
});

describe("RFC 2231 parameters", () => {
  it("undoes percent encoding and keeps the charset", () => {
    const typed = read("a/b; filename*=UTF-8'ja'%E6%97%A5.pdf");
    expect(typed.parameters.get("filename")).toEqual({
      value: "\xe6\x97\xa5.pdf",
      charset: "UTF-8",
    });
  });

  it("joins pieces by number, whatever their order, encoded or not", () => {
    const raw = "a/b; name*2=c; name*0*=iso-2022-jp''%1B$a; name*1*=%62%";
    expect(read(raw).parameters.get("name")).toEqual({
      value: "\x1b$ab%c",
      charset: "iso-2022-jp",
    });
  });

  it("prefers the extended form to the plain one", () => {
    const typed = read("a/b; name=plain; name*=utf-8''extended");
    expect(typed.parameters.get("name")?.value).toBe("extended");
    expect([...typed.doubtful]).toEqual(["name"]);
  });

  it("doubts pieces with a gap, and loses none of them", () => {
    const typed = read("a/b; name*0=a; name*2=c");
    expect(typed.parameters.get("name")?.value).toBe("ac");
    expect([...typed.doubtful]).toEqual(["name"]);
  });

  it("reads an extended value without its charset quotes", () => {
    expect(read("a/b; name*=%41b").parameters.get("name")).toEqual({
      value: "Ab",
      charset: null,
    });
  });

  it("names a piece that comes twice", () => {
    const typed = read("a/b; name*0=a; name*0=b");
    expect([...typed.duplicates]).toEqual(["name"]);
    expect(typed.parameters.get("name")?.value).toBe("a");
  });
});

describe("raw Japanese in quotes", () => {
  it("keeps ISO-2022-JP whose bytes look like a quote or a backslash", () => {
    const jis = '\x1b$B"\\|k\x1b(B.pdf';
    const typed = read(`a/b; name="${jis}"; x=y`);
    expect(typed.parameters.get("name")?.value).toBe(jis);
    expect(typed.parameters.get("x")?.value).toBe("y");
    expect([...typed.doubtful]).toEqual(["name"]);
  });

  it("keeps Shift_JIS whose second byte is a backslash", () => {
    const sjis = "\x95\x5c\x8e\xa6.xls";
    expect(value(`a/b; name="${sjis}"`, "name")).toBe(sjis);
  });

  it("undoes quoted pairs after UTF-8", () => {
    expect(value('a/b; name="\xe3\x81\x81\\"x"', "name")).toBe(
      '\xe3\x81\x81"x',
    );
  });
});

describe("a header value of 2 MB", () => {
  // What costs its square here does not end before the test's own deadline.
  it.each(["(", "(()", '"\x1b$', "%", "*0=", "=\\"])(
    "of nothing but %j is read to its end",
    (piece) => {
      const junk = piece.repeat(1_000_000 / piece.length);
      const typed = read(`a/b; c*="${junk}"; d=${junk}`, {
        maxParameters: 1_000_000,
        maxParameterBytes: 4_000_000,
      });
      expect(typed.value).toBe("a/b");
      expect(typed.doubtful).toContain("c");
    },
  );
});
