declare module "clamscan" {
  import type { Readable } from "node:stream";

  /** The part of clamscan that the naive relay uses; the package brings no types. */
  class NodeClam {
    init(options: Readonly<Record<string, unknown>>): Promise<NodeClam>;
    scanStream(
      stream: Readable,
    ): Promise<{ isInfected: boolean | null; viruses: string[] }>;
  }
  export { NodeClam as default };
}
