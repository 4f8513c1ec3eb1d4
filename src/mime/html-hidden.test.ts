import { describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { htmlToText } from "./html-text.ts";

const read = (html: string) => htmlToText(html, DEFAULT_LIMITS);

describe("what a reader of the HTML would not see", () => {
  it.each([
    [
      "white on white paper",
      '<p>見える<span style="color:#fff">隠れ</span></p>',
    ],
    ["nearly white", '<p>見える<font color="#fefefe">隠れ</font></p>'],
    [
      "the colour of the cell",
      '<table><tr><td bgcolor="#000080">見える<span style="color: rgb(0, 0, 128)">隠れ</span></td></tr></table>',
    ],
    [
      "inside a background by style",
      '<div style="background:black">見える<b style="color:#000000">隠れ</b></div>',
    ],
    [
      "letters of one pixel",
      '<p>見える</p><div style="font-size:1px;line-height:1px">隠れ</div>',
    ],
    ["transparent", '<p>見える<b style="color: transparent">隠れ</b></p>'],
    [
      "transparent by its alpha",
      '<p>見える<b style="color:rgba(0, 0, 0, 0)">隠れ</b></p>',
    ],
    [
      "white without commas",
      '<p>見える<b style="color:rgb(255 255 255)">隠れ</b></p>',
    ],
    [
      "white by rgba",
      '<p>見える<b style="color:rgba(255,255,255,1)">隠れ</b></p>',
    ],
    ["far to the left", '<p>見える</p><p style="text-indent:-9999px">隠れ</p>'],
    [
      "off the screen",
      '<p>見える</p><div style="position:absolute;left:-10000px">隠れ</div>',
    ],
    [
      "a box without room",
      '<p>見える</p><div style="max-height:0px;overflow:hidden">隠れ</div>',
    ],
    [
      "cut to nothing",
      '<p>見える</p><div style="clip:rect(0,0,0,0)">隠れ</div>',
    ],
    [
      "a class of its own style sheet",
      '<style>.pre, p.x { color: red } div.gone,.gone2{display:none !important}</style><p>見える</p><div class="a gone2">隠れ</div>',
    ],
    [
      "an id of its own style sheet",
      '<style>/* x */ #preheader{font-size:0}</style><p>見える</p><div id="preheader">隠れ</div>',
    ],
  ])("is left out and said: %s", (_name, html) => {
    const { text, findings } = read(html);
    expect(text).toBe("見える");
    expect(findings).toContain("html-hidden");
  });

  it.each([
    [
      "white on a dark cell",
      '<td bgcolor="#0017c1"><a href="https://e.jp/" style="color:#ffffff">申込</a></td>',
    ],
    [
      "white on a picture",
      '<td background="x.png"><b style="color:white">申込</b></td>',
    ],
    [
      "white where a class may set the background",
      '<td class="button"><b style="color:white">申込</b></td>',
    ],
    ["dark on white", '<p style="color:#333;background-color:#fff">申込</p>'],
    [
      "what is hidden on small screens only",
      "<style>@media (max-width:600px){.wide{display:none}}</style><p class='wide'>申込</p>",
    ],
    [
      "what has a size inside a box without one, as MJML lays out every mail",
      '<td style="direction:ltr;font-size:0px;padding:20px 0"><div><div style="font-family:Arial;font-size:13px">申込</div></div></td>',
    ],
    [
      "what Outlook alone hides because it draws its own button",
      '<a href="https://e.jp/" style="color:#333;mso-hide:all">申込</a>',
    ],
    [
      "a tall box that cuts",
      '<div style="height:100px;overflow:hidden">申込</div>',
    ],
  ])("shows %s", (_name, html) => {
    const { text, findings } = read(html);
    expect(text).toContain("申込");
    expect(findings).not.toContain("html-hidden");
  });
});

it("asks about the background of an element once: 50,000 colours in 140 elements with 4,000 characters of style", () => {
  const around = `<div style="${";".repeat(3990)}">`.repeat(140);
  const { text } = read(around + '<b style="color:red">x</b>'.repeat(50_000));
  expect(text).toHaveLength(50_000);
});
