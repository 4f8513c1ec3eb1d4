import { useState } from "react";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Checkbox } from "../../parts/field.tsx";
import { RecoveryCodes } from "../../parts/recovery-codes.tsx";
import { WORDS } from "./words.ts";

/** The codes are shown only here, so that nobody goes on past them unseen. */
export function DoneSetUp({ codes }: { readonly codes: readonly string[] }) {
  const words = useWords(WORDS);
  const [isKept, setKept] = useState(false);
  return (
    <>
      <Banner kind="success" title={words.doneTitle} />
      <section className="panel">
        <h2>{words.codes}</h2>
        <p>{words.codesMore}</p>
        <RecoveryCodes codes={codes} />
        <Checkbox
          label={words.kept}
          checked={isKept}
          onChange={({ target }) => setKept(target.checked)}
        />
        <div className="form-buttons">
          <Button
            size="large"
            disabled={!isKept}
            onClick={() => location.assign("/quarantine")}
          >
            {words.go}
          </Button>
        </div>
      </section>
    </>
  );
}
