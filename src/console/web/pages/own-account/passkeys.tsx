import { useState } from "react";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { hasPasskeys } from "../../session/passkey.ts";
import {
  AddPasskey,
  RemovePasskey,
  RenamePasskey,
} from "./passkey-dialogs.tsx";
import { WORDS } from "./passkey-words.ts";

export interface PasskeyTold {
  readonly key: string;
  readonly name: string;
  readonly createdAt: number;
  readonly usedAt: number | null;
  readonly synced: boolean;
}

interface PasskeysTold {
  /** The origin on which they work; null: nowhere. */
  readonly place: string | null;
  readonly passkeys: readonly PasskeyTold[];
}

export type Opened =
  | { readonly act: "add" }
  | { readonly act: "rename" | "remove"; readonly passkey: PasskeyTold };

const PATH = "/api/v1/session/passkeys";

/** One's own passkeys. Where the page stands at another address than they do, it says at which. */
export function Passkeys() {
  const words = useWords(WORDS);
  const asked = useAsk<PasskeysTold>(PATH);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [done, setDone] = useState<"added" | "renamed" | "removed" | null>(
    null,
  );
  const open = (wanted: Opened) => {
    setDone(null);
    setOpened(wanted);
  };
  const ended = (what: typeof done) => {
    setOpened(null);
    setDone(what);
    if (what !== null) asked.again();
  };
  return (
    <Section title={words.title}>
      <p>{words.told}</p>
      {done === null ? null : <Banner kind="success" title={words[done]} />}
      <Answered asked={asked}>
        {({ place, passkeys }) => (
          <>
            {passkeys.length === 0 ? (
              <p className="soft">{words.none}</p>
            ) : (
              <PasskeyTable passkeys={passkeys} onOpen={open} />
            )}
            <Adding place={place} onAdd={() => open({ act: "add" })} />
          </>
        )}
      </Answered>
      {opened === null ? null : <Dialogs opened={opened} onEnd={ended} />}
    </Section>
  );
}

function Dialogs({
  opened,
  onEnd,
}: {
  readonly opened: Opened;
  readonly onEnd: (what: "added" | "renamed" | "removed" | null) => void;
}) {
  if (opened.act === "add")
    return (
      <AddPasskey onDone={() => onEnd("added")} onClose={() => onEnd(null)} />
    );
  const { passkey } = opened;
  return opened.act === "rename" ? (
    <RenamePasskey
      {...{ passkey, onDone: () => onEnd("renamed") }}
      onClose={() => onEnd(null)}
    />
  ) : (
    <RemovePasskey
      {...{ passkey, onDone: () => onEnd("removed") }}
      onClose={() => onEnd(null)}
    />
  );
}

/** The way to a new one, or why there is none here. */
function Adding({
  place,
  onAdd,
}: {
  readonly place: string | null;
  readonly onAdd: () => void;
}) {
  const words = useWords(WORDS);
  if (place === null)
    return (
      <Banner kind="info" title={words.noPlace}>
        <p>{words.noPlaceMore}</p>
      </Banner>
    );
  if (place !== location.origin)
    return (
      <Banner kind="info" title={words.otherPlace(place)}>
        <a href={`${place}/account`}>{words.go}</a>
      </Banner>
    );
  if (!hasPasskeys()) return <Banner kind="info" title={words.noDevice} />;
  return (
    <div className="form-buttons">
      <Button look="outline" onClick={onAdd}>
        {words.add}
      </Button>
    </div>
  );
}

function PasskeyTable({
  passkeys,
  onOpen,
}: {
  readonly passkeys: readonly PasskeyTold[];
  readonly onOpen: (wanted: Opened) => void;
}) {
  const words = useWords(WORDS);
  return (
    <Table
      caption={words.title}
      rows={passkeys}
      keyOf={({ key }) => key}
      columns={[
        {
          name: words.name,
          isHead: true,
          cell: ({ name, synced }) => (
            <span className="row">
              {name}
              {synced ? <Badge tone="plain">{words.synced}</Badge> : null}
            </span>
          ),
        },
        {
          name: words.made,
          tight: true,
          cell: ({ createdAt }) => <Time at={createdAt} />,
        },
        {
          name: words.used,
          tight: true,
          cell: ({ usedAt }) =>
            usedAt === null ? (
              <span className="soft">{words.never}</span>
            ) : (
              <Time at={usedAt} />
            ),
        },
        {
          name: words.acts,
          cell: (passkey) => (
            <span className="row">
              <Button
                {...{ look: "outline", size: "small" }}
                aria-label={words.renameOf(passkey.name)}
                onClick={() => onOpen({ act: "rename", passkey })}
              >
                {words.rename}
              </Button>
              <Button
                {...{ look: "outline", size: "small", danger: true }}
                aria-label={words.removeOf(passkey.name)}
                onClick={() => onOpen({ act: "remove", passkey })}
              >
                {words.remove}
              </Button>
            </span>
          ),
        },
      ]}
    />
  );
}
