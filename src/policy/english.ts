import type { HoldCode } from "../core/verdict.ts";

/** The notice in English: reasons of holds and sentences for findings. A test compares with the Japanese ones. */
const ASK = "If you need it, ask your administrator with the reference number.";

export const REASONS_EN: Readonly<
  Record<HoldCode, { readonly title: string; readonly message: string }>
> = {
  VIRUS_FOUND: {
    title: "Virus found",
    message:
      "A virus was found, so this can't be passed on. Please don't answer the sender and don't open the same file.",
  },
  TYPE_NOT_CONVERTED: {
    title: "Kind not converted",
    message: `Files of this kind can't be made safe yet. ${ASK}`,
  },
  ENCRYPTED: {
    title: "Encrypted",
    message: `Protected by a password or encrypted, so it can't be examined (this does not mean a virus). Please ask the sender to send it without protection. ${ASK}`,
  },
  ARCHIVE_LIMIT: {
    title: "Beyond a limit",
    message: `Nested too deep, or too big when unpacked. ${ASK}`,
  },
  AMBIGUOUS_STRUCTURE: {
    title: "Ambiguous structure",
    message: `It can be read in two ways, so it was held. ${ASK}`,
  },
  NOT_UNDERSTOOD: {
    title: "Not understood",
    message: `There should be content, but it could not be read. ${ASK}`,
  },
  STRUCTURE_LIMIT: {
    title: "Beyond a limit of structure",
    message: `Too many headers or parts, or nested too deep. ${ASK}`,
  },
  TYPE_FORBIDDEN: {
    title: "Not accepted",
    message: `Things of this kind are not accepted by rule. ${ASK}`,
  },
  CONVERSION_FAILED: {
    title: "Conversion failed",
    message: `The file is damaged, or could not be made safe for another reason. ${ASK}`,
  },
  CONVERSION_TIMEOUT: {
    title: "Conversion took too long",
    message: `The conversion did not end within its time and resources. ${ASK}`,
  },
  PAGE_BLANK: {
    title: "Pages came out blank",
    message: `A page that should show something came out blank, so it was held. ${ASK}`,
  },
  GLYPHS_MISSING: {
    title: "Many characters can't be shown",
    message:
      "Many of its characters have no font here and would be missing, so it was stopped.",
  },
  PIXEL_LIMIT: {
    title: "Too big",
    message: `More pages or pixels than allowed. ${ASK}`,
  },
  SIZE_LIMIT: { title: "Too big", message: `Bigger than allowed. ${ASK}` },
  TEXT_UNREADABLE: {
    title: "Text not readable",
    message: `The character code is not known, so the text could not be read. ${ASK}`,
  },
  SCANNER_UNAVAILABLE: {
    title: "Virus scan not possible",
    message:
      "The virus scanner is not running. This waits, and goes on by itself afterwards.",
  },
  SANDBOX_UNAVAILABLE: {
    title: "Conversion not possible",
    message:
      "The isolated conversion is not available. This waits, and goes on by itself afterwards.",
  },
  CONVERTER_MISSING: {
    title: "Converter missing",
    message: `The program that makes files of this kind safe (LibreOffice) is not on this machine. ${ASK}`,
  },
  VERIFIER_REFUSED: {
    title: "Last check failed",
    message: `The mail made anew did not pass the last check, so it was held. ${ASK}`,
  },
  ATTEMPTS_EXHAUSTED: {
    title: "Not completed",
    message: `The work on it was interrupted again and again, so it was held. ${ASK}`,
  },
  DELIVERY_REFUSED: {
    title: "Delivery refused",
    message: "The internal mail server refused to take it.",
  },
  DELIVERY_UNKNOWN: {
    title: "Delivery not certain",
    message: "It is not known whether it arrived.",
  },
  SENDER_BLOCKED: {
    title: "Sender blocked",
    message: `Your administrator has mail of this sender held. ${ASK}`,
  },
  AUTH_FAILED: {
    title: "Sender not confirmed",
    message: `The sender could not be confirmed, and somebody else may have written it, so it was held. ${ASK}`,
  },
  RESCANNED_CLEAN: {
    title: "Nothing found any more",
    message: `A virus was found earlier, and today's signatures do not find it. ${ASK}`,
  },
  DELIVERY_EXPIRED: {
    title: "Delivery expired",
    message: "The internal mail server did not take it in time.",
  },
};

const AMBIGUOUS = "Parts of the structure were ambiguous.";
const ACTIVE =
  "Active content of a document (scripts, links, forms and the like) was removed.";

/** By code, for each finding that has words. */
export const FINDINGS_EN: Readonly<Record<string, string>> = {
  "duplicate-mime-header": AMBIGUOUS,
  "duplicate-parameter": AMBIGUOUS,
  "bad-boundary": AMBIGUOUS,
  "missing-final-boundary": "The end of the mail may be missing.",
  "text-outside-parts":
    "Content outside of the regular parts of the mail was left out.",
  "junk-in-base64": "A part had a damaged encoding.",
  "sender-unproven":
    "The sender could not be confirmed: somebody else may have written this mail.",
  "empty-attachment": "There was an attachment without content.",
  "addresses-left-out":
    "There are many authors or recipients; only some of them are shown.",
  "several-authors": "This mail names more than one author.",
  "address-in-words":
    "An address that can't be used as it is stands as a name; no answer can be sent there.",
  "undecodable-text": "Some characters could not be read.",
  "encoded-block-in-text": "Encoded data in the text was removed.",
  "text-shortened": "The text is long; only its beginning is shown.",
  "html-form": "Input forms were removed.",
  "links-defanged": "Links were written so that no click opens them.",
  "links-domain-only": "Of links only the host is shown.",
  "alternative-differs":
    "This mail has two bodies that differ a lot; both are shown.",
  "private-use-character":
    "There are user-defined characters, which may look different on your screen.",
  "html-hidden": "Text that is not displayed was removed.",
  "attached-mail": "Attached mails are shown in the text, under headings.",
  "calendar-in-words":
    "Events of a calendar are told in words in the text; there is no file to import.",
  "calendar-attachment": "Files or links to files of an event were left out.",
  "vcard-picture": "Pictures and the like of a contact were left out.",
  "signature-not-kept":
    "This mail was digitally signed. The signature can't be carried over to the mail made anew.",
  "scanner-suspicion":
    "The virus scanner pointed out that a document was built oddly. It was made anew as pictures and is safe to read.",
  "archive-path":
    "An archive had names that point outside of it, or folders too deep; those folders were not kept.",
  "pdf-javascript": ACTIVE,
  "pdf-open-action": ACTIVE,
  "pdf-launch": ACTIVE,
  "pdf-embedded-file":
    "Files attached to a document were removed from it. Those that could be taken out were made anew as attachments of their own.",
  "pdf-form": ACTIVE,
  "pdf-submit": ACTIVE,
  "pdf-media": ACTIVE,
  "pdf-remote": ACTIVE,
  "name-belies":
    "There was a file whose name promises another kind than it is.",
  "office-macro": "Macros of a document were removed.",
  "office-dde": "Calls of other programs (DDE) in a document were removed.",
  "office-ole": "Files or objects embedded in a document were removed.",
  "office-activex": ACTIVE,
  "office-external-link":
    "What a document refers to elsewhere (links, remote pictures) was not fetched.",
  "office-hidden-sheet":
    "There were hidden sheets; they are not part of what is passed on.",
  "office-hidden-cells":
    "A sheet had hidden rows or columns; they are not on the pages, but among the values (CSV).",
  "office-values-too-big":
    "The values of a workbook (CSV) are too big and were left out.",
  "pdf-hidden-text":
    "A document held text that is not visible on its pages; it was removed.",
  "glyphs-missing":
    "Some characters of a document could not be shown, because there is no font for them.",
  "text-by-ocr":
    "Pages that are pictures alone were read so that they can be searched. What was read may be wrong.",
  "ocr-left-out": "Some pages could not be read and cannot be searched.",
  "pages-coarser":
    "The picture quality of some pages was lowered to keep the mail within its size.",
  "budget-passed":
    "The files are larger than intended, although the picture quality was lowered.",
  "image-gps": "The place where a picture was taken was removed.",
  "svg-active": ACTIVE,
  "svg-reference": "References to other files in a drawing were removed.",
  "image-animation":
    "Of an animated picture only the first image is passed on.",
};
