/**
 * One answer for all who ask within `lastsMs` of the beginning of the last one, and while it is still to come: who asks often
 * costs no more. A failure is told to those who waited for it, and kept for nobody.
 */
export function sharedAnswer<T>(
  make: () => Promise<T>,
  {
    lastsMs,
    clock,
  }: { readonly lastsMs: number; readonly clock: () => number },
): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | null = null;
  let isPending = false;
  return () => {
    if (last !== null && (isPending || clock() - last.at < lastsMs))
      return last.answer;
    const one = { answer: make(), at: clock() };
    last = one;
    isPending = true;
    one.answer.then(
      () => (isPending = false),
      () => {
        isPending = false;
        last = null;
      },
    );
    return one.answer;
  };
}
