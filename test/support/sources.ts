import { z } from "zod";
import { fileSchema } from "../../src/config/schema.ts";

/** What the code says of itself, in the form in which the pages tell it. */

export interface Citation {
  readonly sections: Set<string>;
  readonly files: Set<string>;
}

/** `RFC 5321 §4.5.1, §4.5.3` and the like, by number. */
export function citationsIn(
  files: readonly { readonly path: string; readonly text: string }[],
): ReadonlyMap<string, Citation> {
  const cited = new Map<string, Citation>();
  for (const { path, text } of files) {
    const joined = text.replace(/\n \* ?/g, " ");
    for (const [, number = "", list = ""] of joined.matchAll(
      /RFC ?(\d{3,5})((?:,? ?§[\d.]*\d(?:–\d)?)*)/g,
    )) {
      const one = cited.get(number) ?? {
        sections: new Set(),
        files: new Set(),
      };
      cited.set(number, one);
      one.files.add(path);
      for (const [, section = ""] of list.matchAll(/§([\d.]*\d(?:–\d)?)/g))
        one.sections.add(section);
    }
  }
  return cited;
}

export interface Setting {
  /** Such as `smtp.port`, `tenants[].id`. */
  readonly key: string;
  readonly preset: string;
  readonly range: string;
}

interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

/** Every key that the one settings file may hold. */
export function settingsOf(): Setting[] {
  const root = z.toJSONSchema(fileSchema, {
    io: "input",
    unrepresentable: "any",
  }) as Schema;
  return below(root, "");
}

function below(schema: Schema, above: string): Setting[] {
  return (schema.anyOf ?? [schema]).flatMap((form) => [
    ...Object.entries(form.properties ?? {}).flatMap(([name, inner]) =>
      settingsIn(inner, {
        key: above === "" ? name : `${above}.${name}`,
        required: form.required?.includes(name) ?? false,
      }),
    ),
    ...(form.items === undefined ? [] : below(form.items, `${above}[]`)),
  ]);
}

function settingsIn(
  schema: Schema,
  { key, required }: { readonly key: string; readonly required: boolean },
): Setting[] {
  const isGroup = schema.properties !== undefined;
  return [
    ...(isGroup
      ? []
      : [{ key, preset: presetOf(schema, required), range: rangeOf(schema) }]),
    ...below(schema, key),
  ];
}

function presetOf(schema: Schema, required: boolean): string {
  if (schema.default !== undefined) return JSON.stringify(schema.default);
  return required ? "must be given" : "see below";
}

function rangeOf(schema: Schema): string {
  const numbers = [schema, ...(schema.anyOf ?? [])].find(
    (form) => form.minimum !== undefined,
  );
  if (numbers !== undefined) return `${numbers.minimum} – ${numbers.maximum}`;
  return schema.enum?.join(", ") ?? "–";
}
