/*
NAME       except: what people said about a sender, held against one mail
ZONE       airlock
WRITES     ledger (each use)
SECURITY   a block only adds a hold. A trust waives one doubt, that of a structure which reads in two ways, as a person would
           have waived it for this mail; scanning, sanitizing and holds of parts stay as they are, and a virus stays a virus
NOT HERE   making exceptions (console, cli)
*/
import type { SenderException } from "../core/acts.ts";
import type { PartTree } from "../core/part.ts";
import type { Override } from "../core/plan.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Ledger } from "../core/ledger.ts";
import { parseAddresses } from "../mime/address.ts";
import type { Decision } from "../policy/decide.ts";
import type { ExceptionTable, MailAddresses } from "../policy/exceptions.ts";
import { virusHolding } from "./rescan.ts";

const MAX_FROM = 20;

export interface ExceptedMail {
  readonly exceptions: ExceptionTable;
  readonly record: ItemRecord;
  readonly tree: PartTree;
  readonly decision: Decision;
}

export async function withExceptions(
  { exceptions, record, tree, decision }: ExceptedMail,
  tools: {
    readonly ledger: Pick<Ledger, "useException">;
    readonly planUnder: (override: Override) => Decision;
  },
): Promise<Decision> {
  const { disposition } = decision;
  const mail = addressesOf(record, tree);
  const now = Date.now();
  const onRecord = (one: SenderException) =>
    tools.ledger.useException(one.id, { item: record.id, kind: one.kind });

  const isReleased = record.override?.waives.includes("SENDER_BLOCKED");
  const block =
    isReleased === true ? null : exceptions.find("block", mail, now);
  if (block !== null) {
    // What is worse stays what it is.
    if (disposition.kind === "hold" && disposition.code === "VIRUS_FOUND")
      return decision;
    await onRecord(block);
    const virus = decision.plan.parts.map(virusHolding).find((one) => one);
    return {
      ...decision,
      disposition: virus
        ? { kind: "hold", code: "VIRUS_FOUND", detail: virus }
        : {
            ...{ kind: "hold", code: "SENDER_BLOCKED" },
            detail: `exception ${block.id}`,
          },
    };
  }

  const isDoubt =
    disposition.kind === "hold" && disposition.code === "AMBIGUOUS_STRUCTURE";
  if (!isDoubt || record.override !== null) return decision;
  const trust = exceptions.find("trust", mail, now);
  if (trust === null) return decision;
  const eased = tools.planUnder(overrideOf(trust));
  if (eased.disposition.kind === "hold") return decision;
  if (record.plan?.override?.act !== "trust") await onRecord(trust);
  return eased;
}

function overrideOf({ who, why, at, until }: SenderException): Override {
  return {
    ...{ who, why, at: new Date(at).toISOString() },
    until: new Date(until).toISOString(),
    ...{ waives: ["AMBIGUOUS_STRUCTURE"], act: "trust" },
  };
}

function addressesOf(record: ItemRecord, tree: PartTree): MailAddresses {
  const from = tree.headers
    .filter(({ name }) => name.toLowerCase() === "from")
    .flatMap(({ untrustedValue }) => parseAddresses(untrustedValue, MAX_FROM))
    .map(({ address }) => address);
  const { reversePath, recipients } = record.envelope;
  return { tenant: record.tenant, reversePath, from, recipients };
}
