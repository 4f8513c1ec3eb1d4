import { describe, expect, it } from "@jest/globals";
import { calendarText } from "./calendar-text.ts";
import { ruleWords } from "./recurrence.ts";

const event = (lines: string, around = "") =>
  `BEGIN:VCALENDAR\r\n${around}BEGIN:VEVENT\r\n${lines.trim().replace(/\n\s*/g, "\r\n")}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
const told = (lines: string, around = "") =>
  calendarText(event(lines, around))?.text ?? "";
const when = (lines: string, around = "") =>
  told(lines, around)
    .split("\n")
    .find((line) => line.startsWith("日時："));

describe("an invitation in words", () => {
  it("says what, when, where and who", () => {
    const text = told(
      `SUMMARY:DX推進会議\\, 第3回
       DTSTART;TZID=Asia/Tokyo:20260401T100000
       DTEND;TZID=Asia/Tokyo:20260401T113000
       LOCATION:本庁舎3階
       ORGANIZER;CN="山田, 太郎":mailto:yamada@example.jp
       ATTENDEE;CN=佐藤;PARTSTAT=ACCEPTED:mailto:sato@example.jp
       ATTENDEE;PARTSTAT=NEEDS-ACTION:MAILTO:suzuki@example.jp
       DESCRIPTION:資料は当日配ります。\\nよろしくお願いします。`,
      "METHOD:REQUEST\r\n",
    );
    expect(text).toBe(
      [
        "──── 予定（会議への招待） ────",
        "出欠は、このメールへの返信などでお知らせください。",
        "件名：DX推進会議, 第3回",
        "日時：2026年4月1日（水）10:00～11:30（日本時間）",
        "場所：本庁舎3階",
        "主催者：山田, 太郎 <yamada@example.jp>",
        "参加者：2名",
        "　・佐藤 <sato@example.jp>（出席）",
        "　・suzuki@example.jp",
        "説明：",
        "資料は当日配ります。",
        "よろしくお願いします。",
      ].join("\n"),
    );
  });

  it.each([
    ["REQUEST", "予定（会議への招待）"],
    ["CANCEL", "予定（取消）"],
    ["REPLY", "予定（出欠の回答）"],
    ["COUNTER", "予定（変更の提案）"],
    ["PUBLISH", "予定（お知らせ）"],
    ["X-OTHER", "予定 "],
  ])("says of METHOD %s: %s", (method, title) => {
    expect(told("SUMMARY:x", `METHOD:${method}\r\n`)).toContain(
      `──── ${title}`,
    );
  });

  it("tells where a link goes, and nothing of what runs", () => {
    expect(told("URL:https://example.jp/a")).toContain(
      "リンク：https://example.jp/a",
    );
    expect(told("URL:javascript:alert(1)")).not.toContain("リンク");
  });

  it("says who declined in a reply", () => {
    expect(
      told("ATTENDEE;PARTSTAT=DECLINED;CN=佐藤:mailto:sato@example.jp"),
    ).toContain("佐藤 <sato@example.jp>（欠席）");
  });

  it.each([
    ["UTC", "DTSTART:20260331T153000Z", "2026年4月1日（水）0:30（日本時間）"],
    [
      "Outlook's name",
      "DTSTART;TZID=Tokyo Standard Time:20260401T090000",
      "2026年4月1日（水）9:00（日本時間）",
    ],
    [
      "floating",
      "DTSTART:20260401T090000",
      "2026年4月1日（水）9:00（時差の指定なし）",
    ],
    [
      "unknown zone",
      "DTSTART;TZID=Mars:20260401T090000",
      "2026年4月1日（水）9:00（「Mars」の時刻）",
    ],
    ["whole day", "DTSTART;VALUE=DATE:20260401", "2026年4月1日（水）終日"],
    [
      "days",
      "DTSTART;VALUE=DATE:20260401\nDTEND;VALUE=DATE:20260404",
      "2026年4月1日（水）～2026年4月3日（金）（終日）",
    ],
    [
      "over midnight",
      "DTSTART:20260401T140000Z\nDTEND:20260401T160000Z",
      "2026年4月1日（水）23:00～2026年4月2日（木）1:00（日本時間）",
    ],
    [
      "duration",
      "DTSTART:20260401T010000Z\nDURATION:PT1H30M",
      "2026年4月1日（水）10:00～11:30（日本時間）",
    ],
    ["no time at all", "DTSTART:20261341T000000Z", "20261341T000000Z"],
  ])("tells the time: %s", (_, lines, words) => {
    expect(when(lines)).toBe(`日時：${words}`);
  });

  it("tells summer time in New York, with the local time", () => {
    expect(
      told("DTSTART;TZID=Eastern Standard Time:20260701T090000\nDURATION:PT1H"),
    ).toContain(
      "日時：2026年7月1日（水）22:00～23:00（日本時間）\n　現地では 2026年7月1日（水）9:00～10:00（Eastern Standard Time）",
    );
  });

  it("takes the offset of a zone of the sender's own that never changes its clock", () => {
    const zone =
      "BEGIN:VTIMEZONE\r\nTZID:Ours\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0800\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    expect(when("DTSTART;TZID=Ours:20260401T090000", zone)).toBe(
      "日時：2026年4月1日（水）10:00（日本時間）",
    );
  });

  it.each([
    ["FREQ=DAILY;COUNT=5", "毎日（全5回）"],
    ["FREQ=WEEKLY;BYDAY=MO,TH", "毎週月・木曜日"],
    ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;WKST=SU", "毎週平日（月～金曜日）"],
    [
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20261231T145959Z",
      "2週間ごと火曜日（2026年12月31日（木）まで）",
    ],
    ["FREQ=MONTHLY;BYMONTHDAY=15", "毎月15日"],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", "毎月末日"],
    ["FREQ=MONTHLY;BYDAY=2TU", "毎月第2火曜日"],
    ["FREQ=MONTHLY;BYDAY=-1FR", "毎月最終金曜日"],
    ["FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", "毎年4月1日"],
  ])("tells the rule %s as %s", (rule, words) => {
    expect(ruleWords(rule)).toBe(words);
  });

  it.each([
    "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
    "FREQ=YEARLY;BYWEEKNO=20",
    "FREQ=HOURLY",
    "FREQ=WEEKLY;BYDAY=XX",
    "",
  ])("has no words for the rule %j, which is shown as it is", (rule) => {
    expect(ruleWords(rule)).toBeNull();
    if (rule !== "")
      expect(told(`RRULE:${rule}`)).toContain(`繰り返し：規則 ${rule}`);
  });

  it("names the days that are left out", () => {
    expect(
      told(
        "DTSTART:20260401T010000Z\nRRULE:FREQ=DAILY\nEXDATE:20260403T010000Z,20260404T010000Z",
      ),
    ).toContain("除く日：2026年4月3日（金）、2026年4月4日（土）");
  });

  it("reports files of an event, which are not carried over", () => {
    const read = calendarText(
      event("SUMMARY:x\nATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA"),
    );
    expect(read?.findings).toEqual(["calendar-attachment"]);
    expect(read?.text).not.toContain("AAAA");
  });

  it("does not take an alarm's words for the event's", () => {
    expect(
      told("BEGIN:VALARM\nDESCRIPTION:alarm\nEND:VALARM\nDESCRIPTION:event"),
    ).toMatch(/説明：\nevent$/);
  });

  it("tells a task with its due time", () => {
    const text = calendarText(
      "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:回答\nDUE:20260401T080000Z\nEND:VTODO\nEND:VCALENDAR",
    )?.text;
    expect(text).toContain(
      "作業：回答\n日時：2026年4月1日（水）17:00（日本時間）まで",
    );
  });

  it("keeps a value with a line break on its own line, so that it can't pose as another", () => {
    expect(told("SUMMARY:x\\n場所：別の所")).toContain("件名：x 場所：別の所");
  });

  it("loses no words that stand behind the calendar", () => {
    expect(
      calendarText(`${event("SUMMARY:x")}\r\n大事な追伸\r\n`)?.text,
    ).toMatch(/\n\n大事な追伸$/);
  });

  it("is null for a calendar without events, and for none", () => {
    expect(calendarText("BEGIN:VCALENDAR\nEND:VCALENDAR")).toBeNull();
    expect(calendarText("hello")).toBeNull();
  });

  it("shows 50 of 20,000 events and 30 of 1,000 attendees, and says how many more", () => {
    const many = `BEGIN:VCALENDAR\n${"BEGIN:VEVENT\nEND:VEVENT\n".repeat(20_000)}`;
    const read = calendarText(many);
    expect(read?.text.match(/件名：/g)).toHaveLength(50);
    expect(read?.text).toContain("（ほかに 19950 件の予定があります）");
    expect(read?.findings).toEqual(["text-shortened"]);
    const people = told("ATTENDEE:mailto:a@b.jp\n".repeat(1000));
    expect(people.match(/　・/g)).toHaveLength(30);
    expect(people).toContain("参加者：1000名");
    expect(people).toContain("（ほか 970 名）");
  });

  it("reads 5 MB of nesting, of zones and of one long line", () => {
    for (const hostile of [
      "BEGIN:VEVENT\n".repeat(350_000),
      Array.from(
        { length: 40_000 },
        (_, at) =>
          `BEGIN:VEVENT\nDTSTART;TZID=Etc/Z${at}:20260401T000000\nEND:VEVENT\n`,
      ).join(""),
      `BEGIN:VEVENT\nRRULE:${"BYDAY=MO;".repeat(500_000)}\n`,
      `BEGIN:VEVENT\nEXDATE:${"20260401,".repeat(500_000)}\n`,
    ])
      expect(calendarText(hostile)?.text.length).toBeLessThan(100_000);
  });
});
