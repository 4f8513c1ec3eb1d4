import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { decodeText } from "../src/mime/charset.ts";
import { decodeHeaderText } from "../src/mime/encoded-word.ts";
import { MimeReader } from "../src/mime/reader.ts";
import type { MimeEvent, MimeNode } from "../src/mime/reader.ts";
import { countText } from "./reading.ts";
import type { MailReader, Seen } from "./reading.ts";

/** The default would stop the 200 MB mail. */
const LIMITS = { ...DEFAULT_LIMITS, maxMessageBytes: 250_000_000 };

/** The MIME core with what simpleParser does besides: every header word, all text, a hash of each attachment. */
export const ourReader: MailReader = {
  async read(chunks) {
    const reading = new Reading();
    for await (const chunk of chunks) reading.write(chunk);
    return reading.finish();
  },
  async readWhole(mail) {
    const reading = new Reading();
    reading.write(mail);
    return reading.finish();
  },
};

type Leaf =
  | { readonly node: MimeNode; readonly kind: "hash"; readonly hash: Hash }
  | { readonly node: MimeNode; readonly kind: "text"; chunks: Uint8Array[] };

class Reading {
  readonly #reader = new MimeReader(LIMITS);
  readonly #open = new Map<number, Leaf>();
  readonly #headers: { name: string; text: string }[] = [];
  readonly #attachments: string[] = [];
  #textCharacters = 0;

  write(chunk: Uint8Array): void {
    for (const event of this.#reader.write(chunk)) this.#take(event);
  }

  finish(): Seen {
    for (const event of this.#reader.finish()) this.#take(event);
    const subject = this.#headers.find(({ name }) => name === "subject");
    return {
      subject: subject?.text ?? "",
      textCharacters: this.#textCharacters,
      attachments: this.#attachments,
    };
  }

  #take(event: MimeEvent): void {
    switch (event.kind) {
      case "part":
        this.#begin(event.part);
        break;
      case "body": {
        const leaf = this.#open.get(event.id);
        if (leaf?.kind === "hash") leaf.hash.update(event.bytes);
        else leaf?.chunks.push(event.bytes);
        break;
      }
      case "end":
        this.#end(event.id);
        break;
    }
  }

  #begin(node: MimeNode): void {
    for (const { name, untrustedValue } of node.headers) {
      this.#headers.push({
        name: name.toLowerCase(),
        text: decodeHeaderText(untrustedValue),
      });
    }
    if (!node.isLeaf) return;
    const isText =
      node.type.startsWith("text/") && node.disposition !== "attachment";
    this.#open.set(
      node.id,
      isText
        ? { node, kind: "text", chunks: [] }
        : { node, kind: "hash", hash: createHash("sha256") },
    );
  }

  #end(id: number): void {
    const leaf = this.#open.get(id);
    if (leaf === undefined) return;
    this.#open.delete(id);
    if (leaf.kind === "hash") {
      this.#attachments.push(leaf.hash.digest("hex"));
      return;
    }
    const charset = leaf.node.parameters.get("charset")?.value ?? null;
    const { text } = decodeText(Buffer.concat(leaf.chunks), charset);
    this.#textCharacters += countText(text);
  }
}
