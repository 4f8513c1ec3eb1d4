/** Programs of the site for kinds of files that nothing here reads; `docs/converters.md`. */
import { isAbsolute } from "node:path";
import { z } from "zod";
import { filePath, shortName, type Complain } from "../kinds.ts";

const absolutePath = filePath.refine(isAbsolute, "must be an absolute path");

const converter = z.strictObject({
  name: shortName,
  program: absolutePath,
  folders: z.array(absolutePath).max(50).default([]),
  extension: z
    .string()
    .regex(/^[a-z0-9]{1,10}$/, "must be 1 to 10 of a-z and 0-9")
    .default("bin"),
  kinds: z
    .array(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/, "must be a media type"))
    .min(1)
    .max(100),
});

export const convertersSchema = z
  .array(converter)
  .max(50)
  .nullish()
  .transform((converters) => converters ?? []);

export function checkConverters(
  converters: z.output<typeof convertersSchema>,
  complain: Complain,
) {
  const names = new Set<string>();
  const owners = new Map<string, string>();
  for (const [at, { name, kinds }] of converters.entries()) {
    const place = ["policy", "converters", at];
    if (names.has(name)) complain([...place, "name"], "must be unique");
    names.add(name);
    for (const kind of kinds) {
      const owner = owners.get(kind);
      if (owner === undefined) owners.set(kind, name);
      else
        complain(
          [...place, "kinds"],
          `must belong to one converter; ${owner} has ${kind} already`,
        );
    }
  }
}
