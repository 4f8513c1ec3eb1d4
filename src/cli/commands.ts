import type { WorkerName } from "../config/slice.ts";
import type { Command } from "./command.ts";

/** A command by its name; its file is read when it is asked for. */
export interface Entry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const WORKERS: Readonly<Record<Exclude<WorkerName, "mailbox">, string>> = {
  intake: "accept mail from the internet side (one worker, in the foreground)",
  sanitizer: "make new mails out of accepted ones (one worker)",
  courier: "carry cleared mails to the LGWAN side (one worker)",
  console: "pages for administrators (one worker)",
  recipients: "the page for recipients on the inner side (one worker)",
  janitor:
    "ring again for what was forgotten, clear away what is done (one worker)",
  watchman: "measure everything, tell people what is wrong (one worker)",
  viewer:
    "show held mails page by page to the console, sign certificates (one worker)",
};

/** Everything that `sekisho` can be asked to do, in the order of its help. */
export const COMMANDS: readonly Entry[] = [
  {
    name: "up",
    summary: "run the whole gateway on this machine",
    load: async () => (await import("./up.ts")).up,
  },
  {
    name: "sanitize",
    summary: "make new, harmless files out of files, without a server",
    load: async () => (await import("./sanitize.ts")).sanitize,
  },
  {
    name: "quarantine",
    summary: "list, show, release, discard, rescan or pin what is held",
    load: async () => (await import("./quarantine.ts")).quarantine,
  },
  {
    name: "exceptions",
    summary:
      "list, add or revoke senders who are blocked or trusted (例外措置)",
    load: async () => (await import("./exceptions.ts")).exceptions,
  },
  {
    name: "requests",
    summary: "list, approve or deny what recipients ask for",
    load: async () => (await import("./requests.ts")).requests,
  },
  {
    name: "account",
    summary: "who may sign in to the console, and as what",
    load: async () => (await import("./account.ts")).account,
  },
  {
    name: "queue",
    summary: "show how many mails wait, and for how long",
    load: async () => (await import("./queue.ts")).queue,
  },
  {
    name: "crossing",
    summary:
      "stop everything that goes to the inner side, at once; let it go on",
    load: async () => (await import("./crossing.ts")).crossing,
  },
  {
    name: "disaster",
    summary:
      "the emergency mode: larger limits and some senders first, for some hours",
    load: async () => (await import("./disaster.ts")).disaster,
  },
  {
    name: "doctor",
    summary: "look at this machine and say what is missing and how to mend it",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "audit",
    summary: "prove that the record of decisions was not changed",
    load: async () => (await import("./audit.ts")).audit,
  },
  {
    name: "report",
    summary: "count what came, was held, was decided and by whom in a month",
    load: async () => (await import("./report.ts")).report,
  },
  {
    name: "certificate",
    summary: "what one delivered mail was made from, signed; and its proof",
    load: async () => (await import("./certificate.ts")).certificate,
  },
  {
    name: "backup",
    summary:
      "copy everything that must not be lost into one file, while running",
    load: async () => (await import("./backup.ts")).backup,
  },
  {
    name: "restore",
    summary: "put a copy back into an empty folder",
    load: async () => (await import("./backup.ts")).restore,
  },
  {
    name: "config",
    summary:
      "check the configuration file; have the running gateway take it over",
    load: async () => (await import("./config.ts")).config,
  },
  {
    name: "state",
    summary:
      "sign which program files and settings run here; see whether they still do",
    load: async () => (await import("./state.ts")).state,
  },
  {
    name: "self-test",
    summary:
      "send known mails through the whole line and see what becomes of them",
    load: async () => (await import("./self-test.ts")).selfTest,
  },
  ...Object.entries(WORKERS).map(([name, summary]) => ({
    name,
    summary,
    load: async () =>
      (await import("./worker.ts")).workerCommand(name as WorkerName),
  })),
];
