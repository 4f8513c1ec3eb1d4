import { KIB, MIB, MINUTE, SECOND } from "./units.ts";

/**
 * Every limit of the line, passed whole so that none can silently disappear.
 * Beside each: the fault or hold code that follows when it is passed. Defaults; configuration may change them.
 */
export interface Limits {
  /** SMTP_TOO_BIG at intake, SIZE_LIMIT for a file. */
  readonly maxMessageBytes: number;
  /** SMTP_TOO_MANY_RECIPIENTS */
  readonly maxRecipients: number;
  /** SMTP_HEADER_TOO_BIG at intake, MIME_HEADER_TOO_BIG for a part; per header block. */
  readonly maxHeaderBytes: number;
  /** MIME_LINE_TOO_LONG; one line of a header block. Lines of bodies divide nothing and may have any length. */
  readonly maxHeaderLineBytes: number;
  /** MIME_TOO_MANY_HEADERS; per header block. */
  readonly maxHeaders: number;
  /** MIME_TOO_MANY_PARTS */
  readonly maxParts: number;
  /** MIME_TOO_DEEP; multiparts and attached messages alike. */
  readonly maxDepth: number;
  /** MIME_TOO_MANY_PARAMETERS; per header field, RFC 2231 pieces counted. */
  readonly maxParameters: number;
  /** MIME_PARAMETERS_TOO_BIG; per header field, the whole of it. */
  readonly maxParameterBytes: number;
  /** In a body, longer HTML is cut here and the reader is told; TEXT_TOO_BIG for a file. */
  readonly maxHtmlBytes: number;
  /** In a body, longer text is cut here and the reader is told; TEXT_TOO_BIG for a file. */
  readonly maxTextBytes: number;
  /** Leaves up to this size stay in memory, larger ones go to the work folder. */
  readonly maxLeafInMemoryBytes: number;
  /** DOCUMENT_TOO_MANY_PAGES; per file. */
  readonly maxPages: number;
  /** DOCUMENT_TOO_MANY_PIXELS; per side of a page or picture. */
  readonly maxSidePixels: number;
  /** DOCUMENT_TOO_MANY_PIXELS; width × height of a page or picture. */
  readonly maxPixels: number;
  /** PAGE_TEXT_TOO_BIG; of one page. A document that has more is drawn, and its text layer is cut here. */
  readonly maxPageCharacters: number;
  /** PIT_DEADLINE; wall clock per document, plus `pitPageMs` a page. */
  readonly pitDeadlineMs: number;
  readonly pitPageMs: number;
  /** PIT_CPU; processor seconds of one document. */
  readonly pitCpuSeconds: number;
  /** PIT_MEMORY; of one pit, everything counted. */
  readonly pitMemoryBytes: number;
  /** PIT_OUTPUT; everything one pit may say. */
  readonly pitOutputBytes: number;
  /** PIT_DEADLINE; wall clock of turning one office document into a PDF. */
  readonly officeDeadlineMs: number;
  /** Finding `ocr-left-out`; pages of one document whose letters are read off their pictures. */
  readonly maxOcrPages: number;
  /** Finding `ocr-left-out`; wall clock of reading one page. */
  readonly ocrPageMs: number;
  /** Finding `ocr-left-out`; wall clock that reading may add to one document. */
  readonly ocrDocumentMs: number;
  /** PIT_OUTPUT; the PDF that an office document becomes on the way, and the tables in it as text, each. */
  readonly maxConvertedBytes: number;
  /** UNPACKED_TOO_BIG; what one container may hold, written as a mail, and what all archives of a mail may hold together. */
  readonly maxUnpackedBytes: number;
  /** ARCHIVE_TOO_MANY_ENTRIES; in one archive, and in all archives of a mail together, folders counted. */
  readonly maxArchiveEntries: number;
  /** ARCHIVE_TOO_DEEP; archives in archives. */
  readonly maxArchiveDepth: number;
  /** ARCHIVE_RATIO; unpacked to packed bytes of an archive, once it gives more than 1 MiB. */
  readonly maxArchiveRatio: number;
  /** REBUILT_TOO_BIG; one clean part. */
  readonly maxCleanPartBytes: number;
  /** REBUILT_TOO_BIG; one clean mail. */
  readonly maxCleanMessageBytes: number;
  /** Clean files that are kept in memory to be used again; the oldest go first. 0: none. */
  readonly maxCacheBytes: number;
  /** CLAMD_DEADLINE; per scan, plus `scanMsPerMib`. */
  readonly scanDeadlineMs: number;
  readonly scanMsPerMib: number;
  /** ATTEMPTS_EXHAUSTED; how often the sanitizer begins an item. */
  readonly maxAttempts: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxMessageBytes: 30 * MIB,
  maxRecipients: 100,
  maxHeaderBytes: 100 * KIB,
  maxHeaderLineBytes: 64 * KIB,
  maxHeaders: 1000,
  maxParts: 500,
  maxDepth: 20,
  maxParameters: 100,
  maxParameterBytes: 16 * KIB,
  maxHtmlBytes: 2 * MIB,
  maxTextBytes: 5 * MIB,
  maxLeafInMemoryBytes: 256 * KIB,
  maxPages: 300,
  maxSidePixels: 10_000,
  maxPixels: 40_000_000,
  maxPageCharacters: 20_000,
  pitDeadlineMs: 30 * SECOND,
  pitPageMs: SECOND,
  pitCpuSeconds: 120,
  pitMemoryBytes: 1536 * MIB,
  pitOutputBytes: 4096 * MIB,
  officeDeadlineMs: MINUTE,
  maxOcrPages: 50,
  ocrPageMs: 20 * SECOND,
  ocrDocumentMs: 2 * MINUTE,
  maxConvertedBytes: 64 * MIB,
  maxUnpackedBytes: 100 * MIB,
  maxArchiveEntries: 2000,
  maxArchiveDepth: 3,
  maxArchiveRatio: 100,
  maxCleanPartBytes: 64 * MIB,
  maxCleanMessageBytes: 96 * MIB,
  maxCacheBytes: 64 * MIB,
  scanDeadlineMs: MINUTE,
  scanMsPerMib: SECOND,
  maxAttempts: 3,
};
