import type { Content } from "../core/content.ts";
import type { Scanner } from "../core/scanner.ts";
import { eicarBytes } from "./eicar.ts";

/**
 * A scanner that answers may still find nothing: its database may be empty or its limits too small. Resolves with null
 * when it finds the EICAR test file, alone and at the end of `bytes` of text, else with what it said instead.
 */
export async function selfTest(
  scanner: Scanner,
  bytes: number,
): Promise<string | null> {
  for (const padding of [0, Math.max(0, bytes - eicarBytes().byteLength)]) {
    const verdict = await scanner.scan(eicarBehind(padding));
    if (verdict.kind === "malicious") continue;
    return verdict.kind === "clean"
      ? `the EICAR test file behind ${padding} bytes was called clean`
      : verdict.detail;
  }
  return null;
}

const PADDING_CHUNK_BYTES = 64 * 1024;

function eicarBehind(paddingBytes: number): Content {
  const eicar = eicarBytes();
  return {
    bytes: paddingBytes + eicar.byteLength,
    sha256: "",
    async *open() {
      const chunk = new Uint8Array(PADDING_CHUNK_BYTES).fill(0x20);
      for (let left = paddingBytes; left > 0; left -= chunk.byteLength)
        yield chunk.subarray(0, Math.min(left, chunk.byteLength));
      yield eicar;
    },
  };
}
