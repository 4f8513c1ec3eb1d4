/** What a reader must have understood: proof that contestants did comparable work. */
export interface Seen {
  readonly subject: string;
  /** Of all text parts, decoded; UTF-16 code units, line ends left out. */
  readonly textCharacters: number;
  /** SHA-256 of each decoded attachment, in order. */
  readonly attachments: readonly string[];
}

/** One contestant of the core benchmarks. */
export interface MailReader {
  /** Null for one that only touches the bytes. */
  read(chunks: AsyncIterable<Uint8Array>): Promise<Seen | null>;
  /** For mails that are in memory already, where the contestant has a shorter way. */
  readWhole(mail: Buffer): Promise<Seen | null>;
}

export const CHUNK_BYTES = 64 * 1024;

export async function* inChunks(mail: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < mail.length; at += CHUNK_BYTES) {
    yield mail.subarray(at, at + CHUNK_BYTES);
  }
}

export function countText(text: string): number {
  return text.replaceAll(/\r\n|[\r\n]/g, "").trimEnd().length;
}
