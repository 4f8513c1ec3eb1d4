import { DAY } from "../../core/units.ts";
import { html, type Markup } from "../html.ts";
import { size } from "../words.ts";
import type { FileView, MailView, RequestView, Standing } from "./view.ts";
import type { Complaint, Told, Words } from "./words.ts";

export interface PageAbout {
  readonly words: Words;
  /** Path of this page, `/a/…`. */
  readonly path: string;
  readonly formToken: string;
  readonly contact: string | null;
  readonly told: Told | null;
  readonly complaint: Complaint | null;
  /** What was typed before a complaint. */
  readonly typed: { readonly reason: string; readonly who: string };
}

export const MAX_REASON_CHARACTERS = 500;
export const MAX_PASSWORD_CHARACTERS = 256;

export function recipientPage(view: MailView, about: PageAbout): string {
  const { words } = about;
  return frame(
    about,
    words.title,
    html`${notices(about)}
      <p class="lead">${words.intro}</p>
      ${mailFacts(view, words)}
      <section aria-labelledby="files">
        <h2 id="files">${words.files}</h2>
        <ul class="files">
          ${view.files.map((file, at) => fileCard(file, { about, at }))}
        </ul>
        <p>
          <a class="again" href="${address(about)}">${words.again}</a>
        </p>
      </section>
      ${view.requests.length === 0 ? null : requestList(view, about)}
      ${view.mayAsk ? askForm(view, about) : null} ${reportForm(view, about)}
      <footer>
        <p>${words.until(words.day(view.link.expiresAt - DAY))}</p>
        ${about.contact === null ? null : html`<p>${words.contact(about.contact)}</p>`}
      </footer>`,
  );
}

/** Where there is nothing to show: what happened, and what to do. */
export function lostPage(
  about: Pick<PageAbout, "words" | "path" | "contact">,
  why: keyof Words["lost"],
): string {
  const [title, advice] = about.words.lost[why];
  return frame(
    about,
    title,
    html`<section>
      <p class="advice">${advice}</p>
      ${about.contact === null ? null : html`<p>${about.words.contact(about.contact)}</p>`}
    </section>`,
  );
}

function frame(
  { words, path }: Pick<PageAbout, "words" | "path">,
  title: string,
  body: Markup,
): string {
  const isJapanese = words.language === "ja";
  return html`<!doctype html>
    <html lang="${words.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title} - ${words.product}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <p class="product">${words.product}</p>
          <a
            href="${isJapanese ? `${path}?lang=en` : path}"
            lang="${isJapanese ? "en" : "ja"}"
            hreflang="${isJapanese ? "en" : "ja"}"
            >${words.other}</a
          >
        </header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}

function address({ path, words }: Pick<PageAbout, "path" | "words">): string {
  return words.language === "en" ? `${path}?lang=en` : path;
}

function notices({ words, told, complaint }: PageAbout): Markup | null {
  if (complaint !== null)
    return html`<p class="notice bad" role="alert">
      ${words.complaint[complaint]}
    </p>`;
  return told === null
    ? null
    : html`<p class="notice good" role="status">${words.told[told]}</p>`;
}

function mailFacts({ item, tenantName }: MailView, words: Words): Markup {
  const { mail } = words;
  const from = item.from ?? item.envelope.reversePath;
  const rows: readonly (readonly [string, string])[] = [
    [mail.subject, item.subject || words.noSubject],
    [mail.from, from],
    [mail.received, words.date(item.receivedAt)],
    [mail.tenant, tenantName],
    [mail.number, item.id],
  ];
  return html`<dl class="mail">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function fileCard(
  { part, name, kind, bytes, standing }: FileView,
  { about, at }: { readonly about: PageAbout; readonly at: number },
): Markup {
  const { words } = about;
  const facts = [kind, bytes === null ? null : size(bytes)]
    .filter((one) => one !== null)
    .join("・");
  return html`<li class="file ${standing.kind}">
    <div class="head">
      <h3>${name ?? words.wholeMail}</h3>
      <span class="chip">${words.standing[standing.kind]}</span>
    </div>
    ${facts === "" ? null : html`<p class="facts">${facts}</p>`}
    ${explained(standing, words)}
    ${
      standing.kind === "held" && standing.takesPassword && part !== null
        ? passwordForm(part, { about, at })
        : null
    }
  </li>`;
}

function explained(standing: Standing, words: Words): Markup {
  switch (standing.kind) {
    case "held": {
      const { title, message } = words.held(standing.code);
      return html`<p class="why"><strong>${title}</strong></p>
        <p>${message}</p>`;
    }
    case "processing": {
      const place = words.place(standing.place);
      return html`<p>${words.explained.processing}</p>
        ${place === "" ? null : html`<p class="place">${place}</p>`}`;
    }
    case "released":
      return standing.then === null
        ? html`<p>${words.explained.released}</p>`
        : html`<p>${words.explained.released}</p>
            <div class="then">
              <p>
                <span class="chip">${words.standing[standing.then.kind]}</span>
              </p>
              ${explained(standing.then, words)}
            </div>`;
    case "handed":
      return html`<p>
        ${standing.isSecond ? words.handedSecond : words.explained.handed}
      </p>`;
    default:
      return html`<p>${words.explained[standing.kind]}</p>`;
  }
}

function passwordForm(
  part: string,
  { about, at }: { readonly about: PageAbout; readonly at: number },
): Markup {
  const { words } = about;
  return html`<form method="post" action="${about.path}/password" class="inner">
    ${hidden(about)}<input type="hidden" name="part" value="${part}" />
    <label for="password-${at}">${words.password.label}</label>
    <p class="help" id="password-help-${at}">${words.password.help}</p>
    <input
      id="password-${at}"
      name="password"
      type="password"
      autocomplete="off"
      maxlength="${MAX_PASSWORD_CHARACTERS}"
      aria-describedby="password-help-${at}"
      required
    />
    <button class="second">${words.password.button}</button>
  </form>`;
}

function requestList({ requests }: MailView, about: PageAbout): Markup {
  return html`<section aria-labelledby="requests">
    <h2 id="requests">${about.words.requests}</h2>
    <ul class="requests">
      ${requests.map((request) => requestRow(request, about))}
    </ul>
  </section>`;
}

function requestRow(request: RequestView, about: PageAbout): Markup {
  const { words } = about;
  const { id, kind, state, at, decidedAt, answer, mayWithdraw } = request;
  const isNewReport = kind === "report" && state === "asked";
  const chip = isNewReport ? words.report.chip : words.state[state];
  return html`<li class="request ${state}">
    <div class="head">
      <h3>${words.kind[kind]}</h3>
      <span class="chip">${chip}</span>
    </div>
    <p class="facts">
      ${words.date(at)}${decidedAt === null ? null : ` → ${words.date(decidedAt)}`}
    </p>
    ${
      isNewReport
        ? html`<p>${words.report.done}</p>`
        : html`<p>${words.stateExplained[state]}</p>`
    }
    ${
      answer === null
        ? null
        : html`<div class="answer">
            <p><strong>${words.answer}</strong></p>
            <p class="said">${answer}</p>
          </div>`
    }
    ${
      mayWithdraw
        ? html`<form method="post" action="${about.path}/withdraw">
            ${hidden(about)}<input type="hidden" name="request" value="${id}" />
            <button class="third">${words.withdraw}</button>
          </form>`
        : null
    }
  </li>`;
}

function askForm({ asksWho }: MailView, about: PageAbout): Markup {
  const { words, typed } = about;
  return html`<section aria-labelledby="ask">
    <h2 id="ask">${words.ask.title}</h2>
    <p>${words.ask.intro}</p>
    <form method="post" action="${about.path}/ask">
      ${hidden(about)} ${asksWho ? whoField("ask", about) : null}
      <label for="reason">${words.ask.reason}</label>
      <p class="help" id="reason-help">${words.ask.help}</p>
      <textarea
        id="reason"
        name="reason"
        rows="4"
        maxlength="${MAX_REASON_CHARACTERS}"
        aria-describedby="reason-help"
        required
      >
${typed.reason}</textarea>
      <button>${words.ask.button}</button>
    </form>
  </section>`;
}

function whoField(place: string, { words, typed }: PageAbout): Markup {
  return html`<label for="who-${place}">${words.who.label}</label>
    <p class="help" id="who-help-${place}">${words.who.help}</p>
    <input
      id="who-${place}"
      name="who"
      type="email"
      autocomplete="email"
      maxlength="254"
      value="${typed.who}"
      aria-describedby="who-help-${place}"
      required
    />`;
}

function reportForm(
  { asksWho, hasReported }: MailView,
  about: PageAbout,
): Markup | null {
  const { words } = about;
  if (hasReported && !asksWho) return null;
  return html`<section aria-labelledby="report">
    <h2 id="report">${words.report.title}</h2>
    <p>${words.report.intro}</p>
    <form method="post" action="${about.path}/report">
      ${hidden(about)} ${asksWho ? whoField("report", about) : null}
      <label for="report-reason">${words.report.reason}</label>
      <textarea
        id="report-reason"
        name="reason"
        rows="2"
        maxlength="${MAX_REASON_CHARACTERS}"
      ></textarea>
      <button class="second">${words.report.button}</button>
    </form>
  </section>`;
}

function hidden({ formToken, words }: PageAbout): Markup {
  return html`<input type="hidden" name="form" value="${formToken}" /><input
      type="hidden"
      name="lang"
      value="${words.language}"
    />`;
}
