import { TextArea } from "./field.tsx";
import type { FieldOf } from "./field.tsx";

const MAX_REASON = 500;

/** Why somebody does it, for the record: required, unless it says otherwise. */
export function ReasonField({
  optional = false,
  onChange,
  ...field
}: Pick<FieldOf, "label" | "hint" | "optional"> & {
  readonly value: string;
  readonly onChange: (reason: string) => void;
}) {
  return (
    <TextArea
      {...field}
      {...{ optional, required: !optional, maxLength: MAX_REASON }}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
