/**
 * The harmless test file of the antivirus trade, which every scanner has to call a virus.
 * In two halves, so that no scanner finds it in this file.
 */
export function eicarBytes(): Uint8Array {
  const text =
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" +
    "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
  return new TextEncoder().encode(text);
}
