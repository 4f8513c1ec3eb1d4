import type { ChecksTold } from "../../api/told-operations.ts";
import { usePolled } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Time } from "../../parts/measures.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";

const NAMES = ["self-test", "state"] as const;
const EVERY_MS = 30_000;

/** What the gateway found out about itself. */
export function Checks() {
  const words = useWords(WORDS);
  const asked = usePolled<ChecksTold>("/api/v1/checks", EVERY_MS);
  return (
    <Section title={words.checks}>
      <Answered asked={asked}>
        {({ checks }) => (
          <Table
            caption={words.checks}
            rows={NAMES.map((name) => ({
              name,
              last: checks.find((one) => one.name === name) ?? null,
            }))}
            keyOf={({ name }) => name}
            columns={[
              {
                ...{ name: words.name, isHead: true },
                cell: ({ name }) => (
                  <div className="stack-tight">
                    <strong>{words.check[name]}</strong>
                    <span className="advice">{words.checkTold[name]}</span>
                  </div>
                ),
              },
              {
                name: words.state,
                cell: ({ last }) =>
                  last === null ? (
                    <span className="soft">{words.notYet}</span>
                  ) : (
                    <Badge tone={last.passed ? "good" : "bad"}>
                      {last.passed ? words.passed : words.failed}
                    </Badge>
                  ),
              },
              {
                name: words.when,
                cell: ({ last }) =>
                  last === null ? "—" : <Time at={last.at} />,
              },
              {
                name: words.detail,
                cell: ({ last }) =>
                  last === null || last.detail === "" ? (
                    "—"
                  ) : (
                    <Untrusted text={last.detail} max={240} />
                  ),
              },
            ]}
          />
        )}
      </Answered>
    </Section>
  );
}
