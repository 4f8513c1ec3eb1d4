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
    [
      "an element",
      "<style>span{display:none}</style><p>見える<span>隠れ</span></p>",
    ],
    [
      "inside of something",
      "<style>#a .b > i, td.x p em{visibility:hidden}</style><div id=a><p class=b>見える<i>隠れ</i></p></div><td class=x><p><em>隠れ</em></p></td>",
    ],
    [
      "white by a class",
      "<style>.w{color:#FFF !important}</style><p>見える<b class=w style='color:red'>隠れ</b></p>",
    ],
    [
      "the colour of its paper, both by classes",
      "<style>.d{background-color:#000}.d span{color:#010101}</style><div class=d>見える<span>隠れ</span></div>",
    ],
    [
      "white by hsl()",
      "<p>見える<b style='color:hsl(120, 100%, 100%)'>隠れ</b></p>",
    ],
    [
      "hsla() without its alpha",
      "<p>見える<b style='color:hsla(0 0% 0% / 0)'>隠れ</b></p>",
    ],
    [
      "white in per cent",
      "<p>見える<b style='color:rgb(100%,100%,100%)'>隠れ</b></p>",
    ],
    ["no alpha in hex", "<p>見える<b style='color:#00000000'>隠れ</b></p>"],
    [
      "scaled to nothing",
      "<p>見える</p><p style='transform: rotate(3deg) scale(0)'>隠れ</p>",
    ],
    ["zoomed to nothing", "<p>見える</p><p style='zoom:0'>隠れ</p>"],
    ["by an escape", "<p>見える</p><p style='d\\69 splay:n\\6fne'>隠れ</p>"],
    [
      "behind comments",
      "<p>見える</p><p style='display/*x*/:/**/none'>隠れ</p>",
    ],
    [
      "by a sheet inside a comment of its own",
      "<style><!-- p.x{display:none} --></style><p>見える</p><p class=x>隠れ</p>",
    ],
  ])("is left out and said: %s", (_name, html) => {
    const { text, findings } = read(html);
    expect(text).toBe("見える");
    expect(findings).toContain("html-hidden");
  });

  it.each([
    [
      "a sheet in a comment",
      "<!-- <style>p{display:none}</style> --><p>申込</p>",
    ],
    [
      "a sheet in a comment that ends at once",
      "<!--><p>申込</p><!-- <style>p{display:none}</style>-->",
    ],
    [
      "a sheet in a script",
      '<script>"<style>p{display:none}</style>"</script><p>申込</p>',
    ],
    [
      "a sheet for paper",
      '<style media="print">p{display:none}</style><p>申込</p>',
    ],
    [
      "what another rule shows again",
      "<style>.a{display:none}p.a{display:block}</style><p class=a>申込</p>",
    ],
    [
      "what its own style shows again",
      "<style>p{display:none}</style><p style='display:block'>申込</p>",
    ],
    [
      "an element elsewhere",
      "<style>div > p i{display:none}</style><p><i>申込</i></p>",
    ],
    [
      "white by a class around dark cells",
      "<style>.h{color:#fff}</style><table class=h><tr><td bgcolor=navy>申込</td></tr></table>",
    ],
    [
      "white on a dark element",
      "<style>th{background:#003366;color:#fff}</style><table><tr><th>申込</th></tr></table>",
    ],
    [
      "white on a dark gradient by a class",
      "<style>.h{background:linear-gradient(red, blue)}.h p{color:#fff}</style><div class=h><p>申込</p></div>",
    ],
    [
      "white where an odd selector may set the background",
      "<style>a.b:link{background:navy}a.b{color:#fff}</style><p><a class=b>申込</a></p>",
    ],
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
