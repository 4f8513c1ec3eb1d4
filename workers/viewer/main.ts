/*
NAME       viewer: show held mails page by page to the console, and sign certificates
ZONE       airlock
READS      spool, vault, ledger      WRITES  nothing but its own work
TALKS TO   the console (a socket of our own user), pits, clamd where no verdict is on record
SECURITY   what leaves is pixels encoded anew, clean text, and what is on record; documents are decoded in the pit alone. Has the
           key of the vault and that of certificates, neither of which the console has; has no way to outbox or delivery
LIMITS     core/limits.ts; questions at a time, open documents, cached bytes (viewer.*)
NOT HERE   who may look, and that somebody did (console)
*/
import type { ViewerQuestion } from "../../src/wire/viewer.ts";
import { openCertify } from "../../src/assembly/certify.ts";
import { placesIn } from "../../src/assembly/places.ts";
import type { OpenPreview } from "../../src/assembly/viewer.ts";
import { runWorker } from "../../src/assembly/worker.ts";
import { Fault } from "../../src/core/fault.ts";
import {
  serveViewer,
  type ViewerAnswer,
} from "../../src/socket/viewer-server.ts";
import { QUESTION_DEADLINE_MS } from "../../src/wire/viewer.ts";
import { isOriginalGranted } from "../../src/policy/originals.ts";
import { loadVaultKey } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";

type OriginalQuestion = Extract<ViewerQuestion, { ask: "original" }>;

await runWorker("viewer", async ({ config, log, clamdSocket }) => {
  if (clamdSocket === null)
    throw new Fault("CONFIG_INVALID", { key: "scanner.socketPath" });
  const places = placesIn(config.gateway.varFolder);
  const vaultKey = await loadVaultKey(
    places.keys,
    config.secrets.vaultKey?.reveal() ?? null,
  );
  const ledger = await createLedger(places.ledger);
  const certify = openCertify({
    ...{ gateway: config.gateway, tenants: config.tenants, ledger },
  });
  let opening: Promise<OpenPreview> | null = null;
  /** Most days nobody looks: what looking needs is not even loaded until then. */
  const open = () =>
    (opening ??= import("../../src/assembly/viewer.ts").then(
      ({ openPreview }) =>
        openPreview({
          config: {
            ...{ gateway: config.gateway, limits: config.limits },
            ...{ policy: config.policy, scanner: config.scanner },
            viewer: config.viewer,
          },
          ...{ ledger, vaultKey, clamdSocket, log },
        }),
    ));

  /** What the ledger says of the two persons, whatever the console says. */
  const isGranted = async ({ item, part, grant }: OriginalQuestion) =>
    config.policy.originalRelease === "on" &&
    part !== null &&
    isOriginalGranted(await ledger.originals(item), { part, request: grant });

  const answer = async (
    question: ViewerQuestion,
    signal: AbortSignal,
  ): Promise<ViewerAnswer> => {
    if (question.ask === "certificate") return certify(question.item);
    if (question.ask === "original" && !(await isGranted(question)))
      return { kind: "refused", code: "NOT_GRANTED" };
    const { preview } = await open();
    const { item } = question;
    switch (question.ask) {
      case "parts":
        return told(await preview.parts(item, signal));
      case "part":
        return told(await preview.part(item, question.part, signal));
      case "text":
        return told(await preview.text(item, signal));
      case "page": {
        const shown = await preview.page(item, question, signal);
        return shown.kind === "refused"
          ? shown
          : { kind: "done", type: "image/png", content: shown.value };
      }
      case "original": {
        const { part } = question;
        if (part === null) return { kind: "refused", code: "NO_PART" };
        const shown = await preview.original(item, part, signal);
        if (shown.kind === "refused") return shown;
        const content = shown.value.open();
        return { kind: "done", type: "application/octet-stream", content };
      }
    }
  };
  const server = await serveViewer({
    ...{ path: places.viewerSocket, answer, log },
    deadlineMs: QUESTION_DEADLINE_MS,
  });
  return {
    close: async () => {
      await server.close();
      await (await opening)?.end();
      await ledger.close();
    },
  };
});

function told(
  shown:
    | { readonly kind: "shown"; readonly value: object }
    | Extract<ViewerAnswer, { kind: "refused" }>,
): ViewerAnswer {
  if (shown.kind === "refused") return shown;
  const content = new TextEncoder().encode(JSON.stringify(shown.value));
  return { kind: "done", type: "application/json", content };
}
