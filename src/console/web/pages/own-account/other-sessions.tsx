import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct, useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { WORDS } from "./words.ts";

interface SessionsTold {
  readonly sessions: readonly {
    readonly key: string;
    readonly address: string;
    readonly way: "password" | "passkey" | "oidc";
    readonly wayWords: string;
    readonly createdAt: number;
    readonly seenAt: number;
    readonly isThis: boolean;
  }[];
}

const PATH = "/api/v1/sessions";

/** Where one is signed in, and the way to end what is not one's own. */
export function OtherSessions() {
  const words = useWords(WORDS);
  const asked = useAsk<SessionsTold>(PATH);
  const [ended, setEnded] = useState<number | null>(null);
  const { isRunning, problem, run } = useAct();
  const end = (key: string) =>
    run(async () => {
      await ask("DELETE", `${PATH}/${key}`, {});
      setEnded(1);
      asked.again();
    });
  const endAll = () =>
    run(async () => {
      const told = await ask<{ readonly ended: number }>("DELETE", PATH, {});
      setEnded(told.ended);
      asked.again();
    });
  return (
    <Section title={words.sessionsTitle}>
      <p>{words.sessionsTold}</p>
      <ProblemBanner problem={problem} />
      {ended === null ? null : (
        <Banner kind="success" title={words.ended(ended)} />
      )}
      <Answered asked={asked}>
        {({ sessions }) => (
          <>
            <Table
              caption={words.sessionsTitle}
              rows={sessions}
              keyOf={({ key }) => key}
              columns={[
                {
                  name: words.from,
                  isHead: true,
                  cell: ({ address, isThis, way }) => (
                    <div className="stack-tight">
                      <span className="row">
                        <code>{address}</code>
                        {isThis ? (
                          <Badge tone="blue">{words.here}</Badge>
                        ) : null}
                      </span>
                      <span className="soft">{words.ways[way]}</span>
                    </div>
                  ),
                },
                {
                  name: words.began,
                  tight: true,
                  cell: ({ createdAt }) => <Time at={createdAt} />,
                },
                {
                  name: words.seen,
                  tight: true,
                  cell: ({ seenAt }) => <Time at={seenAt} />,
                },
                {
                  name: words.act,
                  tight: true,
                  cell: ({ key, isThis }) =>
                    isThis ? (
                      "—"
                    ) : (
                      <Button
                        look="outline"
                        size="small"
                        disabled={isRunning}
                        onClick={() => void end(key)}
                      >
                        {words.endOne}
                      </Button>
                    ),
                },
              ]}
            />
            <div className="form-buttons">
              <Button
                look="outline"
                busy={isRunning}
                disabled={sessions.length < 2}
                onClick={() => void endAll()}
              >
                {words.end}
              </Button>
            </div>
          </>
        )}
      </Answered>
    </Section>
  );
}
