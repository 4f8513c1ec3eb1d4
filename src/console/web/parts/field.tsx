import { useId } from "react";
import type {
  InputHTMLAttributes,
  ReactNode,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from "react";
import { useWords } from "../language/language.tsx";
import { WORDS } from "./words.ts";

/** What every field has: a label that stays visible, what to write, and what was wrong with it. */
export interface FieldOf {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
  readonly required?: boolean;
  /** Says "optional" in forms where most is required. */
  readonly optional?: boolean;
}

const OF_FIELDS: readonly string[] = [
  ...["label", "hint", "error", "required", "optional"],
];

/** What is left for the control itself. */
function without<Given extends FieldOf>(
  field: Given,
): Omit<Given, keyof FieldOf> {
  return Object.fromEntries(
    Object.entries(field).filter(([name]) => !OF_FIELDS.includes(name)),
  ) as Omit<Given, keyof FieldOf>;
}

type Without<Attributes> = Omit<Attributes, "className" | "id" | "required">;

export function Field(
  field: FieldOf & Without<InputHTMLAttributes<HTMLInputElement>>,
) {
  const input = without(field);
  return (
    <Framed field={field}>
      {(told) => <input className="input" type="text" {...input} {...told} />}
    </Framed>
  );
}

export function TextArea(
  field: FieldOf & Without<TextareaHTMLAttributes<HTMLTextAreaElement>>,
) {
  const area = without(field);
  return (
    <Framed field={field}>
      {(told) => (
        <textarea className="input textarea" rows={3} {...area} {...told} />
      )}
    </Framed>
  );
}

export function Select(
  field: FieldOf &
    Without<SelectHTMLAttributes<HTMLSelectElement>> & {
      readonly options: readonly (readonly [value: string, words: string])[];
    },
) {
  const { options, ...select } = without(field);
  return (
    <Framed field={field}>
      {(told) => (
        <span className="select">
          <select className="input" {...select} {...told}>
            {options.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </span>
      )}
    </Framed>
  );
}

export function Checkbox({
  label,
  hideLabel = false,
  ...input
}: { readonly label: string; readonly hideLabel?: boolean } & Without<
  InputHTMLAttributes<HTMLInputElement>
>) {
  return (
    <label className="checkbox">
      <input type="checkbox" {...input} />
      <span className={hideLabel ? "only-read" : undefined}>{label}</span>
    </label>
  );
}

interface Told {
  readonly id: string;
  readonly required: boolean;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string | undefined;
}

function Framed({
  field: { label, hint, error = null, required = false, optional = false },
  children,
}: {
  readonly field: FieldOf;
  readonly children: (told: Told) => ReactNode;
}) {
  const words = useWords(WORDS);
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [
    ...(hint === undefined ? [] : [hintId]),
    ...(error === null ? [] : [errorId]),
  ].join(" ");
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
        {required ? (
          <span className="field-required">※{words.required}</span>
        ) : null}
        {optional ? (
          <span className="field-optional">{words.optional}</span>
        ) : null}
      </label>
      {hint === undefined ? null : (
        <p className="field-hint" id={hintId}>
          {hint}
        </p>
      )}
      {children({
        id,
        required,
        "aria-invalid": error !== null,
        "aria-describedby": described === "" ? undefined : described,
      })}
      {error === null ? null : (
        <p className="field-error" id={errorId}>
          ＊{error}
        </p>
      )}
    </div>
  );
}
