import { CopyButton } from "./copy.tsx";

/** To be kept on paper. */
export function RecoveryCodes({
  codes,
}: {
  readonly codes: readonly string[];
}) {
  return (
    <>
      <ol className="codes" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="row">
        <CopyButton text={codes.join("\n")} />
      </div>
    </>
  );
}
