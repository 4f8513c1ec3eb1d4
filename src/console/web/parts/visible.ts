/** Control characters, and those that turn the direction of the text around them or take no room (Unicode TR36, TR39). */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Each such character as its number, so that nobody reads a name other than it is. */
export function visible(untrustedText: string): string {
  return untrustedText.replace(
    UNSEEN,
    (one) =>
      `‹U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}›`,
  );
}
