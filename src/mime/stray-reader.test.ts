import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MAILS } from "./hostile-mails.testing.ts";
import { cut, mail, multipart } from "./mail-reading.testing.ts";
import { StrayReader } from "./stray-reader.ts";

function readAll(
  chunks: readonly Uint8Array[],
  maxReadings = 100,
): { readonly bodies: string[]; readonly isComplete: boolean } {
  const reader = new StrayReader(maxReadings);
  const open = new Map<number, Uint8Array[]>();
  const bodies: string[] = [];
  function* events() {
    for (const chunk of chunks) yield* reader.write(chunk);
    yield* reader.finish();
  }
  for (const { id, bytes } of events()) {
    const pieces = open.get(id) ?? [];
    open.set(id, pieces);
    if (bytes !== null) pieces.push(Buffer.from(bytes));
    else bodies[id] = Buffer.concat(pieces).toString("latin1");
  }
  return { bodies, isComplete: reader.isComplete };
}
const bodies = (bytes: Uint8Array) => readAll([bytes]).bodies;
const secret = Buffer.from("a secret file of some bytes").toString("base64");

describe("StrayReader", () => {
  it("reads what stands under a boundary that the header does not name, without its header", () => {
    const found = bodies(
      multipart(
        "--other",
        "Content-Type: text/plain",
        "",
        "hidden",
        "--other--",
        "",
      ),
    );
    expect(found).toContain("hidden\r\n");
  });

  it("reads a body through base64, quoted-printable, and base64 in quoted-printable", () => {
    expect(bodies(mail("A: b", "", secret))).toContain(
      "a secret file of some bytes",
    );
    expect(bodies(mail("A: b", "", "x=41y"))).toContain("xAy");
    const both = mail(
      "A: b",
      "",
      `${secret.slice(0, 5)}=\r\n${secret.slice(5)}`,
    );
    expect(bodies(both)).toContain("a secret file of some bytes");
  });

  it("reads preamble, epilogue and the message inside a message", () => {
    const part = ["Content-Transfer-Encoding: base64", "", secret];
    const places = [
      multipart("--A", ...part, "--B", "", "x", "--B--"),
      multipart("--B", "", "x", "--B--", "--B", ...part),
      multipart("--B", "Content-Type: message/rfc822", "", ...part, "--B--"),
    ];
    for (const bytes of places)
      expect(bodies(bytes)).toContain("a secret file of some bytes");
  });

  it("gives nothing for blanks, and does not cut at a line of dashes alone or at a signature", () => {
    expect(bodies(mail("A: b", "", " ", "\t"))).toEqual([]);
    const [whole] = bodies(mail("A: b", "", "x", "-- ", "y", "--", "z"));
    expect(whole).toBe("x\r\n-- \r\ny\r\n--\r\nz");
  });

  it("stops and says so when there are more bodies than may be read", () => {
    const many = multipart(...Array<string>(200).fill("--X\r\n\r\ntext"));
    const read = readAll([many], 20);
    expect(read.isComplete).toBe(false);
    expect(read.bodies.length).toBeLessThan(25);
  });

  // What costs its square here does not end before the test's own deadline.
  it.each(["--\n", "--x\n", "\n--x\n\n", "-", "\r--", "A: b\n", "x\n"])(
    "reads 4 MB of nothing but %j to its end, or says that it did not",
    (piece) => {
      const bytes = Buffer.from(piece.repeat(4_000_000 / piece.length));
      const { bodies: found, isComplete } = readAll(cut(bytes, 65_536));
      expect(found.length > 0 || !isComplete || piece.includes("-")).toBe(true);
      expect(found.length).toBeLessThan(110);
    },
  );

  it("reads the same in any chunks", () => {
    const pieces = fc.constantFrom(
      "--",
      "\r\n",
      "\n--B\n",
      "A: b\r\n\r\n",
      "\r\n\r\n",
      "=41",
      secret,
      "x",
      "\r",
      " ",
    );
    const hostile = fc
      .array(pieces, { maxLength: 30 })
      .map((all) => Buffer.from(all.join(""), "latin1"));
    fc.assert(
      fc.property(
        fc.oneof(hostile, fc.constantFrom(...Object.values(MAILS))),
        fc.integer({ min: 1, max: 9 }),
        (bytes, step) => {
          expect(readAll(cut(bytes, step))).toEqual(readAll([bytes]));
        },
      ),
      { numRuns: 300 },
    );
  });
});
