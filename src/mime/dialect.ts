/** How a reader takes what the standards leave open or forbid. All false is what most readers do. */
export interface Dialect {
  /** Of doubled header fields and parameters the last counts, not the first. */
  readonly lastWins: boolean;
  /** Comments in Content-Type and the like (RFC 822 §3.4.3) are part of the value; an open quote ends at the next `;`. */
  readonly literalComments: boolean;
  /** A name with a blank or a comment before its colon is another field. */
  readonly exactNames: boolean;
  /** RFC 2231 is not known: pieces and charsets are parameters of other names. */
  readonly plainParameters: boolean;
  /**
   * A boundary is compared as far as it goes (RFC 2046 §5.1.2), 70 bytes at most, the shortest of several first; also behind a
   * closing delimiter and behind a bare CR; an encoded word in it is decoded, blanks inside it are none.
   */
  readonly looseBoundaries: boolean;
}

export const USUAL: Dialect = {
  lastWins: false,
  literalComments: false,
  exactNames: false,
  plainParameters: false,
  looseBoundaries: false,
};

/** Each difference alone, and all at once. Where all these give the same leaves as the usual one, a doubt was none. */
export const OTHER_DIALECTS: readonly Dialect[] = [
  { ...USUAL, lastWins: true },
  { ...USUAL, literalComments: true },
  { ...USUAL, exactNames: true },
  { ...USUAL, plainParameters: true },
  { ...USUAL, looseBoundaries: true },
  {
    lastWins: true,
    literalComments: true,
    exactNames: true,
    plainParameters: true,
    looseBoundaries: true,
  },
];
