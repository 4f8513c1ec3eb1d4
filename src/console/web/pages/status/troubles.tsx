import type { Severity, Trouble } from "../../../../core/measure.ts";
import { TROUBLES } from "../../../../policy/troubles.ts";
import { TROUBLES_EN } from "../../api/english-troubles.ts";
import { useLanguage, useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Time } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";

const TONES: Readonly<Record<Severity, Tone>> = {
  critical: "bad",
  warning: "wait",
  notice: "blue",
};
const ORDER: readonly Severity[] = ["critical", "warning", "notice"];

/** The worst first, then the oldest. */
export function sorted(troubles: readonly Trouble[]): readonly Trouble[] {
  return [...troubles].sort(
    (one, other) =>
      ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity) ||
      one.since - other.since,
  );
}

/** Nobody measures: said here, because nobody else is left to say it. */
export function silence(since: number): Trouble {
  return {
    ...{ code: "WATCH_SILENT", about: "", message: "", since },
    ...TROUBLES.WATCH_SILENT,
  };
}

export function Troubles({
  troubles,
}: {
  readonly troubles: readonly Trouble[];
}) {
  const words = useWords(WORDS);
  if (troubles.length === 0)
    return (
      <Banner kind="success" title={words.fine}>
        <p>{words.fineMore}</p>
      </Banner>
    );
  return (
    <Section
      title={words.now}
      aside={<span role="status">{words.count(troubles.length)}</span>}
    >
      <TroubleList troubles={troubles} />
    </Section>
  );
}

export function TroubleList({
  troubles,
  brief = false,
}: {
  readonly troubles: readonly Trouble[];
  /** With what to do, and no more. */
  readonly brief?: boolean;
}) {
  return (
    <ul className="troubles">
      {sorted(troubles).map((trouble) => (
        <TroubleItem
          key={`${trouble.code} ${trouble.about}`}
          {...{ trouble, brief }}
        />
      ))}
    </ul>
  );
}

/** Its message may hold words of a peer or a sender. */
function TroubleItem({
  trouble,
  brief,
}: {
  readonly trouble: Trouble;
  readonly brief: boolean;
}) {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  const { code, severity, message, since } = trouble;
  const english = TROUBLES_EN[code];
  const { title, advice } =
    language === "en" && english !== undefined ? english : trouble;
  return (
    <li className={`trouble trouble-${severity}`}>
      <div className="row">
        <Badge tone={TONES[severity]}>{words.severity[severity]}</Badge>
        <h3>{title}</h3>
        <span className="soft">
          {language === "en" ? `${words.since} ` : ""}
          <Time at={since} />
          {language === "ja" ? words.since : ""}
        </span>
      </div>
      {message === "" || brief ? null : (
        <p>
          <Untrusted text={message} max={240} />
        </p>
      )}
      <p>
        {brief ? null : <strong>{words.toDo}：</strong>}
        {advice}
      </p>
    </li>
  );
}
