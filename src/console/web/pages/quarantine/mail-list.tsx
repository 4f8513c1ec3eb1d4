import { useState } from "react";
import type { MailsTold, RowTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge, stateTone } from "../../parts/badge.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Checkbox } from "../../parts/field.tsx";
import { Bytes, Time } from "../../parts/measures.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Table } from "../../parts/table.tsx";
import type { Column } from "../../parts/table.tsx";
import { usePerson } from "../../session/session.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { BulkAct } from "./bulk-dialog.tsx";
import { addressOf, countOf } from "./filter.ts";
import type { Filter } from "./filter.ts";
import {
  ReasonCell,
  RecipientCell,
  SubjectCell,
  useSubject,
} from "./row-cells.tsx";
import { WORDS } from "./words.ts";

export function MailList({
  mails: { rows, after: next, complete },
  filter,
  after,
  again,
}: {
  readonly mails: MailsTold;
  readonly filter: Filter;
  readonly after: string | null;
  readonly again: () => void;
}) {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [bulk, setBulk] = useState<BulkAct | null>(null);
  const columns = useColumns(rows, { filter, chosen, choose });
  const picked = rows.filter(({ item }) => chosen.has(item));
  return (
    <>
      {rows.length === 0 && complete ? (
        <p className="nothing">
          {countOf(filter) === 0 ? words.nothingHeld : words.nothing}
        </p>
      ) : (
        <Table
          caption={words.list}
          columns={columns}
          rows={rows}
          keyOf={({ item }) => item}
        />
      )}
      {complete ? null : <Banner kind="info" title={words.incomplete} />}
      {picked.length === 0 ? null : (
        <div
          className="bulk"
          role="region"
          aria-label={words.bulk(picked.length)}
        >
          <strong>{words.bulk(picked.length)}</strong>
          {picked.some((row) => row.may.release) ? (
            <Button onClick={() => setBulk("release")}>{words.release}</Button>
          ) : null}
          {picked.some((row) => row.may.discard) ? (
            <Button look="outline" danger onClick={() => setBulk("discard")}>
              {words.discard}
            </Button>
          ) : null}
          {may("mail.rescan") ? (
            <Button look="outline" onClick={() => setBulk("rescan")}>
              {words.rescan}
            </Button>
          ) : null}
          {may("mail.pin") ? (
            <Button look="outline" onClick={() => setBulk("pin")}>
              {words.pin}
            </Button>
          ) : null}
          <Button look="text" onClick={() => choose(new Set())}>
            {words.unchoose}
          </Button>
        </div>
      )}
      <Pager
        first={after === null ? null : addressOf(filter, null)}
        next={next === null ? null : addressOf(filter, next)}
      />
      {bulk === null ? null : (
        <BulkDialog
          act={bulk}
          rows={picked}
          onClose={(didSomething) => {
            setBulk(null);
            if (!didSomething) return;
            choose(new Set());
            again();
          }}
        />
      )}
    </>
  );
}

interface Choice {
  readonly filter: Filter;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (chosen: ReadonlySet<string>) => void;
}

function useColumns(
  rows: readonly RowTold[],
  { filter, chosen, choose }: Choice,
): readonly Column<RowTold>[] {
  const words = useWords(WORDS);
  const told = useToldWords();
  const { session, tenantName } = usePerson();
  const subject = useSubject();
  const choosable = rows.filter(({ may }) => may.release || may.discard);
  const kept = addressOf(filter, null).slice("/quarantine".length);
  const isAll =
    choosable.length > 0 && choosable.every(({ item }) => chosen.has(item));
  const toggle = (item: string) => {
    const after = new Set(chosen);
    if (!after.delete(item)) after.add(item);
    choose(after);
  };
  return [
    ...(choosable.length === 0
      ? []
      : [
          {
            name: words.chosen,
            head: (
              <Checkbox
                label={words.chooseAll}
                hideLabel
                checked={isAll}
                onChange={() =>
                  choose(
                    new Set(isAll ? [] : choosable.map(({ item }) => item)),
                  )
                }
              />
            ),
            cell: (row: RowTold) =>
              row.may.release || row.may.discard ? (
                <Checkbox
                  label={words.choose(subject(row))}
                  hideLabel
                  checked={chosen.has(row.item)}
                  onChange={() => toggle(row.item)}
                />
              ) : null,
          },
        ]),
    {
      name: words.mail,
      isHead: true,
      cell: (row) => <SubjectCell row={row} kept={kept} />,
    },
    {
      name: words.why,
      cell: (row) => <ReasonCell row={row} />,
    },
    { name: words.to, cell: (row) => <RecipientCell row={row} /> },
    ...(session.tenants.length < 2
      ? []
      : [
          {
            name: words.tenant,
            cell: (row: RowTold) => tenantName(row.tenant),
            tight: true,
          },
        ]),
    {
      name: words.when,
      cell: (row) => (
        <div className="stack-tight">
          <Time at={row.receivedAt} />
          <span className="soft">
            <Bytes bytes={row.bytes} />
          </span>
        </div>
      ),
      tight: true,
    },
    {
      name: words.stateShort,
      cell: (row) => {
        const state = row.holds[0] ?? null;
        return state === null ? (
          "—"
        ) : (
          <Badge tone={stateTone(state.state)}>{told.holdState(state)}</Badge>
        );
      },
      tight: true,
    },
  ];
}
