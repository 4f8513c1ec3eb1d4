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
      "a tall box that cuts",
      '<div style="height:100px;overflow:hidden">申込</div>',
    ],
  ])("shows %s", (_name, html) => {
    const { text, findings } = read(html);
    expect(text).toContain("申込");
    expect(findings).not.toContain("html-hidden");
  });
});
