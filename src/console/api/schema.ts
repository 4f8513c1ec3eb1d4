/** JSON schemas of the API in short. What is not named is refused in a question and left out of an answer. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Members whose name ends in "?" may be absent. */
export function object(members: Readonly<Record<string, Schema>>): Schema {
  const entries = Object.entries(members);
  return {
    type: "object",
    additionalProperties: false,
    required: entries
      .map(([name]) => name)
      .filter((name) => !name.endsWith("?")),
    properties: Object.fromEntries(
      entries.map(([name, schema]) => [name.replace(/\?$/, ""), schema]),
    ),
  };
}

export function list(items: Schema, maxItems?: number): Schema {
  return {
    type: "array",
    items,
    ...(maxItems === undefined ? {} : { maxItems }),
  };
}

/** `maxLength` in characters. */
export function words(maxLength: number, minLength = 0): Schema {
  return { type: "string", minLength, maxLength };
}

/** What a person types and others will read: no control characters but the line feed. */
export function prose(maxLength: number): Schema {
  return {
    ...words(maxLength, 1),
    pattern:
      "^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$",
  };
}

/** A name that a person gives to something of their own: one line, not blank. `maxLength` in characters. */
export function label(maxLength: number): Schema {
  return {
    ...words(maxLength, 1),
    pattern:
      "^[^\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069]*[^\\s\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069][^\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069]*$",
  };
}

export function oneOf(values: readonly string[]): Schema {
  return { type: "string", enum: values };
}

export function orNull(schema: Schema): Schema {
  const types = typeof schema.type === "string" ? [schema.type] : [];
  const values = schema.enum;
  return {
    ...schema,
    type: [...types, "null"],
    ...(values === undefined ? {} : { enum: values }),
  };
}

export const text: Schema = { type: "string" };
export const number: Schema = { type: "number" };
export const flag: Schema = { type: "boolean" };
/** Epoch milliseconds. */
export const time: Schema = { type: "number", description: "epoch ms" };
export const digits: Schema = { type: "string", pattern: "^[0-9]{1,15}$" };
/** Any object: for what the record keeps of an act. */
export const facts: Schema = { type: "object", additionalProperties: true };

export const problem: Schema = object({
  code: text,
  message: { type: "string", description: "日本語" },
  "by?": text,
  "at?": time,
});
