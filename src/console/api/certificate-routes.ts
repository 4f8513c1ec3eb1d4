import type { Ledger } from "../../core/ledger.ts";
import { MIB } from "../../core/units.ts";
import { decodeCertificate } from "../../wire/certificate.ts";
import { certificatePage } from "../certificate-page.ts";
import { refused, wholeOf, type Viewer } from "../viewer.ts";
import type { Answer, Ask, Route } from "./route.ts";
import { facts, text } from "./schema.ts";

export interface CertificateTools {
  readonly ledger: Pick<Ledger, "record">;
  readonly viewer: Viewer;
}

const CERTIFICATE = "/api/v1/mails/:item/certificate";
const MAX_CERTIFICATE_BYTES = 16 * MIB;

export function certificateRoutes(tools: CertificateTools): readonly Route[] {
  const route = { method: "GET", right: "mail.read", item: true } as const;
  return [
    {
      ...{ ...route, path: CERTIFICATE },
      summary:
        "無害化証明書 of a delivered mail, signed: these very bytes are what `sekisho certificate verify` proves",
      answer: facts,
      file: "application/json",
      run: async (ask) => {
        const text = await certificateOf(tools, ask);
        return typeof text === "string"
          ? shown("application/json; charset=utf-8", text)
          : text;
      },
    },
    {
      ...{ ...route, path: `${CERTIFICATE}.html` },
      summary: "The same as a page to be printed on A4",
      answer: text,
      file: "text/html",
      run: async (ask) => {
        const text = await certificateOf(tools, ask);
        if (typeof text !== "string") return text;
        const read = decodeCertificate(text);
        return read === null
          ? refused("VIEWER_FAILED")
          : shown("text/html; charset=utf-8", certificatePage(read));
      },
    },
  ];
}

/** On record before it is given out. */
async function certificateOf(
  { ledger, viewer }: CertificateTools,
  { account, item, gone }: Ask,
): Promise<string | Answer> {
  const reply = await viewer({ ask: "certificate", item: item.id }, gone);
  if (reply.kind === "refused") return refused(reply.code);
  const whole = await wholeOf(reply.content, MAX_CERTIFICATE_BYTES);
  await ledger.record({
    ...{ act: "certified", actor: account.name },
    facts: { item: item.id, via: "console" },
  });
  return whole.toString("utf8");
}

function shown(type: string, text: string): Answer {
  const content = Buffer.from(text);
  return { kind: "shown", type, content, bytes: content.length };
}
