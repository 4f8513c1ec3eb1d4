import type { UntrustedContent } from "../core/content.ts";
import { toFault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { Anomaly, OtherReadings, PartTree } from "../core/part.ts";
import type { Holder, Workspace } from "../core/stores.ts";
import { OTHER_DIALECTS, type Dialect } from "../mime/dialect.ts";
import { MimeReader, type MimeEvent, type MimeNode } from "../mime/reader.ts";
import { StrayReader, type StrayEvent } from "../mime/stray-reader.ts";

/** Where one of these stands, another reader may see other parts. */
const DOUBTS: ReadonlySet<Anomaly> = new Set([
  "duplicate-mime-header",
  "duplicate-parameter",
  "malformed-header",
  "bad-boundary",
  "text-outside-parts",
  "unknown-transfer-encoding",
  "bare-line-ending",
]);

/** Bodies that are looked for outside the parts; a mail with more of them is held. */
const MAX_STRAY_READINGS = 200;

/**
 * Reads a doubtful mail in every other way that a reader may; nothing is in doubt in almost every mail. What is found is for the scanner alone; of the parts it only says whether all ways give the same.
 */
export async function withOtherReadings(
  tree: PartTree,
  original: UntrustedContent,
  place: { readonly limits: Limits; readonly workspace: Workspace },
): Promise<PartTree> {
  const doubtful = tree.parts.some((part) =>
    part.anomalies.some((anomaly) => DOUBTS.has(anomaly)),
  );
  if (!doubtful) return tree;
  return { ...tree, otherReadings: await readOtherwise(tree, original, place) };
}

async function readOtherwise(
  tree: PartTree,
  original: UntrustedContent,
  place: { readonly limits: Limits; readonly workspace: Workspace },
): Promise<OtherReadings> {
  const usual = leavesOf(tree).join("\n");
  const found = new Map<string, UntrustedContent>();
  let agree = true;
  for (const dialect of OTHER_DIALECTS) {
    const reading = new Reading(place, dialect);
    const same = await reading.read(original, found);
    agree &&= same.join("\n") === usual;
  }
  agree = (await readStray(original, place.workspace, found)) && agree;
  for (const part of tree.parts) found.delete(part.leaf?.content.sha256 ?? "");
  return { agree, contents: [...found.values()] };
}

function leavesOf(tree: PartTree): string[] {
  return tree.parts.flatMap(({ leaf, declaredType, charset }) =>
    leaf === null || leaf.content.bytes === 0
      ? []
      : [signature(declaredType, charset, leaf.content.sha256)],
  );
}

/** What makes a leaf another one: its bytes, what they are said to be, how their characters are to be read. */
function signature(
  type: string,
  charset: string | null,
  sha256: string,
): string {
  const word = type.startsWith("text/")
    ? /^[^\s();"]*/.exec(charset?.toLowerCase() ?? "")?.[0]
    : "";
  return `${type} ${word} ${sha256}`;
}

/** One more reading of the mail; only its leaves are kept. */
class Reading {
  readonly #reader: MimeReader;
  readonly #workspace: Workspace;
  readonly #leaves: { readonly node: MimeNode; readonly holder: Holder }[] = [];
  readonly #holders = new Map<number, Holder>();

  constructor(
    place: { readonly limits: Limits; readonly workspace: Workspace },
    dialect: Dialect,
  ) {
    this.#reader = new MimeReader(place.limits, dialect);
    this.#workspace = place.workspace;
  }

  /** Signatures of the leaves; a fault, which the usual reading did not meet, is a reading of its own. */
  async read(
    original: UntrustedContent,
    found: Map<string, UntrustedContent>,
  ): Promise<string[]> {
    const seen: string[] = [];
    const fault = await this.#walk(original);
    for (const { node, holder } of this.#leaves) {
      const content = (await holder.finish()) as UntrustedContent;
      if (content.bytes === 0) continue;
      found.set(content.sha256, content);
      const charset = node.parameters.get("charset")?.value ?? null;
      seen.push(signature(node.type, charset, content.sha256));
    }
    return fault === null ? seen : [...seen, fault];
  }

  async #walk(original: UntrustedContent): Promise<string | null> {
    try {
      for await (const chunk of original.open())
        for (const event of this.#reader.write(chunk)) await this.#take(event);
      for (const event of this.#reader.finish()) await this.#take(event);
      return null;
    } catch (error) {
      const fault = toFault(error);
      if (fault.row.blame !== "content") throw fault;
      return fault.code;
    }
  }

  #take(event: MimeEvent): Promise<void> | undefined {
    if (event.kind === "part" && event.part.isLeaf) {
      const holder = this.#workspace.hold();
      this.#leaves.push({ node: event.part, holder });
      this.#holders.set(event.part.id, holder);
    } else if (event.kind === "body")
      return this.#holders.get(event.id)?.add(event.bytes);
    return undefined;
  }
}

/** False when there were more bodies than are read. */
async function readStray(
  original: UntrustedContent,
  workspace: Workspace,
  found: Map<string, UntrustedContent>,
): Promise<boolean> {
  const reader = new StrayReader(MAX_STRAY_READINGS);
  const holders = new Map<number, Holder>();
  const take = async (events: Iterable<StrayEvent>): Promise<void> => {
    for (const { id, bytes } of events) {
      const holder = holders.get(id) ?? workspace.hold();
      holders.set(id, holder);
      if (bytes !== null) await holder.add(bytes);
      else {
        const content = (await holder.finish()) as UntrustedContent;
        if (content.bytes > 0) found.set(content.sha256, content);
      }
    }
  };
  for await (const chunk of original.open()) await take(reader.write(chunk));
  await take(reader.finish());
  return reader.isComplete;
}
