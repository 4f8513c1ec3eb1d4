/*
NAME       inspect: split an accepted mail into parts and measure them
ZONE       airlock
READS      spool or vault (one original)      WRITES  work folder of the item
SECURITY   meets hostile bytes as lines only: decodes transfer encodings, never document formats
STANDARDS  RFC 5322, RFC 2045 §5–6, RFC 2046 §5.1, RFC 2047, RFC 2231
LIMITS     headers, header bytes, parts, depth, parameters, message bytes
FAULTS     MIME_*, STORE_FULL, STORE_FAILED
NOT HERE   deciding anything (policy), looking inside documents (pit)
*/
import type { UntrustedContent } from "../core/content.ts";
import type { Limits } from "../core/limits.ts";
import type {
  Anomaly,
  HeaderField,
  Leaf,
  Part,
  PartTree,
} from "../core/part.ts";
import type { Holder, Workspace } from "../core/stores.ts";
import { decodeParameterText } from "../mime/encoded-word.ts";
import { KIND_HEAD_BYTES } from "../mime/file-kind.ts";
import { MimeReader, type MimeEvent, type MimeNode } from "../mime/reader.ts";
import { openEnclosed, type EnclosedPlace } from "./enclosed.ts";
import { withEncodedFiles } from "./encoded-parts.ts";
import { kindOf } from "./kind.ts";
import { withOtherReadings } from "./other-readings.ts";

export async function inspect(
  original: UntrustedContent,
  place: InspectPlace,
): Promise<PartTree> {
  return openEnclosed(await readMail(original, place), {
    ...place,
    read: (content, limits) => readMail(content, { ...place, limits }),
  });
}

/** A lone file: its tree grows when it is an archive. */
export async function inspectFile(
  tree: PartTree,
  place: InspectPlace,
): Promise<PartTree> {
  return openEnclosed(tree, {
    ...place,
    read: (content, limits) => readMail(content, { ...place, limits }),
  });
}

async function readMail(
  original: UntrustedContent,
  place: InspectPlace,
): Promise<PartTree> {
  const reader = new MimeReader(place.limits);
  const collector = new Collector(place);
  if (original.whole !== undefined)
    await collector.takeAll(reader.write(original.whole));
  else
    for await (const chunk of original.open())
      await collector.takeAll(reader.write(chunk));
  await collector.takeAll(reader.finish());
  const tree = await collector.tree(reader.outsideBytes);
  const doubted = await withOtherReadings(tree, original, place);
  return withEncodedFiles(doubted, place);
}

export interface InspectPlace {
  readonly limits: Limits;
  readonly workspace: Workspace;
  readonly unpack: EnclosedPlace["unpack"];
}

class Collector {
  readonly #workspace: Workspace;
  readonly #limits: Limits;
  readonly #nodes: MimeNode[] = [];
  readonly #anomalies = new Map<number, readonly Anomaly[]>();
  readonly #holders = new Map<number, Holder>();
  readonly #heads = new Map<number, Uint8Array>();

  constructor({ workspace, limits }: InspectPlace) {
    this.#workspace = workspace;
    this.#limits = limits;
  }

  async takeAll(events: Iterable<MimeEvent>): Promise<void> {
    for (const event of events) {
      const wait = this.#take(event);
      if (wait !== undefined) await wait;
    }
  }

  #take(event: MimeEvent): Promise<void> | undefined {
    switch (event.kind) {
      case "part":
        this.#nodes[event.part.id] = event.part;
        if (event.part.isLeaf)
          this.#holders.set(event.part.id, this.#workspace.hold());
        return undefined;
      case "body":
        this.#keepHead(event.id, event.bytes);
        return this.#holders.get(event.id)?.add(event.bytes);
      case "end":
        this.#anomalies.set(event.id, event.anomalies);
        return undefined;
    }
  }

  /** The first bytes decide the kind; they may come in several pieces. */
  #keepHead(id: number, bytes: Uint8Array): void {
    const head = this.#heads.get(id);
    if (head === undefined)
      this.#heads.set(id, bytes.subarray(0, KIND_HEAD_BYTES));
    else if (head.byteLength < KIND_HEAD_BYTES) {
      this.#heads.set(
        id,
        Buffer.concat([
          head,
          bytes.subarray(0, KIND_HEAD_BYTES - head.byteLength),
        ]),
      );
    }
  }

  async tree(outsideBytes: number): Promise<PartTree> {
    const parts: Part[] = [];
    const messages = new Map<number, readonly HeaderField[]>();
    let inMessage = -1;
    for (const node of this.#nodes) {
      parts.push(await this.#part(node));
      if (node.isMessage) inMessage = node.id;
      else if (node.parent !== null && node.parent === inMessage)
        messages.set(inMessage, node.headers);
    }
    return {
      parts,
      headers: this.#nodes[0]?.headers ?? [],
      messages,
      outsideBytes,
    };
  }

  async #part(node: MimeNode): Promise<Part> {
    const name =
      node.dispositionParameters.get("filename") ?? node.parameters.get("name");
    const untrustedName = name === undefined ? null : decodeParameterText(name);
    return {
      id: node.id,
      parent: node.parent,
      path: node.path,
      depth: node.depth,
      declaredType: node.type,
      charset: node.parameters.get("charset")?.value ?? null,
      ...flowedOf(node),
      disposition: node.disposition,
      untrustedName,
      contentId: node.contentId,
      anomalies: this.#anomalies.get(node.id) ?? [],
      leaf: await this.#leaf(node, untrustedName),
    };
  }

  async #leaf(node: MimeNode, name: string | null): Promise<Leaf | null> {
    const holder = this.#holders.get(node.id);
    if (holder === undefined) return null;
    const content = (await holder.finish()) as UntrustedContent;
    const head = this.#heads.get(node.id) ?? new Uint8Array();
    return {
      kind: await kindOf(
        head,
        {
          declaredType: node.type,
          charset: node.parameters.get("charset")?.value ?? null,
          name,
        },
        { content, limits: this.#limits },
      ),
      content,
    };
  }
}

function flowedOf({ type, parameters }: MimeNode): Pick<Part, "flowed"> {
  const is = (name: string, value: string) =>
    parameters.get(name)?.value.trim().toLowerCase() === value;
  if (type !== "text/plain" || !is("format", "flowed")) return {};
  return { flowed: is("delsp", "yes") ? "delsp" : "space" };
}
