import type { StopTold } from "../api/told-operations.ts";
import { useWords } from "../language/language.tsx";
import { Time } from "../parts/measures.tsx";
import { Untrusted } from "../parts/untrusted.tsx";
import { WORDS } from "./words.ts";
import { usePersonName } from "../session/people.tsx";

/** Whose crossing, who stopped it, when, and why: in one line. */
export function StopFacts({ stop }: { readonly stop: StopTold }) {
  const words = useWords(WORDS);
  const nameOf = usePersonName();
  return (
    <p className="row">
      <strong>{stop.tenant === "*" ? words.everybody : stop.tenantName}</strong>
      <span>{words.by(nameOf(stop.by))}</span>
      <span>
        {words.since} <Time at={stop.since} />
      </span>
      <span>
        {words.reason} <Untrusted text={stop.reason} max={80} />
      </span>
    </p>
  );
}
