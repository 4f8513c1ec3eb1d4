import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { htmlToText } from "./html-text.ts";

const text = (html: string): string => htmlToText(html, DEFAULT_LIMITS).text;
const findings = (html: string): string[] =>
  htmlToText(html, DEFAULT_LIMITS).findings;

describe("htmlToText", () => {
  it("keeps paragraphs, lists, table rows and quotes readable", () => {
    expect(
      text(
        "<h1>件名</h1><p>本文<br>二行目</p><ul><li>一</li><li>二</li></ul><ol start=3><li>三</li></ol>" +
          "<table><tr><th>名前<th>数<tr><td>りんご<td>3</table><blockquote>引用</blockquote><p>終わり</p>",
      ),
    ).toBe(
      "件名\n\n本文\n二行目\n\n・一\n・二\n 3. 三\n名前 | 数\nりんご | 3\n\n> 引用\n\n終わり",
    );
  });

  it.each([
    ["paragraphs, as Word writes them", "<p class=MsoNormal>$<o:p></o:p></p>"],
    ["boxes", "<div>\n $\n</div>"],
    ["a line break inside", "$<br>別館"],
  ])("keeps a row of a table on one line whose cells hold %s", (_, cell) => {
    const td = (words: string) => `<td>${cell.replace("$", words)}</td>`;
    const lines = text(
      `<table><tr>${td("氏名")}${td("電話")}</tr><tr>${td("山田")}${td("03")}</tr></table>`,
    ).replaceAll(" 別館", "");
    expect(lines).toBe("氏名 | 電話\n山田 | 03");
  });

  it("gives cells that hold pieces of a page their own lines", () => {
    const long = `<p>${"文".repeat(100)}</p><p>${"章".repeat(100)}</p>`;
    expect(
      text(`<table><tr><td>${long}</td><td><p>右</p></td></tr></table>`),
    ).not.toContain("|");
  });

  it("writes a link with its real target, once when both are the same, and says when the label names another host", () => {
    expect(text('<a href="https://a.example/x">こちら</a>')).toBe(
      "こちら <https://a.example/x>",
    );
    expect(text('<a href="https://a.example/">https://a.example</a>')).toBe(
      "https://a.example",
    );
    expect(text('<a href="https://evil.example/">www.city.jp</a>')).toBe(
      "www.city.jp ［表示と異なるリンク先］<https://evil.example/>",
    );
    expect(
      text('<a href="https://www.city.jp@evil.example/">www.city.jp</a>'),
    ).toContain("［表示と異なるリンク先］");
    expect(text('<a href="https://www.city.jp/a.pdf">a.pdf</a>')).toBe(
      "a.pdf <https://www.city.jp/a.pdf>",
    );
    expect(text('<a href="mailto:a@b.jp">a@b.jp</a>')).toBe("a@b.jp");
    expect(text('<a href="https://аpple.com/">x</a>')).toBe(
      "x <https://xn--pple-43d.com/>",
    );
    expect(text('<a href="https://日本語.jp/">x</a>')).toBe(
      "x <https://日本語.jp/>",
    );
    expect(text('<a href="https://a.example/&quot;><script>">x</a>')).toBe(
      'x <https://a.example/"%3E%3Cscript%3E>',
    );
  });

  it("drops targets that run or carry something", () => {
    const html =
      '<a href=" java\nscript:alert(1)">a</a><a href="data:text/html,x">b</a><a href="file:///etc/passwd">c</a><a href="#x">d</a>';
    expect(text(html)).toBe("abcd");
    expect(findings(html)).toContain("html-data-uri");
  });

  it("names pictures by their alt text and drops tracking pixels and data", () => {
    expect(
      text(
        '<img src=x alt="市章"> <img src="data:image/png;base64,AAAA"> <img width=1 height=1 alt=track src=y>',
      ),
    ).toBe("［画像: 市章］");
  });

  it("shows no script, style, title, comment or hidden text, and says so", () => {
    const html =
      "<head><title>T</title><style>p{}</style></head><!-- c --><!--[if mso]>m<![endif]--><script>s</script>" +
      '<p style="color:red; DISPLAY : none">h</p><div hidden>h</div><span style="font-size:0px">h</span><p style="font-size:10px">見える</p><form><input value=v></form>';
    expect(text(html)).toBe("見える");
    expect(findings(html)).toEqual(["html-form", "html-hidden", "html-script"]);
  });

  it("keeps text outside body, in a head that never ends, and in two bodies", () => {
    expect(
      text(
        "前<html><head><p>頭<body>一</body><body>二</body></html>後",
      ).replace(/\s+/g, ""),
    ).toBe("前頭一二後");
  });

  it("takes plain text with stray < and &, and empty input", () => {
    expect(text("1 < 2 & 3 &lt;b&gt; &amp;amp;")).toBe("1 < 2 & 3 <b> &amp;");
    expect(htmlToText("", DEFAULT_LIMITS)).toEqual({
      text: "",
      findings: [],
      shortened: false,
    });
  });

  it("cuts at maxHtmlBytes and says so", () => {
    const limits = { maxHtmlBytes: 30, maxTextBytes: 1000 };
    expect(
      htmlToText("<p>0123456789</p><p>0123456789</p><p>x</p>", limits),
    ).toMatchObject({
      text: "0123456789\n\n0123456789",
      shortened: true,
    });
    expect(
      htmlToText("あ".repeat(20), { maxHtmlBytes: 100, maxTextBytes: 10 }),
    ).toMatchObject({
      text: "あ".repeat(10),
      shortened: true,
    });
  });

  it("keeps the text of 300 nested tables and of a hundred thousand nested elements", () => {
    expect(text(`${"<table><tr><td>".repeat(300)}中`)).toBe("中");
    expect(text(`${"<div>".repeat(100_000)}中${"</i>".repeat(100_000)}`)).toBe(
      "中",
    );
  });

  it("does not blow up: lists that start at 10^9 in Roman, nested quotes, 30,000 links", () => {
    expect(text("<ol start=999999999 type=I><li>x</ol>")).toBe(" 1. x");
    expect(
      text("<blockquote>".repeat(1000) + "x".repeat(1000)).length,
    ).toBeLessThan(1100);
    expect(
      text('<a href="https://a.example/">x</a> '.repeat(30_000)).length,
    ).toBe(30_000 * 23 - 1);
  });

  it("takes a million blanks in front of a letter", () => {
    expect(text(`<pre>${" ".repeat(1_000_000)}x</pre>`)).toMatch(/x$/);
  });

  it("never throws", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "</",
      "<p",
      "<a href=",
      "'",
      '"',
      "<table>",
      "<tr>",
      "<td>",
      "<ul>",
      "<li>",
      "<ol start=x>",
      "<br>",
      "&#x",
      "&lt",
      ";",
      "<!--",
      "-->",
      "<![CDATA[",
      "<script>",
      "</script>",
      "<style>",
      "x",
      "あ",
      " style='display:none'",
      "<svg>",
      "<body>",
      "<pre>",
      "\n",
      "<img alt='",
    );
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 40 }), (html) => {
        expect(typeof text(html)).toBe("string");
      }),
      { numRuns: 2000 },
    );
  });
});
