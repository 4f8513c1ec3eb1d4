import { describe, expect, it } from "@jest/globals";
import { Buffer } from "node:buffer";
import {
  deliveryStatusText,
  dispositionText,
  returnedHeaderText,
} from "./delivery-report.ts";
import { statusWords } from "./status-words.ts";

describe("a delivery report in words", () => {
  it("says for each recipient what happened and why", () => {
    const read = deliveryStatusText(
      [
        "Reporting-MTA: dns; mx.example.jp",
        "Arrival-Date: Wed, 18 Mar 2026 10:00:00 +0900",
        "",
        "Final-Recipient: rfc822; tanaka@example.jp",
        "Action: failed",
        "Status: 5.2.2",
        "Remote-MTA: dns; in.example.jp",
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox",
        "    full",
        "Last-Attempt-Date: Wed, 18 Mar 2026 01:00:00 +0000",
        "",
        "Original-Recipient: rfc822;sato@example.jp",
        "Final-Recipient: rfc822;sato@other.example.jp",
        "Action: delayed",
        "Status: 4.4.1 (no answer)",
      ].join("\r\n"),
    );
    expect(read?.text).toBe(
      [
        "──── 配送状況の通知 ────",
        "宛先：tanaka@example.jp",
        "結果：届きませんでした（配送失敗）",
        "理由：宛先のメールボックスがいっぱいです（5.2.2）",
        "相手の応答：552 5.2.2 Mailbox full",
        "相手のサーバー：in.example.jp",
        "最後に試した日時：2026年3月18日（水）10:00（日本時間）",
        "",
        "宛先：sato@example.jp",
        "転送先：sato@other.example.jp",
        "結果：まだ届いていません（配送が遅れています。再送は自動で続きます）",
        "理由：宛先のメールサーバーが応答しませんでした（4.4.1）",
        "通知元：mx.example.jp",
      ].join("\n"),
    );
  });

  it("reads raw UTF-8 in a diagnostic, and an encoded word", () => {
    const latin1 = Buffer.from(
      "Final-Recipient: rfc822; a@b.jp\nDiagnostic-Code: smtp; 550 拒否\n\nFinal-Recipient: rfc822; c@d.jp\nDiagnostic-Code: smtp; =?UTF-8?B?5oub5ZCm?=",
    ).toString("latin1");
    const text = deliveryStatusText(latin1)?.text;
    expect(text).toContain("相手の応答：550 拒否");
    expect(text).toContain("相手の応答：招否");
  });

  it("has words for every class of status, and none for success or junk", () => {
    for (const subject of "1234567")
      expect(statusWords(`5.${subject}.99`)).toMatch(/ました$|ます$/);
    for (const none of ["2.1.5", "5.1", "x", "", "5.0.0"])
      expect(statusWords(none)).toBeNull();
  });

  it("says that a mail was displayed, which proves no reading", () => {
    expect(
      dispositionText(
        "Final-Recipient: rfc822;a@b.jp\nDisposition: manual-action/MDN-sent-manually; displayed\n",
      )?.text,
    ).toBe(
      "──── 開封確認の通知 ────\n宛先：a@b.jp\n結果：相手の画面に表示されました（内容を読んだことの証明ではありません）",
    );
  });

  it("tells of a returned header the four fields that people know", () => {
    const text = returnedHeaderText(
      "Received: from x\nSubject: =?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=\nFrom: a@b.jp\nTo: c@d.jp\nX-Other: y\nDate: Wed, 18 Mar 2026 10:00:00 +0900",
    )?.text;
    expect(text).toBe(
      "──── 元のメールの見出し ────\n件名：会議\n差出人：a@b.jp\n宛先：c@d.jp\n日時：Wed, 18 Mar 2026 10:00:00 +0900",
    );
  });

  it("is null for what says nothing, so that the text itself is shown", () => {
    expect(
      deliveryStatusText("Reporting-MTA: dns; x\n\nfree words"),
    ).toBeNull();
    expect(dispositionText("hello")).toBeNull();
    expect(returnedHeaderText("hello")).toBeNull();
  });

  it("shows 100 of 10,000 recipients and says that there are more", () => {
    const read = deliveryStatusText(
      `Reporting-MTA: dns; x\n\n${"Final-Recipient: rfc822; a@b.jp\n\n".repeat(10_000)}`,
    );
    expect(read?.text.match(/宛先：/g)).toHaveLength(100);
    expect(read?.findings).toEqual(["text-shortened"]);
  });

  it("reads 5 MB of folds and of blank lines", () => {
    for (const hostile of ["\n ".repeat(2_500_000), " \n".repeat(2_500_000)])
      expect(
        deliveryStatusText(`Final-Recipient: rfc822; a@b.jp${hostile}`)?.text,
      ).toContain("宛先：a@b.jp");
  });
});
