import { useWords } from "../../language/language.tsx";
import { Field } from "../../parts/field.tsx";
import { WORDS } from "./words.ts";

export interface Proof {
  readonly password: string;
  readonly code: string;
}

export const NO_PROOF: Proof = { password: "", code: "" };

/** Password and code once more, for what a borrowed screen must not be able to do. */
export function ProofFields({
  proof,
  onChange,
}: {
  readonly proof: Proof;
  readonly onChange: (proof: Proof) => void;
}) {
  const words = useWords(WORDS);
  return (
    <>
      <Field
        label={words.password}
        type="password"
        autoComplete="current-password"
        required
        value={proof.password}
        onChange={({ target }) =>
          onChange({ ...proof, password: target.value })
        }
      />
      <Field
        label={words.code}
        hint={words.codeHint}
        autoComplete="one-time-code"
        maxLength={40}
        required
        value={proof.code}
        onChange={({ target }) => onChange({ ...proof, code: target.value })}
      />
    </>
  );
}
