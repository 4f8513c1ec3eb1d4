import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { simpleParser, type Attachment } from "mailparser";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { mail, readChunks } from "./mail-reading.testing.ts";

/**
 * Well-formed mails that both readers must see alike. All leaves are attachments of an opaque type, because mailparser
 * merges and rewrites text parts, and never empty, because it gives those a line break; what is compared is which leaves there are, their order and every byte of them.
 */
type Tree =
  | { readonly encoding: string; readonly raw: Uint8Array }
  | { readonly children: readonly Tree[] };

const leaf = fc.record({
  encoding: fc.constantFrom("base64", "quoted-printable", "binary"),
  raw: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.uint8Array({ minLength: 3000, maxLength: 6000 }),
  ),
});
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.record({
      children: fc.array(tie("tree"), { minLength: 1, maxLength: 4 }),
    }),
  ),
}));

/** Lines of a part: header, blank line, body. */
function write(node: Tree, path: string): string[] {
  if ("children" in node) {
    const boundary = `=_b${path}_`;
    return [
      `Content-Type: multipart/mixed; boundary="${boundary}"`,
      "",
      ...node.children.flatMap((child, at) => [
        `--${boundary}`,
        ...write(child, `${path}.${at}`),
      ]),
      `--${boundary}--`,
    ];
  }
  return [
    "Content-Type: application/x-sekisho",
    `Content-Transfer-Encoding: ${node.encoding}`,
    `Content-Disposition: attachment; filename="${path}.bin"`,
    "",
    encode(node.raw, node.encoding),
  ];
}

function encode(raw: Uint8Array, encoding: string): string {
  if (encoding === "base64")
    return Buffer.from(raw)
      .toString("base64")
      .replace(/.{76}(?=.)/g, "$&\r\n");
  if (encoding === "quoted-printable")
    return Array.from(raw, (byte, at) => {
      const plain = byte > 32 && byte < 127 && byte !== 61;
      const written = plain
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      return at % 20 === 19 ? `${written}=\r\n` : written;
    }).join("");
  // Lines that begin with a dash are what delimiters are mistaken for.
  return Buffer.from(raw)
    .toString("latin1")
    .replace(/[\r\n]/g, "\r\n--");
}

function decoded(
  node: Tree,
  path: string,
): readonly (readonly [string, string])[] {
  if ("children" in node)
    return node.children.flatMap((child, at) =>
      decoded(child, `${path}.${at}`),
    );
  const text =
    node.encoding === "binary"
      ? encode(node.raw, "binary")
      : Buffer.from(node.raw).toString("latin1");
  return [[`${path}.bin`, text]];
}

describe("MimeReader and mailparser", () => {
  it("see the same leaves with the same bytes in well-formed mails", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tree, { minLength: 1, maxLength: 3 }),
        async (children) => {
          const lines = write({ children }, "m");
          const bytes = mail("MIME-Version: 1.0", ...lines, "");
          const { nodes } = readChunks([bytes], DEFAULT_LIMITS);
          const ours = nodes
            .filter(({ part }) => part.isLeaf)
            .map(({ part, body }) => [
              part.dispositionParameters.get("filename")?.value,
              body.toString("latin1"),
            ]);
          const { attachments } = await simpleParser(bytes);
          const theirs = attachments.map((each: Attachment) => [
            each.filename,
            each.content.toString("latin1"),
          ]);
          expect(ours).toEqual(theirs);
          expect(ours).toEqual(decoded({ children }, "m"));
          for (const { anomalies } of nodes) expect(anomalies).toEqual([]);
        },
      ),
      { numRuns: 100, endOnFailure: true },
    );
  });
});
