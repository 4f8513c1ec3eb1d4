import type { Command } from "./command.ts";
import { account } from "./account.ts";
import { audit } from "./audit.ts";
import { certificate } from "./certificate.ts";
import { backup, restore } from "./backup.ts";
import { config } from "./config.ts";
import { crossing } from "./crossing.ts";
import { disaster } from "./disaster.ts";
import { doctor } from "./doctor.ts";
import { exceptions } from "./exceptions.ts";
import { quarantine } from "./quarantine.ts";
import { queue } from "./queue.ts";
import { report } from "./report.ts";
import { requests } from "./requests.ts";
import { sanitize } from "./sanitize.ts";
import { selfTest } from "./self-test.ts";
import { state } from "./state.ts";
import { up } from "./up.ts";
import { workerCommands } from "./worker.ts";

/** Everything that `sekisho` can be asked to do, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  up,
  sanitize,
  quarantine,
  exceptions,
  requests,
  account,
  queue,
  crossing,
  disaster,
  doctor,
  audit,
  report,
  certificate,
  backup,
  restore,
  config,
  state,
  selfTest,
  ...workerCommands,
];
