import type { TroubleCode } from "../../../policy/troubles.ts";

interface Words {
  readonly title: string;
  readonly advice: string;
}

const OF_CODES: Readonly<Record<TroubleCode, Words>> = {
  SCANNER_SILENT: {
    title: "The virus scanner does not answer",
    advice:
      "See how clamd is (npx sekisho doctor). What waits goes on by itself when it answers.",
  },
  SIGNATURES_OLD: {
    title: "The virus signatures are old",
    advice:
      "See how freshclam runs, or put a new main.cvd and daily.cvd there.",
  },
  SIGNATURES_MISSING: {
    title: "There are no virus signatures",
    advice:
      "Only the test virus is found. Use freshclam, or put main.cvd and daily.cvd into /var/lib/clamav, and start anew.",
  },
  LGWAN_SILENT: {
    title: "The inner mail server does not accept",
    advice:
      "See how it is, and the way to it. No mail is lost; it goes on by itself.",
  },
  DISK_FULL: {
    title: "The disk is nearly full",
    advice:
      "New mail is put off (senders try again). Remove files or add a disk.",
  },
  DISK_SHRINKING: {
    title: "The disk is filling up",
    advice: "Remove files or add a disk before mail has to be put off.",
  },
  OLDEST_WAITING: {
    title: "Mail has been waiting for long",
    advice:
      "Mend what else is told here first. If there is nothing, see npx sekisho queue and the log.",
  },
  BACKLOG: {
    title: "Mail is piling up",
    advice:
      "A burst goes away by itself. If not, let more be done at once (workers), or use a larger machine.",
  },
  WORKER_GONE: {
    title: "A part is not running",
    advice:
      "It is started again by itself. If that lasts, see worker.ended in the log.",
  },
  QUEUE_SILENT: {
    title: "Redis does not answer",
    advice: "See how it is. Mail is taken in and not lost, but slower.",
  },
  SENDER_BURST: {
    title: "One sender sends a lot",
    advice:
      "See who it is. If it is junk or a mistake, have it stopped at the source or at the server before this one.",
  },
  HELD_BURST: {
    title: "Suddenly much is held",
    advice:
      "See reasons and senders in the quarantine. The same kind again and again may be an attack or a wrong setting.",
  },
  SIGN_IN_REFUSED: {
    title: "Sign-ins fail again and again",
    advice:
      "See in the record from where and by which name. If nobody knows of it, narrow the way to the console.",
  },
  AUDIT_BROKEN: {
    title: "The record was changed",
    advice:
      "Let nobody touch it, keep the var folder, find the place with npx sekisho audit verify, and tell who is in charge.",
  },
  CONFIG_CHANGED: {
    title: "The settings file changed",
    advice: "Make sure that somebody knows of it.",
  },
  CERTIFICATE_ENDING: {
    title: "A certificate ends soon",
    advice:
      "Replace it before it does, and take it over with sekisho config reload.",
  },
  EVENTS_BEHIND: {
    title: "The record goes out late",
    advice:
      "See how the collector (SIEM) is, and the way to it. Nothing is lost; it goes on where it stopped.",
  },
  WATCH_SILENT: {
    title: "The watchman does not run",
    advice:
      "Numbers are old and nobody is told. It is started again by itself; if that lasts, see the log.",
  },
  WATCH_FAILED: {
    title: "The watchman cannot measure, or cannot write",
    advice:
      "What else is told may be old. See disk (room, inodes, quota, read-only) and ledger of the var folder: npx sekisho doctor, and watch.fault in the log.",
  },
  CROSSING_STOPPED: {
    title: "Delivery to the inner side is stopped",
    advice:
      "Mail is still taken in and made safe. When the cause is gone, resume with npx sekisho crossing resume, or on the console.",
  },
  DISASTER_ASKED: {
    title: "The emergency mode waits to be confirmed",
    advice: "It begins when somebody else than who asked confirms it.",
  },
  DISASTER_ON: {
    title: "The emergency mode is on",
    advice:
      "It ends by itself. To end it earlier: npx sekisho disaster end, or on the console.",
  },
  SELF_TEST_FAILED: {
    title: "The self-test fails",
    advice: "Mend the cause, then make sure with npx sekisho self-test.",
  },
  STATE_CHANGED: {
    title: "Files of program or settings are not those that were signed",
    advice:
      "If nobody knows of it, stop the crossing and look into it. If somebody does: npx sekisho state sign.",
  },
};

export const TROUBLES_EN: Readonly<Record<string, Words>> = OF_CODES;
