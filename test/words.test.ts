import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { VIEW_REFUSALS } from "../src/wire/viewer.ts";
import { ACT_WORDS } from "../src/policy/act-words.ts";
import { ACTS_EN, PROBLEMS_EN } from "../src/console/web/api/english.ts";

const PAGES = globSync("src/console/web/**/*.{ts,tsx}");
const SERVER = globSync("src/console/{,api/,sign-in/}*.ts").filter(
  (file) => !file.endsWith(".test.ts"),
);

function literalsIn(
  file: string,
  isOne: (node: ts.Node) => ts.Expression | undefined,
): readonly ts.Expression[] {
  const text = readFileSync(file, "utf8");
  const found: ts.Expression[] = [];
  const walk = (node: ts.Node): void => {
    const one = isOne(node);
    if (one !== undefined) found.push(one);
    node.forEachChild(walk);
  };
  walk(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** Names of all members, those of members included; words that are made are told by how many things they are made of. */
function shape(node: ts.Node): readonly string[] {
  if (!ts.isObjectLiteralExpression(node))
    return ts.isArrowFunction(node) ? [`(${node.parameters.length})`] : [];
  return node.properties.flatMap((member) => {
    if (ts.isSpreadAssignment(member)) return shape(member.expression);
    const name = member.name.getText();
    const inner = ts.isPropertyAssignment(member)
      ? shape(member.initializer)
      : [];
    return [name, ...inner.map((one) => `${name}.${one}`)];
  });
}

function side(words: ts.Expression, language: string): readonly string[] {
  if (!ts.isObjectLiteralExpression(words)) return [];
  const found = words.properties.find(
    (member) => member.name?.getText() === language,
  );
  return found !== undefined && ts.isPropertyAssignment(found)
    ? [...shape(found.initializer)].sort()
    : [];
}

const BILINGUAL = PAGES.flatMap((file) =>
  literalsIn(file, (node) =>
    ts.isCallExpression(node) && node.expression.getText() === "bilingual"
      ? node.arguments[0]
      : undefined,
  ).map((words) => ({ file, words })),
);

describe("words of the pages", () => {
  it("name every act in both languages", () => {
    const known = Object.keys(ACT_WORDS).sort();
    expect(known.length).toBeGreaterThan(80);
    expect(Object.keys(ACTS_EN).sort()).toEqual(known);
  });

  it("stand in more than 25 places", () => {
    expect(BILINGUAL.length).toBeGreaterThan(25);
  });

  it.each(BILINGUAL)("have both sides alike in $file", ({ words }) => {
    const japanese = side(words, "ja");
    expect(japanese.length).toBeGreaterThan(0);
    expect(side(words, "en")).toEqual(japanese);
  });

  it("have no Japanese on the English side", () => {
    const english = [...Object.values(ACTS_EN), ...Object.values(PROBLEMS_EN)];
    expect(english.filter((words) => /[ぁ-んァ-ヶ一-龠]/.test(words))).toEqual(
      [],
    );
  });

  it("tell in English whatever code the console refuses with", () => {
    const codes = new Set(
      SERVER.flatMap((file) =>
        literalsIn(file, refusalIn).map((code) => code.getText().slice(1, -1)),
      ),
    );
    expect(codes.size).toBeGreaterThan(40);
    const known = [...Object.keys(PROBLEMS_EN), ...VIEW_REFUSALS, "UNEXPECTED"];
    expect([...codes].filter((code) => !known.includes(code))).toEqual([]);
  });
});

/** `problemOf(409, "CODE", …)`, `[409, "CODE", …]` that is spread into it, and `code: "CODE"`. */
function refusalIn(node: ts.Node): ts.Expression | undefined {
  const isCode = (one: ts.Node | undefined): one is ts.StringLiteral =>
    one !== undefined &&
    ts.isStringLiteral(one) &&
    /^[A-Z]+(_[A-Z]+)*$/.test(one.text);
  const isStatus = (one: ts.Node | undefined) =>
    one !== undefined &&
    ts.isNumericLiteral(one) &&
    /^[45]\d\d$/.test(one.text);
  if (ts.isPropertyAssignment(node) && node.name.getText() === "code")
    return isCode(node.initializer) ? node.initializer : undefined;
  const [status, code] = ts.isCallExpression(node)
    ? node.arguments
    : ts.isArrayLiteralExpression(node)
      ? node.elements
      : [];
  return isStatus(status) && isCode(code) ? code : undefined;
}
