import type { UntrustedContent } from "../core/content.ts";
import type { HeaderField, Part, PartTree } from "../core/part.ts";
import type { Workspace } from "../core/stores.ts";

const SHOWN: ReadonlySet<string> = new Set([
  "subject",
  "from",
  "to",
  "cc",
  "date",
]);
const MAIL_NAME_ENDING = /\.(?:eml|msg)\s*$/i;
const MAIL_NAME = "メール";
const TEXT_NAME = "本文";
const HEADER_NAME = "見出し";

/**
 * A mail in an archive has no place in the text of another mail, so it becomes a folder: its heading and its text as files, and
 * what was attached to it. `members` has a root of its own, which is no mail of the sender's.
 */
export async function mailsAsFolders(
  members: PartTree,
  workspace: Workspace,
): Promise<PartTree> {
  const mails = [...members.messages].filter(([id]) => id !== 0);
  if (mails.length === 0) return members;
  const named = members.parts.map((part) => inFolder(part, members));
  for (const [id, headers] of mails) {
    const mail = members.parts[id];
    if (mail === undefined) continue;
    const heading = await headingPart(mail, headers, workspace);
    named.push(inFolder({ ...heading, id: named.length }, members));
  }
  return { ...members, parts: named };
}

function inFolder(part: Part, tree: PartTree): Part {
  const folders = foldersAbove(part, tree);
  if (folders.length === 0 || part.leaf === null) return part;
  const name = part.untrustedName ?? TEXT_NAME;
  return { ...part, untrustedName: [...folders, name].join("/") };
}

/** Names of the mails around, up to the archive that they lie in. */
function foldersAbove(part: Part, tree: PartTree): string[] {
  const folders: string[] = [];
  let above = tree.parts[part.parent ?? -1];
  while (above !== undefined && above.id !== 0 && above.unpacked !== true) {
    if (tree.messages.has(above.id)) {
      const name = above.untrustedName?.replace(MAIL_NAME_ENDING, "");
      folders.unshift(name ?? MAIL_NAME);
    }
    above = tree.parts[above.parent ?? -1];
  }
  return folders;
}

/** RFC 6522 §3: header fields alone, which are told in words. */
async function headingPart(
  mail: Part,
  headers: readonly HeaderField[],
  workspace: Workspace,
): Promise<Part> {
  const lines = headers
    .filter(({ name }) => SHOWN.has(name.toLowerCase()))
    .map(({ name, untrustedValue }) => `${name}: ${untrustedValue}\r\n`);
  const holder = workspace.hold();
  await holder.add(Buffer.from(lines.join(""), "latin1"));
  const content = (await holder.finish()) as UntrustedContent;
  return {
    ...{ id: -1, parent: mail.id, path: `${mail.path}.0` },
    depth: mail.depth + 1,
    declaredType: "text/rfc822-headers",
    charset: null,
    disposition: "attachment",
    untrustedName: HEADER_NAME,
    contentId: null,
    anomalies: [],
    leaf: {
      kind: { type: "text/plain", label: "メールの見出し", extension: "txt" },
      content,
    },
  };
}
