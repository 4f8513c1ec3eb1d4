import { describe, expect, it } from "@jest/globals";
import { showLinks } from "./links.ts";

const shown = (text: string, mode: "keep" | "defang" | "domain-only") =>
  showLinks(text, mode).text;

describe("links in text", () => {
  it("stay as they are where the policy keeps them", () => {
    const text = "詳細は https://www.example.jp/a?b=1#c をご覧ください。";
    expect(showLinks(text, "keep")).toEqual({ text, changed: 0 });
  });

  it("open nothing when defanged: scheme and the dots of the host", () => {
    expect(
      shown(
        "（http://example.jp/a.html）と<https://user@www.example.jp:8443/>",
        "defang",
      ),
    ).toBe(
      "（hxxp://example[.]jp/a.html）と<hxxps://user@www[.]example[.]jp:8443/>",
    );
  });

  it("show the host alone, without the name before it, when only the domain may stand", () => {
    expect(
      shown(
        "ここ <https://www.city.example.jp@evil.example/login?id=1> へ",
        "domain-only",
      ),
    ).toBe("ここ ［リンク: evil.example］ へ");
  });

  it("end where a Japanese sentence goes on", () => {
    expect(
      shown("「https://example.jp/」をhttps://example.jp、です", "domain-only"),
    ).toBe("「［リンク: example.jp］」を［リンク: example.jp］、です");
  });

  it.each([
    [
      "Cyrillic а in Latin",
      "https://exаmple.com/",
      "https://xn--exmple-4nf.com/",
    ],
    ["a Japanese host", "https://日本語.jp/", "https://日本語.jp/"],
  ])("write %s so that nobody is deceived", (_name, address, wanted) => {
    expect(shown(`x ${address} y`, "keep")).toBe(`x ${wanted} y`);
  });

  it("count what was changed", () => {
    expect(showLinks("http://a.jp http://b.jp", "defang").changed).toBe(2);
  });

  it("cost about one look at each character, however many begin and never end", () => {
    const text = "http://".repeat(200_000);
    expect(shown(text, "defang").length).toBeLessThan(text.length * 2);
  });
});
