import { isIPv6 } from "node:net";

/**
 * Connections in total and per client. One IPv6 customer owns a whole /64 (RFC 6177 §2), so that is one client.
 */
export class ClientCount {
  readonly #perClient = new Map<string, number>();
  readonly #maxTotal: number;
  readonly #maxPerClient: number;
  #total = 0;

  constructor(maxTotal: number, maxPerClient: number) {
    this.#maxTotal = maxTotal;
    this.#maxPerClient = maxPerClient;
  }

  /** Null when there is no room; otherwise call what comes back once the connection is gone. */
  enter(address: string): (() => void) | null {
    const client = clientOf(address);
    const mine = this.#perClient.get(client) ?? 0;
    if (this.#total >= this.#maxTotal || mine >= this.#maxPerClient)
      return null;
    this.#total += 1;
    this.#perClient.set(client, mine + 1);
    let entered = true;
    return () => {
      if (!entered) return;
      entered = false;
      this.#leave(client);
    };
  }

  #leave(client: string): void {
    this.#total -= 1;
    const left = (this.#perClient.get(client) ?? 1) - 1;
    if (left === 0) this.#perClient.delete(client);
    else this.#perClient.set(client, left);
  }
}

/** An IPv4 address as it is, also when mapped into IPv6; the first four groups of an IPv6 address. */
export function clientOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const plain = address.replace(/%.*$/, "");
  if (!isIPv6(plain)) return address;
  const [head = "", rest] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = rest === undefined ? 0 : 8 - groups.length;
  return [...groups, ...Array.from({ length: missing }, () => "0")]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
