import type { ConfigSlice } from "../config/slice.ts";
import type { ItemId } from "../core/id.ts";
import type { ViewerAnswer } from "../socket/viewer-server.ts";
import { certify, type CertifyTools } from "../stage/certificate.ts";
import { loadCertificateKey } from "../store/keys.ts";
import { encodeCertificate } from "../wire/certificate.ts";
import { placesIn } from "./places.ts";

export interface CertifyPlace extends Pick<
  ConfigSlice<"viewer">,
  "gateway" | "tenants"
> {
  readonly ledger: CertifyTools["ledger"];
}

/** Answers with the certificate of an item. The key is read, or made, when the first one is asked for. */
export function openCertify({
  gateway,
  tenants,
  ledger,
}: CertifyPlace): (item: ItemId) => Promise<ViewerAnswer> {
  const { hostname, varFolder } = gateway;
  return async (item) => {
    const key = await loadCertificateKey(placesIn(varFolder).keys);
    const made = await certify({ ledger, key, hostname, tenants }, item);
    if (made.kind === "none") return { kind: "refused", code: made.why };
    const content = new TextEncoder().encode(
      encodeCertificate(made.certificate),
    );
    return { kind: "done", type: "application/json", content };
  };
}
