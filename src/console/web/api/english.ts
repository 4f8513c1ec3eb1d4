import type { HoldCode } from "../../../core/verdict.ts";

/** What to do about each reason, in the English of `docs/faults.md`'s readers. */
export const ADVICE_EN: Readonly<Record<HoldCode, string>> = {
  VIRUS_FOUND:
    "Can't be released. Look at it and discard it; if you know the sender, tell them by other means.",
  TYPE_NOT_CONVERTED: "Ask the sender for a PDF or pictures, or discard it.",
  ENCRYPTED:
    "If the password is known, give it and the file is made anew. If not, and for S/MIME or PGP, ask for it without encryption.",
  ARCHIVE_LIMIT: "May be an archive bomb. Check who sent it.",
  AMBIGUOUS_STRUCTURE:
    "Readers may see different contents. Discard it unless you know the sender; when released, only the text that was read for certain arrives.",
  NOT_UNDERSTOOD: "Ask the sender to send it again.",
  STRUCTURE_LIMIT: "Ordinary mail is never like this. Check who sent it.",
  TYPE_FORBIDDEN: "Ask the sender for another kind of file.",
  CONVERSION_FAILED: "Ask the sender to send it again.",
  CONVERSION_TIMEOUT:
    "Very large, or made to be slow. Ask for smaller pieces or another kind of file.",
  PAGE_BLANK: "Fonts may be missing. Ask for a PDF with its fonts embedded.",
  GLYPHS_MISSING: "Ask for a PDF with its fonts embedded.",
  PIXEL_LIMIT: "Ask for smaller pieces or smaller pictures.",
  SIZE_LIMIT: "Ask for smaller pieces.",
  TEXT_UNREADABLE: "Ask the sender for UTF-8 or a PDF.",
  SCANNER_UNAVAILABLE: "See how clamd is, with `sekisho doctor`.",
  SANDBOX_UNAVAILABLE: "See how bubblewrap is, with `sekisho doctor`.",
  CONVERTER_MISSING:
    "Install the package that `sekisho doctor` names, then release it.",
  VERIFIER_REFUSED:
    "May be a fault of Sekisho. Report it with the reference number.",
  ATTEMPTS_EXHAUSTED:
    "May be made to bring the gateway down. Look at the record, then discard or release it.",
  DELIVERY_REFUSED:
    "Check the recipient and what the inner server said; a release sends it again.",
  DELIVERY_UNKNOWN:
    "Look for it in the inner server's log. If it is not there, a release sends it again.",
  DELIVERY_EXPIRED: "Check the inner server; a release sends it again.",
  SENDER_BLOCKED:
    "Look up why and until when the sender is blocked. If the mail is needed, it can be released.",
  AUTH_FAILED:
    "Ask the sender by other means than this mail, such as by telephone. Forwarded mail and mailing lists may come so, too. If it is genuine, it can be released.",
  RESCANNED_CLEAN:
    "Perhaps a false alarm. Check sender and content, then release or discard it; a release has it scanned once more.",
};

/** Acts of the record. */
export const ACTS_EN: Readonly<Record<string, string>> = {
  received: "Received",
  cleared: "Made anew",
  held: "Held",
  "recipient-held": "Delivery to a recipient held",
  staged: "Text sent ahead, attachments to follow",
  digest: "Digest of held mail made",
  "mail-password-tried": "Password from another mail tried",
  "password-refused": "Password did not fit",
  unlocked: "Opened with a password from another mail",
  "receipt-late": "Late answer to a delivery",
  delivered: "Delivered",
  released: "Released",
  discarded: "Discarded",
  viewed: "Looked at",
  noted: "Note",
  previewed: "Original looked at, drawn anew",
  certified: "Certificate issued",
  refused: "Refused for lack of a right",
  exported: "List exported",
  "password-tried": "Password of a file tried",
  "password-not-tried":
    "Password not tried for want of a place (does not count)",
  "password-wrong": "Password of a file did not fit",
  "rescan-asked": "Another scan asked for",
  rescanned: "Scanned again",
  pinned: "Kept out of retention",
  unpinned: "Back to retention",
  "exception-added": "Exception added",
  "exception-revoked": "Exception revoked",
  "exception-used": "Exception applied",
  "exceptions-viewed": "Exceptions viewed",
  "request-made": "Recipient asked for a release",
  "mail-reported": "Recipient reported a mail",
  "request-withdrawn": "Request withdrawn",
  "request-approved": "Request approved",
  "request-denied": "Request denied",
  "report-closed": "Report closed",
  "decision-confirmed": "Decision of a substitute confirmed",
  "wall-link-made": "Wall link made",
  "wall-link-revoked": "Wall link revoked",
  "wall-opened": "Wall opened",
  "substitutes-set": "Substitutes named",
  "original-asked": "Original asked for",
  "original-approved": "Original approved",
  "original-denied": "Original denied",
  "original-fetched": "Original fetched",
  listed: "Searched",
  "audit-viewed": "Record looked at",
  "report-viewed": "Report looked at",
  "signed-in": "Signed in",
  "signed-out": "Signed out",
  "sign-in-refused": "Sign-in refused",
  "account-set-up": "Account set up",
  "account-added": "Account added",
  "account-roles-set": "Roles changed",
  "account-reset": "Account reset",
  "account-disabled": "Account disabled",
  "account-enabled": "Account enabled",
  "sessions-ended": "Sessions ended",
  "password-changed": "Password changed",
  "recovery-codes-made": "New recovery codes",
  "passkey-asked": "Passkey registered",
  "passkey-removed": "Passkey removed",
  "session-confirmed": "Code given once more",
  "session-ended": "Session ended by its owner",
  "record-checkpoint": "Record proven and signed",
  "record-broken": "Record may have been changed",
  "record-cut": "Old part of the record removed",
  "record-thinned": "Old entries of some kinds removed",
  "record-removed": "Trace of removed entries",
  "items-forgotten": "Old mails removed from the ledger",
  "crossing-stopped": "Crossing stopped",
  "crossing-resumed": "Crossing resumed",
  restored: "Restored from a backup",
  copied: "Backup taken",
  configured: "Settings taken over",
  "configuration-refused": "Settings refused",
  "reload-asked": "Settings to be read anew",
  "state-signed": "State signed",
  "state-passed": "State checked: unchanged",
  "state-failed": "State checked: changed",
  "self-test-passed": "Self-test passed",
  "self-test-failed": "Self-test failed",
  "disaster-asked": "Emergency mode asked for",
  "disaster-confirmed": "Emergency mode confirmed",
  "disaster-ended": "Emergency mode ended",
  "disaster-lapsed": "Emergency mode lapsed",
};

/** What went wrong, by the API's codes. */
export const PROBLEMS_EN: Readonly<Record<string, string>> = {
  REFUSED: "User name, password or code is wrong.",
  CONFIRM_NEEDED: "Please type your code once more before this act.",
  WRONG_CODE: "The code is wrong.",
  TOO_MANY: "No more than 50 filters can be saved. Remove some.",
  PASSKEY_PLACE:
    "The console was opened by its address, where there are no passkeys. Open it by its name.",
  PASSKEY_NOT_TAKEN:
    "The passkey was not registered: too late, known already, or you have ten. Please try again.",
  PASSKEY_REFUSED: "This passkey does not sign you in. Try another way.",
  DEVICE_KNOWN: "This device has a passkey here already.",
  DEVICE_ENDED:
    "The device did not confirm (cancelled, too late, or it has no passkey for this page). Please try again.",
  OIDC_OVER:
    "Too late, or not begun in this browser. Please begin again at the sign-in page.",
  OIDC_UNREACHABLE:
    "The site's own sign-in can't be reached. Try again in a while, or sign in with your password.",
  OIDC_CANCELLED: "The site's own sign-in was not completed.",
  OIDC_NOBODY:
    "Nobody here belongs to that person of the site's own sign-in. Ask your administrator.",
  OIDC_OTHER_PERSON:
    "This user name belongs to another person of the site's own sign-in. Ask an administrator for a reset.",
  WAIT: "There were many tries. Please wait a while.",
  BUSY: "The server is busy. Please try again in a moment.",
  NO_RIGHT: "You have no right to do this.",
  NOT_FOUND: "There is no such thing. Check the number.",
  OTHER_SITE: "This came from another site. Please load the page again.",
  BAD_REQUEST: "The input has a wrong form.",
  WALL_OVER:
    "This link was revoked or is over. Ask an administrator for a new one.",
  LINK_OVER:
    "This link was used or is too old. Ask an administrator for a new one.",
  NO_REASON: "Please give a reason.",
  MALICIOUS: "Nobody can release what holds a virus. Please discard it.",
  UNREADABLE:
    "It is beyond a limit and can't be taken apart, so it can't be released. Please discard it.",
  FUTILE:
    "This mail has arrived. What was held of it can't be made safe; a release would only deliver the same mail again.",
  ON_ITS_WAY: "This mail is still on its way. Try again when it has ended.",
  NOT_HELD: "Nothing of it is held. Please load the page again.",
  CHANGED:
    "It changed since it was shown. Please load the page again and decide anew.",
  ONE_EXPORT: "One export at a time. Try again when the other has ended.",
  ONESELF:
    "You can't change your own roles or state. Ask another administrator.",
  TAKEN: "This user name is taken.",
  LAST_ONE:
    "Nobody would be left who manages all organizations. Make another account first.",
  SIGN_IN: "Please sign in.",
  DECIDED: "Somebody decided about it before. Please load the page again.",
  NAME: "A user name begins with a small letter and has 2 to 32 small letters, digits, full stops, hyphens and underscores. The person's name has 1 to 60 characters.",
  PASSWORD:
    "A password has 12 to 128 characters and is not easily guessed: no names, common words, rows of keys or repetitions alone.",
  NOT_YET:
    "Please check the user name (2 to 32 small letters and digits), the password (12 to 128 characters, not easily guessed) and the six digits that your app shows now. The clock of your device has to be right.",
  REPORT_BUSY: "Another report is being made. Please try again in a moment.",
  TOO_MANY_STREAMS:
    "Too many pages with live figures are open. Please close some of them.",
  OTHER_NAME:
    "The console does not answer under this address. See console.origin in the settings.",
  WRONG_PASSWORD: "The password does not fit.",
  NOT_LOCKED: "No attachment waits for a password.",
  NOT_MADE: "The password fits, but what is inside can't be handed out.",
  NO_SANITIZER:
    "Nothing on this machine can take the password. Please tell an administrator.",
  NO_VARIANT: "There is no such policy in the settings. Load the page again.",
  ORIGINAL_OFF: "The policy of this organization hands out no originals.",
  ORIGINAL_NOT_HELD: "Nothing of it is held, so no original can be had.",
  ORIGINAL_NO_SUCH_PART: "There is no such attachment.",
  ORIGINAL_MALICIOUS:
    "Nobody gets the original of a mail in which a virus was found or suspected.",
  ORIGINAL_NOT_SEEN: "Look at the pages of this attachment before you approve.",
  ORIGINAL_OWN_REQUEST:
    "You asked for it yourself; somebody else has to decide.",
  ORIGINAL_OVER: "It was decided already, or the time is over.",
  NO_READER: "The original could not be read. Please tell an administrator.",
  NO_TENANT: "There is no such organization in the settings.",
  PATTERN:
    "Give an address (a@example.jp) or a domain (example.jp, or .example.jp with all below it).",
  WITHDRAWN: "Who asked has withdrawn this request.",
  OWN_DECISION: "You can't confirm what you decided as a substitute yourself.",
  NOT_IN_CHARGE:
    "Only an information manager of that organization can have a substitute there.",
  SUBSTITUTE:
    "Name another account than the manager's own; no auditor and no contracted operator.",
  UNTIL: "The end has to be later than now, and within a year.",
  TENANT: "There is no such organization in the settings.",
  ALREADY: "The emergency mode is asked for or on already.",
  SAME_PERSON: "Who asked can't confirm. Please let somebody else confirm it.",
  SAME_HANDS:
    "This takes two people, and these two accounts were set up with links of the same administrator. Ask somebody whose link another administrator issued; where there is nobody, have one issued on the server: sekisho account reset.",
  NEW_CREDENTIALS:
    "This takes two people, and one of the two accounts was set up after the request. Please ask anew.",
  NOT_ASKED: "Nothing waits to be confirmed. It lapses after an hour.",
  NOT_FOLLOWED:
    "There is no emergency mode where workers run apart. Change limits and workers.firstSenders in the settings and restart them.",
  OFF: "The emergency mode is not on.",
  WATCH_SILENT:
    "There are no present numbers. Please wait for the watchman to start.",
};
