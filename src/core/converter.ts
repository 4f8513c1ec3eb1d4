/** A program that a site brings for kinds of documents that nothing here reads: `PROGRAM IN OUT` writes a PDF to OUT and ends with 0. */
export interface Converter {
  readonly name: string;
  /** Absolute, on this machine and inside the walls alike. */
  readonly program: string;
  /** What else it needs to see, absolute; read-only. */
  readonly folders: readonly string[];
  /** Of the file it is given, for programs that look at it. */
  readonly extension: string;
  /** Types, as reports name them. */
  readonly kinds: readonly string[];
}
