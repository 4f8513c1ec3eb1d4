import { describe, expect, it } from "@jest/globals";
import { parseMailbox } from "./mailbox.ts";

describe("mailbox", () => {
  it.each([
    ["soumu@city.example.lg.jp", "soumu@city.example.lg.jp"],
    ["Soumu.Ka@CITY.Example.LG.JP", "Soumu.Ka@city.example.lg.jp"],
    ["a..b.@docomo.example", "a..b.@docomo.example"],
    ['"a..b"@docomo.example', '"a..b"@docomo.example'],
    ["root@alarm_7", "root@alarm_7"],
    ["x@[192.0.2.1]", "x@[192.0.2.1]"],
    ["x@[IPv6:2001:db8::1]", "x@[ipv6:2001:db8::1]"],
  ])("reads %s as %s", (text, address) => {
    expect(parseMailbox(text)?.address).toBe(address);
  });

  it.each([
    "",
    "@",
    "a@",
    "@b",
    "a b@c",
    "a@b c",
    "a@b\r\nRCPT TO:<x@y>",
    "a@b\n",
    "a\0@b",
    "<a@b>",
    "a@b>",
    "Name <a@b>",
    "a,c@b",
    "group:a@b;",
    "a@b@c",
    '"a@b"@c',
    '"a>b"@c',
    '"a\\"b"@c',
    "総務@b",
    "a@例.jp",
    "a@-b",
    "a@b..c",
    "a@b.",
    "a@[x]",
    `${"a".repeat(65)}@b`,
    `a@${"b".repeat(64)}`,
    `a@${"b.".repeat(130)}c`,
  ])("refuses %j", (text) => {
    expect(parseMailbox(text)).toBeNull();
  });
});
