import type { MailTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { WORDS } from "./words.ts";

/** How far the delivery to each recipient came. */
export function Recipients({
  mail: { recipients },
}: {
  readonly mail: MailTold;
}) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  const told = useToldWords();
  const rows = recipients.map((one, at) => ({ ...one, at: String(at) }));
  return (
    <Section title={words.recipients}>
      <Table
        caption={words.recipients}
        rows={rows}
        keyOf={({ at }) => at}
        columns={[
          {
            name: words.address,
            isHead: true,
            cell: ({ address }) =>
              address === null ? (
                <span className="soft">{parts.notShown}</span>
              ) : (
                <Untrusted text={address} />
              ),
          },
          {
            name: words.state,
            tight: true,
            cell: (one) => (
              <Badge
                tone={
                  one.state === "delivered"
                    ? "good"
                    : one.state === "discarded"
                      ? "plain"
                      : "wait"
                }
              >
                {told.recipient(one)}
              </Badge>
            ),
          },
          {
            name: words.attempts,
            tight: true,
            cell: ({ attempts }) => words.times(attempts),
          },
          {
            name: words.reply,
            cell: ({ reply }) =>
              reply === null || reply === "" ? "—" : <Untrusted text={reply} />,
          },
        ]}
      />
    </Section>
  );
}
