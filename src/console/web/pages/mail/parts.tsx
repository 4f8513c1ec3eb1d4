import type { HoldTold, MailTold, PartTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Bytes } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";

const SCAN_TONES: Readonly<Record<PartTold["scan"], Tone>> = {
  clean: "good",
  unexaminable: "wait",
  malicious: "bad",
};
const HASH_CHARACTERS = 16;

/** The part tree, flat and in its order; the place tells the depth. */
export function Parts({ mail: { parts, holds } }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const told = useToldWords();
  return (
    <Section title={words.parts}>
      <p>{parts.length === 0 ? words.noParts : words.partsLead}</p>
      {parts.length === 0 ? null : (
        <Table
          caption={words.parts}
          rows={parts}
          keyOf={({ path }) => path}
          columns={[
            {
              name: words.path,
              tight: true,
              cell: ({ path }) => <code>{path}</code>,
            },
            {
              name: words.name,
              isHead: true,
              cell: ({ name, path, sha256 }) => (
                <div className={`stack-tight depth-${depthOf(path)}`}>
                  {name === null || name === "" ? (
                    <span className="soft">{words.noName}</span>
                  ) : (
                    <Untrusted text={name} />
                  )}
                  <code className="soft" title={sha256}>
                    {sha256.slice(0, HASH_CHARACTERS)}
                  </code>
                </div>
              ),
            },
            {
              name: words.kind,
              cell: ({ kind, type }) => (
                <div className="stack-tight">
                  <span>{kind}</span>
                  <code className="soft">{type}</code>
                </div>
              ),
            },
            {
              name: words.size,
              align: "right",
              tight: true,
              cell: ({ bytes }) => <Bytes bytes={bytes} />,
            },
            {
              name: words.scan,
              cell: (part) => (
                <div className="stack-tight">
                  <span>
                    <Badge tone={SCAN_TONES[part.scan]}>
                      {told.verdict(part.scan)}
                    </Badge>
                  </span>
                  {part.signature === null ? null : (
                    <code>{part.signature}</code>
                  )}
                  <span className="soft">{part.engine}</span>
                </div>
              ),
            },
            {
              name: words.treatment,
              cell: (part) => (
                <Treatment
                  part={part}
                  held={holds.filter((hold) => hold.part === part.path)}
                />
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

/** What was planned, and what became of it where it could not be done. */
function Treatment({
  part,
  held,
}: {
  readonly part: PartTold;
  readonly held: readonly HoldTold[];
}) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const [hold] = held;
  if (hold === undefined) return told.treatment(part);
  return (
    <div className="stack-tight">
      <span className="row">
        <Badge tone={hold.code === "VIRUS_FOUND" ? "bad" : "wait"}>
          {told.reason(hold.code).title}
        </Badge>
        <span>{told.holdState(hold)}</span>
      </span>
      <span className="soft">{words.noticeInstead}</span>
    </div>
  );
}

const MAX_DEPTH = 4;

function depthOf(path: string): number {
  return Math.min(MAX_DEPTH, path.split(".").length - 1);
}
