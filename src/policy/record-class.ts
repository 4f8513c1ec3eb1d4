/** Kinds of entries that are kept for different times (保存年限). */
export type RecordClass = "line" | "view" | "signIn" | "act";

const OF_THE_LINE: readonly string[] = ["intake", "sanitizer", "courier"];
const VIEWS: readonly string[] = [
  ...["viewed", "listed", "exported", "audit-viewed"],
  "report-viewed",
];
const SIGN_INS: readonly string[] = [
  ...["signed-in", "signed-out", "sign-in-refused", "refused"],
  ...["session-confirmed", "session-ended", "sessions-ended"],
  ...["password-changed", "recovery-codes-made"],
  ...["passkey-asked", "passkey-removed", "wall-opened"],
];

/** What is in no list is an act, and kept as long as those. */
export function recordClassOf(entry: {
  readonly act: string;
  readonly actor: string;
}): RecordClass {
  if (OF_THE_LINE.includes(entry.actor)) return "line";
  if (VIEWS.includes(entry.act)) return "view";
  return SIGN_INS.includes(entry.act) ? "signIn" : "act";
}
