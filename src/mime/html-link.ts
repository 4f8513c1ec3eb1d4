const MAX_TARGET_CHARACTERS = 2000;

/** Written as `<target>`: one word, no angle brackets, no characters that hide. Null where there is nothing to go to. */
export function linkTarget(href: string): string | null {
  const word = href.replace(/[\u0000-\u001f\u007f-\u009f]/g, "").trim();
  if (!/^(?:https?:\/\/|ftp:\/\/|mailto:|tel:|www\.)/i.test(word)) return null;
  const plain = plainHost(word.slice(0, MAX_TARGET_CHARACTERS * 2))
    .replace(/\s/g, "%20")
    .replace(/</g, "%3C")
    .replace(/>/g, "%3E");
  return plain.length > MAX_TARGET_CHARACTERS
    ? `${plain.slice(0, MAX_TARGET_CHARACTERS)}…`
    : plain;
}

/** Host names in Japanese stay; any other script that could imitate Latin letters is shown in punycode. */
export function plainHost(target: string): string {
  // Nearly every address; and whoever asks about plain text asks often.
  if (/^[\x21-\x7e]*$/.test(target)) return target;
  const host = hostOf(target);
  if (host === null || /^[\x21-\x7e]*$/.test(host)) return target;
  if (
    /^[\x21-\x7e\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー々]*$/u.test(
      host,
    )
  )
    return target;
  const ascii = URL.parse(`http://${host}/`)?.hostname;
  return ascii === undefined
    ? target.replace(host, "?")
    : target.replace(host, ascii);
}

function hostOf(text: string): string | null {
  // Everything up to the last "@" before the path is a user name, however much it looks like a host.
  const [, authority] = /^(?:[a-z]{3,6}:\/\/)([^/?#\\\s]*)/i.exec(text) ?? [];
  return authority === undefined
    ? null
    : authority.slice(authority.lastIndexOf("@") + 1);
}

/** True when the label itself names a host, and another one. */
export function saysAnotherHost(label: string, target: string): boolean {
  const shown =
    /^(?:https?:\/\/)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?![\w@.-])/i.exec(
      label.trim().slice(0, 400),
    );
  const real = hostOf(/^www\./i.test(target) ? `http://${target}` : target);
  if (shown === null || real === null) return false;
  const bare = (host: string): string =>
    host
      .toLowerCase()
      .replace(/^www\./, "")
      .replace(/:\d+$/, "");
  const said = bare(shown[1] ?? "");
  const is = bare(real);
  return said !== is && !is.endsWith(`.${said}`) && !FILE_LIKE.test(said);
}

/** "report.pdf" is no host. */
const FILE_LIKE =
  /\.(?:pdf|docx?|xlsx?|pptx?|zip|txt|csv|html?|jpe?g|png|gif|md|exe|lzh)$/;
