import { describe, expect, it } from "@jest/globals";
import * as made from "../../fixtures/formats.ts";
import { readUpTo } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { DEFAULT_POLICY, type Policy } from "../policy/policy.ts";
import { verifyMail, type VerifiedMail } from "../verify/mail.ts";
import { createClear } from "./clear.ts";
import { passFile, type DoorAnswer } from "./file-door.ts";
import { createMadeBefore } from "./made-before.ts";
import { content, memoryWorkspace } from "./memory.testing.ts";

const unused = () => {
  throw new Fault("PIT_UNAVAILABLE");
};

/** Through the whole line up to clear; a scanner that finds nothing, and no pit: these mails must not need one. */
async function pass(
  mail: Buffer,
  policy: Policy = DEFAULT_POLICY,
): Promise<{ answer: DoorAnswer; mail: VerifiedMail; raw: string }> {
  const answer = await through("mail.eml", mail, policy);
  const bytes = await readUpTo(answer.outputs[0]!.content, 1e6);
  return {
    answer,
    mail: verifyMail(bytes),
    raw: Buffer.from(bytes).toString("latin1"),
  };
}

function through(
  name: string,
  bytes: Buffer,
  policy: Policy,
): Promise<DoorAnswer> {
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
      clear: createClear({ limits: DEFAULT_LIMITS }),
      ...{ workspace: memoryWorkspace, limits: DEFAULT_LIMITS, policy },
    },
  );
}

const codes = ({ answer }: { answer: DoorAnswer }) =>
  answer.findings.map(({ code }) => code);

describe("what comes out of", () => {
  it("an invitation: text, then the meeting in words, once; the card as a text file", async () => {
    const { answer, mail } = await pass(made.invitation());
    expect(answer.verdict).toBe("clean");
    expect(mail.text.replaceAll("\r\n", "\n")).toMatch(
      /^会議にお招きします。\n\n──── 予定（会議への招待） ────\n出欠は、.*\n件名：DX推進会議\n日時：2027年4月1日（木）10:00～11:30（日本時間）\n繰り返し：毎月第1木曜日（全12回）\n場所：本庁舎3階 会議室\n主催者：山田 <taro@example.com>\n参加者：1名\n　・総務課 <soumu@city.example.lg.jp>\n\n────/,
    );
    expect(mail.text).toContain(
      "※予定（カレンダー）は文章にして本文に載せています。",
    );
    expect(mail.attachments.map(({ name }) => name)).toEqual(["yamada.txt"]);
    expect(Buffer.from(mail.attachments[0]!.bytes).toString()).toBe(
      "──── 連絡先 ────\r\n氏名：山田 太郎\r\n電話（携帯）：090-0000-0000",
    );
  });

  it("a bounce: to whom it did not go, why, and what mail it was", async () => {
    const { mail } = await pass(made.bounce());
    const text = mail.text.replaceAll("\r\n", "\n");
    expect(text).toContain(
      "宛先：hanako@example.com\n結果：届きませんでした（配送失敗）\n理由：宛先のメールアドレスが存在しません（5.1.1）",
    );
    expect(text).toContain("──── 元のメールの見出し ────\n件名：お問い合わせ");
    expect(mail.attachments).toEqual([]);
  });

  it("a mail as a file in a mail as a file: all three texts, numbered", async () => {
    const { mail } = await pass(made.forwardedAsFile());
    const order = [
      "転送します。",
      "メール 1 ─",
      "中間の本文",
      "メール 1-1 ─",
      "内側の本文",
    ];
    const places = order.map((words) => mail.text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(mail.text).toContain("※添付されたメールは、見出しを付けて");
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(mail.attachments).toEqual([]);
  });

  it.each([
    ["beside the text", made.signed],
    ["around the text", made.opaqueSigned],
  ])("a signature %s: the text and a note", async (_, make) => {
    const passed = await pass(make());
    expect(passed.answer.verdict).toBe("cleaned");
    expect(codes(passed)).toEqual(["signature-not-kept"]);
    expect(passed.mail.text).toMatch(/^署名した本文です。/);
    expect(passed.mail.text).toContain(
      "署名は作り直しのため引き継がれません。",
    );
    expect(passed.mail.attachments).toEqual([]);
  });

  it("ciphertext: one hold, and what to do about it", async () => {
    const passed = await pass(made.encrypted());
    expect(passed.answer.verdict).toBe("unexaminable");
    expect(codes(passed)).toEqual(["ENCRYPTED"]);
    expect(passed.mail.text).toContain("暗号化をしない形での再送");
    expect(passed.raw).toContain("\r\nX-Sekisho-Parts: made=0 held=1\r\n");
  });

  it("a text with ciphertext in it: the readable words, and a hold for the rest", async () => {
    const passed = await pass(
      Buffer.from(
        "From: a@example.jp\r\nSubject: x\r\n\r\nhello\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n",
      ),
    );
    expect(passed.mail.text).toMatch(/^hello\r?\n［暗号化された部分は/);
    expect(passed.mail.text).toContain("・本文の一部");
    expect(codes(passed)).toEqual(["ENCRYPTED"]);
  });

  it("a policy with the notice in front and in English", async () => {
    const { mail } = await pass(made.signed(), {
      ...DEFAULT_POLICY,
      notice: {
        ...{ language: "en", place: "start" },
        ...{ contact: "ext. 123", footer: null },
      },
    });
    expect(mail.text).toMatch(
      /^─+\r?\n\[Sekisho: how this mail was made safe\]/,
    );
    expect(mail.text).toMatch(
      /Contact: ext\. 123\r?\n─+\r?\n\r?\n署名した本文です。/,
    );
  });

  it("a calendar file on its own: a text file", async () => {
    const file = Buffer.from(
      "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    const { outputs, hold } = await through("予定.ics", file, DEFAULT_POLICY);
    expect(hold).toBeNull();
    expect(outputs.map(({ name }) => name)).toEqual(["予定.txt"]);
  });

  it("the same mail and policy: the same bytes", async () => {
    const once = await pass(made.invitation());
    expect((await pass(made.invitation())).raw).toBe(once.raw);
  });

  const alternative = (plain: string, html: string) =>
    Buffer.from(
      [
        "From: a@example.com",
        "Subject: x",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        plain,
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "",
        html,
        "--b--",
        "",
      ].join("\r\n"),
    );
  const ARTICLE =
    "来週の月曜日に予算会議を開きます。資料は前日までに共有フォルダへ置いてください。欠席される方は担当までご連絡をお願いいたします。会場は本庁舎三階の大会議室です。受付は九時三十分から行います。駐車場は数に限りがありますので公共交通機関をご利用ください。";

  it("two bodies of which one only points at the other: both, under a heading", async () => {
    const passed = await pass(
      alternative("HTML形式でご覧ください。", `<p>${ARTICLE}</p>`),
    );
    expect(passed.mail.text).toMatch(
      /^HTML形式でご覧ください。\r\n\r\n──── HTML形式の本文 ────\r\n来週の/,
    );
    expect(codes(passed)).toContain("alternative-differs");
    const same = await pass(alternative(ARTICLE, `<p>${ARTICLE}</p>`));
    expect(same.mail.text).not.toContain("HTML形式の本文");
    expect(codes(same)).toEqual([]);
  });

  it.each([
    ["blank", "\u3000\r\n \r\n\r\n"],
    ["another one", "HTMLに対応したソフトでご覧ください"],
  ])(
    "a plain body that is %s beside few words of HTML: the words",
    async (_, plain) => {
      const passed = await pass(
        alternative(plain, "<p>振込先が変わりました。</p>"),
      );
      expect(passed.mail.text).toContain("振込先が変わりました。");
    },
  );

  it("two plain bodies that say different things: both", async () => {
    const two = alternative("一つ目の本文です。", "別の話です。").toString();
    const passed = await pass(
      Buffer.from(two.replace("text/html", "text/plain")),
    );
    expect(passed.mail.text).toMatch(
      /^一つ目の本文です。\r\n\r\n──── もう一つの本文 ────\r\n別の話です。/,
    );
  });

  it("links, as the policy wants them, in the text and behind labels", async () => {
    const mail = alternative("", '<a href="https://www.example.jp/a">ここ</a>');
    const links = async (policy: Policy["links"]) =>
      (await pass(mail, { ...DEFAULT_POLICY, links: policy })).mail.text.split(
        "\r\n",
      )[0];
    expect(await links("keep")).toBe("ここ <https://www.example.jp/a>");
    expect(await links("defang")).toBe("ここ <hxxps://www[.]example[.]jp/a>");
    expect(await links("domain-only")).toBe("ここ ［リンク: www.example.jp］");
  });

  it("a file name that is the test virus, a link, or base64: none of it, in the notice either", async () => {
    const virus = [
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}$",
      "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ].join("");
    const named = async (name: string) =>
      (
        await pass(
          Buffer.from(
            `Content-Type: text/plain\r\nContent-Disposition: attachment;\r\n filename*=utf-8''${encodeURIComponent(name).replaceAll("*", "%2A").replaceAll("'", "%27")}\r\n\r\nhello\r\n`,
          ),
          { ...DEFAULT_POLICY, links: "defang" },
        )
      ).mail.text;
    expect(await named(virus)).not.toContain(virus);
    expect(await named(Buffer.from(virus).toString("base64"))).not.toContain(
      Buffer.from(virus).toString("base64").slice(0, 40),
    );
    expect(await named("http://evil.example/x.txt")).toContain(
      "hxxp://evil[.]example/x.txt",
    );
  });

  it("a file in pieces, one in each of several texts: its beginning is gone", async () => {
    const pieces = ["UEs", "DBBQAAAAIAENBdV08z1F", "oRgAAAEQAAAAJAAAAZWl"];
    const passed = await pass(
      Buffer.from(
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n${pieces.map((piece) => `--b\r\n\r\n${piece}\r\n`).join("")}--b--\r\n`,
      ),
    );
    expect(passed.mail.text).not.toContain("UEs");
    expect(codes(passed)).toContain("encoded-block-in-text");
  });

  it("a page that alone says its charset: read by it", async () => {
    const page = Buffer.concat([
      Buffer.from("Content-Type: text/html\r\n\r\n<meta charset=gb2312>"),
      Buffer.from("c4e3bac3a3acbbe1d2e9cda8d6aaa1a3", "hex"),
    ]);
    expect((await pass(page)).mail.text).toMatch(/^你好，会议通知。/);
  });

  it("characters of the sender's own (外字): kept, and said", async () => {
    const passed = await pass(alternative("髙\uE000田", "<p>髙\uE000田</p>"));
    expect(passed.mail.text).toMatch(/^髙\uE000田\r\n/);
    expect(passed.mail.text).toContain("外字が含まれています");
  });

  it.each([
    [
      'text/plain; charset=utf-8; Format="Flowed"; delsp=yes',
      "お世話に \r\nなっております。\r\n>前の \r\n>話",
      "お世話になっております。\r\n> 前の話\r\n",
    ],
    ["text/plain; charset=utf-8", "a \r\nb", "a \r\nb\r\n"],
    [
      "text/enriched; charset=utf-8",
      "<bold>重要</bold>\r\n\r\n<<b> です",
      "重要\r\n<b> です\r\n",
    ],
  ])("a body of %s: as its reader sees it", async (type, body, shown) => {
    const { mail } = await pass(
      Buffer.from(`Content-Type: ${type}\r\n\r\n${body}\r\n`),
    );
    expect(mail.text.slice(0, shown.length)).toBe(shown);
  });

  it("1,001 recipients and a second author: said in the notice", async () => {
    const to = Array.from({ length: 1001 }, (_, i) => `u${i}@b.jp`);
    const { mail, answer } = await pass(
      Buffer.from(
        `From: a@b.jp, c@d.jp\r\nTo: ${to.join(",\r\n ")}\r\n\r\nhello\r\n`,
      ),
    );
    expect(mail.addresses).toHaveLength(1002);
    expect(mail.text).toContain("※差出人が二人以上書かれているメールです。");
    expect(mail.text).toContain(
      "※差出人・宛先が多いため、一部だけを載せています。",
    );
    expect(answer.findings.map(({ code }) => code)).toContain(
      "several-authors",
    );
  });
});
