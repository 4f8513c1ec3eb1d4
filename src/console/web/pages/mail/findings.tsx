import type { MailTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";

/** What was in the mail and is not in the new one, or what a reader should know. */
export function Findings({ mail: { findings } }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const rows = findings.map((one, at) => ({ ...one, at: String(at) }));
  return (
    <Section title={words.findings}>
      {rows.length === 0 ? (
        <p>{words.noFindings}</p>
      ) : (
        <Table
          caption={words.findings}
          rows={rows}
          keyOf={({ at }) => at}
          columns={[
            {
              name: words.path,
              tight: true,
              cell: ({ part }) => <code>{part}</code>,
            },
            {
              name: words.what,
              isHead: true,
              cell: (one) => (
                <div className="stack-tight">
                  <span>{told.finding(one)}</span>
                  <code className="soft">{one.code}</code>
                </div>
              ),
            },
            {
              name: words.detail,
              cell: ({ detail }) =>
                detail === null || detail === "" ? (
                  "—"
                ) : (
                  <Untrusted text={detail} />
                ),
            },
          ]}
        />
      )}
    </Section>
  );
}
