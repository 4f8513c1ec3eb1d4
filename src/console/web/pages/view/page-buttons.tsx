import { useEffect, useState } from "react";
import { useWords } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { WORDS } from "./words.ts";

/** Where one is, and the ways to another page or size. */
export function PageButtons({
  page,
  pages,
  go,
  dpi,
  onSmaller,
  onLarger,
}: {
  readonly page: number;
  readonly pages: number;
  readonly go: (to: number) => void;
  readonly dpi: number;
  readonly onSmaller: (() => void) | null;
  readonly onLarger: (() => void) | null;
}) {
  const words = useWords(WORDS);
  const turns = [
    ["«", words.first, 1],
    ["‹", words.before, page - 1],
    ["›", words.next, page + 1],
    ["»", words.last, pages],
  ] as const;
  const [first, before, next, last] = turns.map(([sign, name, to]) => (
    <Button
      key={name}
      look="outline"
      size="small"
      aria-label={name}
      title={name}
      disabled={to < 1 || to > pages || to === page}
      onClick={() => go(to)}
    >
      {sign}
    </Button>
  ));
  return (
    <div className="viewer-bar" role="toolbar" aria-label={words.pages}>
      <span className="row">
        {first}
        {before}
        {next}
        {last}
      </span>
      <span className="row">
        <PageNumber page={page} pages={pages} go={go} />
        <span className="viewer-count" role="status">
          {words.of(page, pages)}
        </span>
      </span>
      <span className="row">
        <Button
          look="outline"
          size="small"
          aria-label={words.smaller}
          title={words.smaller}
          disabled={onSmaller === null}
          onClick={() => onSmaller?.()}
        >
          −
        </Button>
        <span>{words.dpi(dpi)}</span>
        <Button
          look="outline"
          size="small"
          aria-label={words.larger}
          title={words.larger}
          disabled={onLarger === null}
          onClick={() => onLarger?.()}
        >
          ＋
        </Button>
      </span>
    </div>
  );
}

function PageNumber({
  page,
  pages,
  go,
}: {
  readonly page: number;
  readonly pages: number;
  readonly go: (to: number) => void;
}) {
  const words = useWords(WORDS);
  const [typed, type] = useState(String(page));
  useEffect(() => type(String(page)), [page]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const wished = Number(typed);
        if (Number.isInteger(wished)) go(wished);
        else type(String(page));
      }}
    >
      <input
        className="input viewer-number"
        inputMode="numeric"
        aria-label={words.page}
        maxLength={String(pages).length}
        value={typed}
        onChange={({ target }) => type(target.value)}
      />
    </form>
  );
}
