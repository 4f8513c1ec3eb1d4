/** A fresh profile of LibreOffice as a list of files: settings, and the library with our macro. */
import { macroText, type MacroPlace } from "./macro.ts";

export interface ProfileFile {
  readonly path: string;
  readonly text: string;
}

export const MACRO_URL = "macro:///Standard.Convert.Main";

const COMMON = "/org.openoffice.Office.Common";

/** The first of these keeps every macro of a document from running; the others keep it from looking outside. */
const SETTINGS: readonly [path: string, name: string, value: string][] = [
  [`${COMMON}/Security/Scripting`, "MacroSecurityLevel", "3"],
  [`${COMMON}/Security/Scripting`, "BlockUntrustedRefererLinks", "true"],
  [`${COMMON}/Security/Scripting`, "HyperlinksWithCtrlClick", "true"],
  [`${COMMON}/Misc`, "FirstRun", "false"],
  [`${COMMON}/Save/Document`, "AutoSave", "false"],
  ["/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"],
  ["/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"],
  // 0 and 2 are "never" of the one and of the other.
  ["/org.openoffice.Office.Writer/Content/Update", "Link", "0"],
  ["/org.openoffice.Office.Calc/Content/Update", "Link", "2"],
  // Values are shown as the sender saw them.
  ["/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"],
  ["/org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", "1"],
  ["/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"],
  ["/org.openoffice.Setup/L10N", "ooLocale", "en-US"],
  ["/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "ja-JP"],
  ["/org.openoffice.Office.Linguistic/General", "DefaultLocale_CJK", "ja-JP"],
];

/** `build` is that of the suite itself: a profile of another one would be made anew, by a second start. */
export function profileFiles(build: string, place: MacroPlace): ProfileFile[] {
  return [
    { path: "user/extensions/buildid", text: build },
    { path: "user/registrymodifications.xcu", text: settingsText() },
    { path: "user/basic/script.xlc", text: LIBRARIES },
    { path: "user/basic/dialog.xlc", text: LIBRARIES },
    { path: "user/basic/Standard/script.xlb", text: libraryText("Convert") },
    { path: "user/basic/Standard/dialog.xlb", text: libraryText(null) },
    { path: "user/basic/Standard/Convert.xba", text: moduleText(place) },
  ];
}

function settingsText(): string {
  const items = SETTINGS.map(
    ([path, name, value]) =>
      `<item oor:path="${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  );
  return `${XML}
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${items.join("\n")}
</oor:items>
`;
}

const XML = `<?xml version="1.0" encoding="UTF-8"?>`;
const DTD = "-//OpenOffice.org//DTD OfficeDocument 1.0//EN";

const LIBRARIES = `${XML}
<!DOCTYPE library:libraries PUBLIC "${DTD}" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" library:link="false"/>
</library:libraries>
`;

function libraryText(element: string | null): string {
  const elements =
    element === null ? "" : ` <library:element library:name="${element}"/>\n`;
  return `${XML}
<!DOCTYPE library:library PUBLIC "${DTD}" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false" library:passwordprotected="false">
${elements}</library:library>
`;
}

function moduleText(place: MacroPlace): string {
  const text = macroText(place)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  return `${XML}
<!DOCTYPE script:module PUBLIC "${DTD}" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Convert" script:language="StarBasic">${text}</script:module>
`;
}
