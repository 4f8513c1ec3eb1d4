import type { FileKind } from "../core/part.ts";

/**
 * Kinds that nothing is made of, so that a notice can call them by their name. All of them are held; so the sender's name may
 * say what bytes do not, but only where they are no kind that is made anew.
 */
const kind = (type: string, label: string, extension: string): FileKind => ({
  type,
  label,
  extension,
});

const ICHITARO = kind("application/x-js-taro", "一太郎文書", "jtd");
/** Before HWP 3, which LibreOffice reads. */
const HWP = kind("application/x-hwp", "ハングル文書（HWP）", "hwp");
const DXF = kind("image/vnd.dxf", "DXF図面", "dxf");
const STEP = kind("model/step", "SXF・STEP図面（P21、SFC）", "p21");
const SCRIPT = kind("application/x-script", "スクリプト", "bin");
const SHORTCUT = kind("application/x.ms.shortcut", "ショートカット", "lnk");

const MAGIC: readonly [begins: string, kind: FileKind][] = [
  ["JwwData.", kind("application/x-jww", "JWW図面", "jww")],
  ["AC10", kind("image/vnd.dwg", "DWG図面", "dwg")],
  ["AutoCAD Binary DXF", DXF],
  ["HWP Document File V1", HWP],
  ["HWP Document File V2", HWP],
  ["ITSF", kind("application/vnd.ms-htmlhelp", "CHMヘルプ", "chm")],
  ["\x4c\0\0\0\x01\x14\x02\0", SHORTCUT],
  [
    "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d",
    kind("application/onenote", "OneNoteノート", "one"),
  ],
];

const BINARY_NAMES: readonly [name: RegExp, kind: FileKind][] = [
  [/\.(?:jtd|jtt|jttc|jtdc|jaw|jbw|juw|jsw|jtw)\s*$/i, ICHITARO],
  [
    /\.(?:xdw|xbd|xct)\s*$/i,
    kind("application/vnd.fujixerox.docuworks", "DocuWorks文書", "xdw"),
  ],
  [/\.msi\s*$/i, kind("application/x-msi", "インストーラー（MSI）", "msi")],
];

const SCRIPT_NAME =
  /\.(?:jse?|vb[es]?|ws[cfh]|hta|sct|psm?1|psd1|bat|cmd|reg|inf|scf|sh|py|pl|command)\s*$/i;

/** Of bytes that are no text; `known` is what they are by themselves, null when nothing fits. */
export function namedBinary(
  start: Buffer,
  name: string,
  known: FileKind | null,
): FileKind | null {
  const text = start.toString("latin1", 0, 32);
  const found = MAGIC.find(([begins]) => text.startsWith(begins))?.[1];
  if (found !== undefined) return found;
  if (known !== null && known.type !== "application/x-cfb") return null;
  return BINARY_NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Of bytes that could be read as text: drawings are no words, and a script kept as text would still be one by its name. */
export function namedText(text: string, name: string): FileKind | null {
  if (/^(?:\xEF\xBB\xBF)?\s*0\r?\n\s*SECTION\r?\n/.test(text)) return DXF;
  if (/^(?:\xEF\xBB\xBF)?\s*ISO-10303-21;/.test(text)) return STEP;
  if (/^(?:\xEF\xBB\xBF)?\s*\[InternetShortcut\]/i.test(text)) return SHORTCUT;
  return text.startsWith("#!") || SCRIPT_NAME.test(name) ? SCRIPT : null;
}
