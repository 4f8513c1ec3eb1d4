import type { Ledger } from "../../core/ledger.ts";
import { MIB } from "../../core/units.ts";
import type {
  OpenedPart,
  ShownParts,
  ShownText,
  ViewerQuestion,
} from "../../wire/viewer.ts";
import { partPath, SHOWN_DPI } from "../../wire/viewer.ts";
import { FairPlaces } from "../fair-places.ts";
import { Looks } from "../looks.ts";
import { refused, refusalWords, wholeOf } from "../viewer.ts";
import type { ViewerReply } from "../../socket/viewer-client.ts";
import type { Viewer } from "../viewer.ts";
import { done, type Answer, type Ask, type Route } from "./route.ts";
import {
  digits,
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
} from "./schema.ts";

export interface PreviewTools {
  readonly ledger: Pick<Ledger, "record">;
  readonly viewer: Viewer;
  /** Milliseconds that never go back, as of `performance.now`: for paces and what is kept a short time, since the clock may be set. */
  readonly ticks: () => number;
}

/** Of the list of parts, or the text of a mail. */
const MAX_TOLD_BYTES = 32 * MIB;
const PREVIEW = "/api/v1/mails/:item/preview";
/** In the record, in the place of a part's path: the text of the whole mail. */
const TEXT = "text";

const word = orNull(text);

/** The viewer opens a few at a time; one person's many must not keep others from theirs. */
const SHOWN = {
  all: { atATime: 32, mayWait: 32 },
  each: { atATime: 2, mayWait: 16 },
} as const;

/** The viewer, asked by one person. */
type Asked = (question: ViewerQuestion) => Promise<ViewerReply>;

export function previewRoutes(tools: PreviewTools): readonly Route[] {
  const looks = new Looks(tools, "previewed");
  const places = new FairPlaces(SHOWN);
  const askedBy =
    ({ account, gone }: Ask): Asked =>
    async (question) =>
      (await places.run(account.name, () => tools.viewer(question, gone))) ?? {
        ...({ kind: "refused", code: "BUSY" } as const),
      };
  const route = { method: "GET", right: "mail.preview", item: true } as const;
  return [
    {
      ...{ ...route, path: PREVIEW },
      summary:
        "What the mail holds, and what of it can be shown; pages are counted when a part is opened",
      answer: object({
        parts: list(
          object({
            ...{ path: text, name: text, kind: text, type: text },
            ...{ bytes: number, sha256: text, within: word, isBody: flag },
            shows: orNull(oneOf(["pages", "text", "members"])),
            ...{ why: word, whyWords: word, pages: orNull(number) },
          }),
        ),
      }),
      run: async (ask) => {
        const question = { ask: "parts", item: ask.item.id } as const;
        const told = await tellOf<ShownParts>(askedBy(ask), question);
        if ("kind" in told) return told;
        return done({
          parts: told.parts.map((part) => ({
            ...part,
            whyWords: part.why === null ? null : refusalWords(part.why),
          })),
        });
      },
    },
    {
      ...{ ...route, path: `${PREVIEW}/:part` },
      summary: "One part, opened: its number of pages, or its text",
      answer: object({
        ...{ path: text, name: text, shows: oneOf(["pages", "text"]) },
        ...{ "pages?": number, "text?": text },
      }),
      run: async (ask) => {
        const part = partPath(ask.params["part"]);
        if (part === null) return refused("NO_PART");
        const question = { ask: "part", item: ask.item.id, part } as const;
        const told = await tellOf<OpenedPart>(askedBy(ask), question);
        if ("kind" in told) return told;
        // A number of pages is no look at them.
        if (told.shows === "text") await looks.record(ask, part);
        return done(told);
      },
    },
    {
      ...{ ...route, path: `${PREVIEW}/:part/pages/:page` },
      summary: `One page as a picture; \`dpi\` ${SHOWN_DPI.least} to ${SHOWN_DPI.most}, pictures are never made larger than they are`,
      query: object({ "dpi?": digits }),
      answer: text,
      file: "image/png",
      run: (ask) => showPage(askedBy(ask), looks, ask),
    },
    {
      ...{ ...route, path: "/api/v1/mails/:item/text" },
      summary: "The text as it would be delivered, without the notice below it",
      answer: object({ text }),
      run: async (ask) => {
        const question = { ask: "text", item: ask.item.id } as const;
        const told = await tellOf<ShownText>(askedBy(ask), question);
        if ("kind" in told) return told;
        await looks.record(ask, TEXT);
        return done(told);
      },
    },
  ];
}

async function showPage(asked: Asked, looks: Looks, ask: Ask): Promise<Answer> {
  const part = partPath(ask.params["part"]);
  const page = /^[1-9]\d{0,4}$/.test(ask.params["page"] ?? "")
    ? Number(ask.params["page"])
    : null;
  if (part === null) return refused("NO_PART");
  if (page === null || page > 0xffff) return refused("NO_PAGE");
  const wished = Number(ask.query["dpi"] ?? SHOWN_DPI.usual);
  const dpi = Math.min(SHOWN_DPI.most, Math.max(SHOWN_DPI.least, wished));
  const reply = await asked({
    ...({ ask: "page", item: ask.item.id, part, page, dpi } as const),
  });
  if (reply.kind === "refused") return refused(reply.code);
  try {
    await looks.record(ask, part, { page });
  } catch (error) {
    await reply.content[Symbol.asyncIterator]().return?.();
    throw error;
  }
  const { content, bytes } = reply;
  return { kind: "shown", type: "image/png", content, bytes };
}

/** What the viewer tells in JSON; else what the person hears. It is of this machine and our own user: its form is believed. */
async function tellOf<Told extends object>(
  asked: Asked,
  question: ViewerQuestion,
): Promise<Told | Extract<Answer, { kind: "problem" }>> {
  const reply = await asked(question);
  if (reply.kind === "refused")
    return refused(reply.code) as Extract<Answer, { kind: "problem" }>;
  const whole = await wholeOf(reply.content, MAX_TOLD_BYTES);
  return JSON.parse(whole.toString("utf8")) as Told;
}
