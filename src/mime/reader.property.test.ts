import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Fault } from "../core/fault.ts";
import { OTHER_DIALECTS, USUAL } from "./dialect.ts";
import { MAILS } from "./hostile-mails.testing.ts";
import { cut, LIMITS, readChunks } from "./mail-reading.testing.ts";

/** Everything a mail gave, as text, or the fault it ended in. */
function told(
  chunks: readonly Uint8Array[],
  limits = LIMITS,
  dialect = USUAL,
): string {
  try {
    const { nodes, outsideBytes } = readChunks(chunks, limits, dialect);
    return JSON.stringify({
      outsideBytes,
      nodes: nodes.map(({ part, body, anomalies }) => ({
        ...part,
        parameters: [...part.parameters],
        dispositionParameters: [...part.dispositionParameters],
        body: body.toString("latin1"),
        anomalies,
      })),
    });
  } catch (error) {
    if (error instanceof Fault && error.code.startsWith("MIME_"))
      return error.code;
    throw error;
  }
}

/** Scraps of which hostile mails are made; random rows of them reach every state of the reader. */
const scrap = fc.constantFrom(
  "\r\n",
  "\n",
  "\r",
  "\r\n\r\n",
  " ",
  "--",
  "-",
  "--B",
  "\r\n--B\r\n",
  "\n--B--\n",
  "\r\n--BB \t\r\n",
  "\r\n--BB--\r\n",
  "Content-Type: multipart/mixed; boundary=B\r\n\r\n",
  "Content-Type: multipart/digest; boundary=BB\n\n",
  "Content-Type: message/rfc822\r\n\r\n",
  "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n",
  "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
  "Content-Transfer-Encoding : base64\r\n\r\n",
  "Content-Type: text/plain (",
  '; name="',
  "; boundary*0*=''%42",
  "QUJD\r\n",
  "LS1C",
  "=",
  "=\r\n",
  "=41",
  "From a\n",
  "\0\xff",
  "x".repeat(80),
);
const hostile = fc
  .array(scrap, { maxLength: 40 })
  .map((scraps) => Buffer.from(scraps.join(""), "latin1"));

const LOW_LIMITS = {
  maxHeaderBytes: 120,
  maxHeaderLineBytes: 90,
  maxHeaders: 3,
  maxParts: 4,
  maxDepth: 2,
  maxParameters: 1,
  maxParameterBytes: 40,
  maxMessageBytes: 600,
};

describe("MimeReader, any chunking", () => {
  it.each(Object.entries(MAILS))(
    "gives the same events for %s at every single cut and every chunk size",
    (_, bytes) => {
      const whole = told([bytes]);
      for (let at = 0; at <= bytes.length; at++)
        expect(told([bytes.subarray(0, at), bytes.subarray(at)])).toBe(whole);
      for (const step of [1, 2, 3, 5, 7, 64])
        expect(told(cut(bytes, step))).toBe(whole);
    },
  );

  it("gives the same events for hostile mails in random chunks, or the same fault", () => {
    fc.assert(
      fc.property(
        hostile,
        fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(LIMITS, LOW_LIMITS),
        fc.constantFrom(USUAL, ...OTHER_DIALECTS),
        (bytes, sizes, limits, dialect) => {
          const chunks: Uint8Array[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = (sizes[i % sizes.length] ?? 0) + (i % 2);
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          const whole = told([bytes], limits, dialect);
          expect(told(chunks, limits, dialect)).toBe(whole);
          expect(told(cut(bytes, 1), limits, dialect)).toBe(whole);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("does not change what it is given, and takes views at any offset", () => {
    for (const bytes of Object.values(MAILS)) {
      const padded = new Uint8Array(bytes.length + 7);
      padded.set(bytes, 3);
      const view = padded.subarray(3, 3 + bytes.length);
      expect(told([view])).toBe(told([bytes]));
      expect(Buffer.from(view).equals(bytes)).toBe(true);
    }
  });
});

describe("MimeReader, any input", () => {
  it("throws nothing but a Fault for random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(told([bytes])).not.toBe("");
      }),
    );
  });

  it("throws nothing but a Fault for mails with bytes replaced, removed and repeated", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(MAILS)),
        fc.array(
          fc.tuple(fc.nat(1000), fc.nat(20), fc.uint8Array({ maxLength: 10 })),
          { maxLength: 6 },
        ),
        (bytes, changes) => {
          let changed = bytes;
          for (const [at, removed, added] of changes)
            changed = Buffer.concat([
              changed.subarray(0, at),
              added,
              changed.subarray(at + removed),
            ]);
          const whole = told([changed]);
          expect(told(cut(changed, 3))).toBe(whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});
