import { useAsk } from "../../api/use-ask.ts";
import { bilingual, useLanguage, useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { timeWords } from "../../parts/measures.tsx";
import { Answered } from "../../parts/page.tsx";

const WORDS = bilingual({
  ja: {
    verified: (when: string) => `最終検証 ${when}、署名済み`,
    upTo: (from: number, seq: number) =>
      `#${from + 1} から #${seq} までの記録は、つながりが正しいことを確かめてあります。`,
    signature: "署名",
    never: "まだ検証されていません",
    neverMore: "検証と署名は 1 日に 1 回、自動で行われます。",
    broken: "改ざんの疑い",
    brokenMore: (when: string, seq: number) =>
      `${when} の検証で、#${seq} の記録が合いませんでした。記録を消さずに、情報セキュリティの責任者に連絡してください。サーバーでは npx sekisho audit verify で確かめられます。`,
    cut: (seq: number) => `#${seq} までは保存年限により削除`,
    cutMore: (when: string, archive: string | null) =>
      archive === null
        ? `${when} に削除しました。`
        : `${when} に、署名付きのファイル ${archive} に書き出してから削除しました。`,
    thinned: (first: number, last: number, count: number) =>
      `#${first} から #${last} の間の ${count} 件は保存年限により削除`,
  },
  en: {
    verified: (when: string) => `Last proven ${when}, and signed`,
    upTo: (from: number, seq: number) =>
      `The chain of entries holds from #${from + 1} to #${seq}.`,
    signature: "Signature",
    never: "Not proven yet",
    neverMore: "The record is proven and signed once a day, by itself.",
    broken: "The record may have been changed",
    brokenMore: (when: string, seq: number) =>
      `When it was proven, ${when}, entry #${seq} did not fit. Remove nothing, and tell whoever is responsible for security. On the server, npx sekisho audit verify looks again.`,
    cut: (seq: number) => `Entries up to #${seq} are past their time and gone`,
    cutMore: (when: string, archive: string | null) =>
      archive === null
        ? `Removed ${when}.`
        : `Removed ${when}, after they were written into the signed file ${archive}.`,
    thinned: (first: number, last: number, count: number) =>
      `${count} entries between #${first} and #${last} are past their time and gone`,
  },
});

interface ProofTold {
  readonly verified: {
    readonly at: number;
    readonly seq: number;
    readonly from: number;
    readonly signature: string;
  } | null;
  readonly broken: { readonly at: number; readonly brokenAt: number } | null;
  readonly cut: {
    readonly at: number;
    readonly seq: number;
    readonly archived: string | null;
  } | null;
  /** The last time that some went from its middle. */
  readonly thinned: {
    readonly at: number;
    readonly first: number;
    readonly last: number;
    readonly count: number;
    readonly archived: string | null;
  } | null;
}

/** How far the record was proven, and whether something did not fit. */
export function ProofOfRecord() {
  const asked = useAsk<ProofTold>("/api/v1/audit/proof");
  return (
    <Answered asked={asked}>
      {(proof) => (
        <>
          {proof.broken === null ? null : <Broken broken={proof.broken} />}
          <Verified verified={proof.verified} />
          {proof.cut === null ? null : <Cut cut={proof.cut} />}
          {proof.thinned === null ? null : <Thinned thinned={proof.thinned} />}
        </>
      )}
    </Answered>
  );
}

function Broken({
  broken: { at, brokenAt },
}: {
  readonly broken: NonNullable<ProofTold["broken"]>;
}) {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  return (
    <Banner kind="error" title={words.broken}>
      <p>{words.brokenMore(timeWords(at, language), brokenAt)}</p>
    </Banner>
  );
}

function Verified({ verified }: Pick<ProofTold, "verified">) {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  if (verified === null)
    return (
      <p className="soft">
        {words.never}。{words.neverMore}
      </p>
    );
  const { at, from, seq, signature } = verified;
  return (
    <details className="disclosure">
      <summary>{words.verified(timeWords(at, language))}</summary>
      <div className="panel">
        <p>{words.upTo(from, seq)}</p>
        <p>
          {words.signature} <code className="soft">{signature}</code>
        </p>
      </div>
    </details>
  );
}

function Cut({
  cut: { at, seq, archived },
}: {
  readonly cut: NonNullable<ProofTold["cut"]>;
}) {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  return (
    <Banner kind="info" title={words.cut(seq)}>
      <p>{words.cutMore(timeWords(at, language), archived)}</p>
    </Banner>
  );
}

function Thinned({
  thinned: { at, first, last, count, archived },
}: {
  readonly thinned: NonNullable<ProofTold["thinned"]>;
}) {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  return (
    <Banner kind="info" title={words.thinned(first, last, count)}>
      <p>{words.cutMore(timeWords(at, language), archived)}</p>
    </Banner>
  );
}
