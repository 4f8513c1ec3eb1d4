import { Link } from "wouter";
import type { ShownPartTold } from "../../api/told.ts";
import { REFUSALS_EN, WORDS } from "./words.ts";
import { useLanguage, useWords } from "../../language/language.tsx";
import { bytesWords } from "../../parts/measures.tsx";
import { cut } from "../../parts/untrusted.tsx";

/** In the place of a part's path: the text as it is delivered. */
export const DELIVERED = "text";

const NAME_CHARACTERS = 60;
const MAX_DEPTH = 4;

/** All parts in their order; what lies in an archive or a document stands under it. */
export function PartList({
  item,
  parts,
  chosen,
}: {
  readonly item: string;
  readonly parts: readonly ShownPartTold[];
  readonly chosen: string | null;
}) {
  const words = useWords(WORDS);
  const to = (part: string) => `/quarantine/${item}/view?part=${part}`;
  return (
    <nav className="viewer-parts" aria-label={words.parts}>
      <h2>{words.parts}</h2>
      {parts.length === 0 ? <p>{words.noParts}</p> : null}
      <ul>
        {parts.map((part) => (
          <li key={part.path} className={`depth-${depthOf(part, parts)}`}>
            {part.shows === "pages" || part.shows === "text" ? (
              <Link
                to={to(part.path)}
                replace
                aria-current={part.path === chosen ? "true" : undefined}
              >
                <Told part={part} />
              </Link>
            ) : (
              <span className="viewer-part">
                <Told part={part} />
              </span>
            )}
          </li>
        ))}
        <li className="depth-0">
          <Link
            to={to(DELIVERED)}
            replace
            aria-current={chosen === DELIVERED ? "true" : undefined}
          >
            <span className="viewer-name">{words.delivered}</span>
          </Link>
        </li>
      </ul>
    </nav>
  );
}

function Told({ part }: { readonly part: ShownPartTold }) {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  const { name, kind, bytes, why, whyWords, pages, isBody } = part;
  const refusal =
    why === null
      ? null
      : language === "en"
        ? (REFUSALS_EN[why] ?? why)
        : whyWords;
  const facts = [
    ...[kind, bytesWords(bytes)],
    ...(pages === null ? [] : [words.pageCount(pages)]),
  ];
  return (
    <>
      <bdi className="viewer-name">
        {isBody
          ? words.body
          : name === ""
            ? words.noName
            : cut(name, NAME_CHARACTERS)}
      </bdi>
      <span className="soft">{facts.join("・")}</span>
      {refusal === null ? null : <span className="soft">{refusal}</span>}
    </>
  );
}

function depthOf(part: ShownPartTold, parts: readonly ShownPartTold[]): number {
  let depth = 0;
  let above: ShownPartTold | undefined = part;
  while (above?.within != null && depth < MAX_DEPTH) {
    const { within }: ShownPartTold = above;
    above = parts.find(({ path }) => path === within);
    depth += 1;
  }
  return depth;
}
