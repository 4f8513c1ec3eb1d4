import type { EntryTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";

/** Said elsewhere in the row. */
const LEFT_OUT: readonly string[] = ["item", "seen"];

/** Whatever an entry holds besides who, when and what, as names and values. */
export function FactsCell({ entry }: { readonly entry: EntryTold }) {
  const words = useWords(WORDS);
  const facts = Object.entries(entry.facts).filter(
    ([name, value]) =>
      !LEFT_OUT.includes(name) && value !== null && value !== "",
  );
  if (facts.length === 0) return "—";
  return (
    <ul className="fact-list">
      {facts.map(([name, value]) => (
        <li key={name}>
          <span className="soft">{words.facts[name] ?? name}</span>{" "}
          <Untrusted text={told(value, words.values)} max={200} />
        </li>
      ))}
    </ul>
  );
}

function told(value: unknown, known: Readonly<Record<string, string>>): string {
  if (typeof value === "string") return known[value] ?? value;
  if (typeof value === "number" || typeof value === "boolean")
    return known[String(value)] ?? String(value);
  if (Array.isArray(value))
    return value.map((one) => told(one, known)).join(known["and"] ?? ", ");
  if (typeof value !== "object" || value === null) return "—";
  if ("role" in value && "tenant" in value)
    return `${told(value.role, known)}（${told(value.tenant, known)}）`;
  return Object.entries(value)
    .filter(([, inner]) => inner !== null && inner !== undefined)
    .map(([name, inner]) => `${known[name] ?? name} = ${told(inner, known)}`)
    .join(known["and"] ?? ", ");
}
