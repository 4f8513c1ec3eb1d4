import {
  components,
  contentLines,
  textBehind,
  unescapeText,
  type ContentLine,
} from "./content-lines.ts";
import { oneLine, type StructuredText } from "./structured-text.ts";

/** Business cards (vCard 2.1, 3.0, and 4.0 of RFC 6350) as a clerk reads them; at most this many. */
const MAX_CARDS = 100;
const MAX_LINES_OF_CARD = 100;

/** `unfolded` as `unfoldBytes` gives it. Null when there is no card in it. */
export function vcardText(unfolded: string): StructuredText | null {
  const cards: string[] = [];
  const findings = new Set<string>();
  let card: Card | null = null;
  let count = 0;
  for (const line of contentLines(unfolded)) {
    const marks = line.value.trim().toUpperCase() === "VCARD";
    if (line.name === "BEGIN" && marks) {
      count++;
      card = count <= MAX_CARDS ? new Card() : null;
    } else if (line.name === "END" && marks) {
      if (card !== null) cards.push(card.words());
      card = null;
    } else if (BINARY.has(line.name)) findings.add("vcard-picture");
    else card?.take(line);
  }
  if (card !== null) cards.push(card.words());
  if (count === 0) return null;
  const behind = textBehind(unfolded, "VCARD");
  if (count > MAX_CARDS) findings.add("text-shortened");
  return {
    text: [
      "──── 連絡先 ────",
      cards.join("\n\n"),
      ...(count > MAX_CARDS
        ? [`\n（ほかに ${count - MAX_CARDS} 件の連絡先があります）`]
        : []),
      ...(behind === "" ? [] : [`\n${behind}`]),
    ].join("\n"),
    findings: [...findings],
  };
}

/** Pictures, sounds and keys are files; they are left out and the reader is told. */
const BINARY: ReadonlySet<string> = new Set(["PHOTO", "LOGO", "KEY"]);

const LABELS: Readonly<Record<string, string>> = {
  NICKNAME: "通称",
  TITLE: "役職",
  ROLE: "担当",
  EMAIL: "メール",
  TEL: "電話",
  URL: "リンク",
  BDAY: "誕生日",
};
const PLACES: Readonly<Record<string, string>> = {
  WORK: "勤務先",
  HOME: "自宅",
  CELL: "携帯",
  FAX: "FAX",
  MAIN: "代表",
  PAGER: "ポケットベル",
};

class Card {
  readonly #rows: string[] = [];
  #name = "";
  #parts = "";
  #sound = "";
  #lines = 0;

  take(line: ContentLine): void {
    if (++this.#lines > MAX_LINES_OF_CARD) return;
    const row = this.#row(line);
    if (row !== null && !this.#rows.includes(row)) this.#rows.push(row);
  }

  #row(line: ContentLine): string | null {
    switch (line.name) {
      case "FN":
        this.#name ||= oneLine(unescapeText(line.value));
        return null;
      case "N":
        this.#parts ||= fullName(line);
        return null;
      case "SOUND":
      case "SORT-STRING":
      case "X-PHONETIC-LAST-NAME":
      case "X-PHONETIC-FIRST-NAME":
        this.#takeSound(line);
        return null;
      case "ORG":
        return told("組織", joined(line, " "));
      case "ADR":
        return told(`住所${where(line)}`, address(line));
      case "NOTE":
        return told("備考", unescapeText(line.value).trim());
      default:
        return told(
          `${LABELS[line.name] ?? ""}${where(line)}`,
          LABELS[line.name] === undefined
            ? ""
            : oneLine(
                unescapeText(line.value).replace(/^(?:mailto|tel):/i, ""),
              ),
        );
    }
  }

  /** Japanese telephones write the reading as `SOUND;X-IRMC-N:`, address books in two X- fields. */
  #takeSound(line: ContentLine): void {
    if (/^(?:https?|data|cid):/i.test(line.value)) return;
    const sound = joined(line, " ");
    this.#sound =
      line.name === "X-PHONETIC-LAST-NAME"
        ? `${sound} ${this.#sound}`.trim()
        : `${this.#sound} ${sound}`.trim();
  }

  words(): string {
    const name = this.#name || this.#parts || "（氏名なし）";
    return [
      `氏名：${name}`,
      ...(this.#sound === "" ? [] : [`ふりがな：${this.#sound}`]),
      ...this.#rows,
    ].join("\n");
  }
}

function told(label: string, value: string): string | null {
  return value === "" ? null : `${label}：${value}`;
}

function joined(line: ContentLine, between: string): string {
  return components(line.value, ";", 10)
    .map(oneLine)
    .filter((piece) => piece !== "")
    .join(between);
}

/** Family name first, as it is stored (RFC 6350 §6.2.2). */
function fullName(line: ContentLine): string {
  const [family = "", given = "", middle = ""] = components(line.value, ";", 5);
  return oneLine([family, given, middle].filter(Boolean).join(" "));
}

/** Postal code first and the country left out where it says nothing new, as addresses are written in Japan. */
function address(line: ContentLine): string {
  const [
    box = "",
    extended = "",
    street = "",
    city = "",
    region = "",
    code = "",
    country = "",
  ] = components(line.value, ";", 7).map(oneLine);
  const home = country === "" || /^(?:jp|japan|日本)$/i.test(country);
  return [
    code === "" ? "" : `〒${code.replace(/^〒/, "")} `,
    ...(home
      ? [region, city, street, extended, box]
      : [
          [street, extended, box, city, region, country]
            .filter(Boolean)
            .join(", "),
        ]),
  ]
    .join("")
    .trim();
}

function where(line: ContentLine): string {
  const types = (line.parameters.get("TYPE") ?? [])
    .flatMap((type) => type.toUpperCase().split(","))
    .map((type) => PLACES[type])
    .filter((word) => word !== undefined);
  return types.length === 0 ? "" : `（${[...new Set(types)].join("・")}）`;
}
