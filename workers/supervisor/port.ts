import { once } from "node:events";
import { createServer } from "node:net";
import { Fault } from "../../src/core/fault.ts";

/**
 * Two intakes share the port for a moment when one replaces the other, and the kernel lets any program of the same user share
 * it then. So before the first one starts the port is asked for alone. Faults: STORE_LOCKED when another gateway has it.
 */
export async function refuseTakenPort(place: {
  readonly host: string;
  readonly port: number;
}): Promise<void> {
  if (place.port === 0) return;
  const server = createServer();
  try {
    server.listen({ host: place.host, port: place.port });
    await once(server, "listening");
  } catch (error) {
    throw new Fault("STORE_LOCKED", { ...place }, error);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
