/** One of a kind for each person. Taken before anything is awaited, so that many at once do not slip through together. */
export class OneEach {
  readonly #taken = new Map<string, symbol>();

  /** What gives the place back, once; so does `gone`, for an answer that nobody begins to read. Null: the person has one. */
  take(person: string, gone: AbortSignal): (() => void) | null {
    if (this.#taken.has(person)) return null;
    const place = Symbol(person);
    const giveBack = () => {
      gone.removeEventListener("abort", giveBack);
      if (this.#taken.get(person) === place) this.#taken.delete(person);
    };
    this.#taken.set(person, place);
    if (gone.aborted) giveBack();
    else gone.addEventListener("abort", giveBack);
    return giveBack;
  }
}
