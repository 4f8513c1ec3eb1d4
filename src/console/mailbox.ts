import { html, type Markup } from "./html.ts";
import { size } from "./words.ts";

/** Mails that crossed, as the built-in mailbox keeps them. Clean by promise, and still shown as text only. */
export interface MailboxView {
  list(limit: number): Promise<
    readonly {
      readonly file: string;
      readonly subject: string;
      readonly from: string;
      readonly date: string;
    }[]
  >;
  open(file: string): Promise<OpenedMail | null>;
}

export interface OpenedMail {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly date: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly name: string;
    readonly type: string;
    readonly bytes: Uint8Array;
  }[];
}

export function mailboxList(
  mails: Awaited<ReturnType<MailboxView["list"]>>,
): Markup {
  if (mails.length === 0) return html`<section>まだ届いていません。</section>`;
  return html`<section>
    <table>
      <thead>
        <tr>
          <th>件名</th>
          <th>差出人</th>
          <th>日時</th>
        </tr>
      </thead>
      <tbody>
        ${mails.map(
          (mail) =>
            html`<tr>
              <td>
                <a href="/mailbox/${mail.file}"
                  >${mail.subject || "（件名なし）"}</a
                >
              </td>
              <td>${mail.from}</td>
              <td class="w">${mail.date}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

export function mailPage(file: string, mail: OpenedMail): Markup {
  return html`<section>
      <table>
        <tr>
          <th>差出人</th>
          <td>${mail.from}</td>
        </tr>
        <tr>
          <th>宛先</th>
          <td>${mail.to}</td>
        </tr>
        <tr>
          <th>日時</th>
          <td>${mail.date}</td>
        </tr>
      </table>
    </section>
    <section><pre>${mail.text}</pre></section>
    ${
      mail.attachments.length === 0
        ? null
        : html`<section>
            <h2>添付ファイル</h2>
            <ul>
              ${mail.attachments.map(
                (attachment, index) =>
                  html`<li>
                    <a href="/mailbox/${file}/${index}">${attachment.name}</a>
                    <span class="soft"
                      >${size(attachment.bytes.byteLength)}</span
                    >
                  </li>`,
              )}
            </ul>
          </section>`
    }`;
}
