/** Every setting of the one file, with its range and default. `config/sekisho.yaml` lists them all; a test compares. */
import type { z } from "zod";
import { section, type Complain } from "./kinds.ts";
import {
  authenticationSchema,
  checkAuthentication,
} from "./sections/authentication.ts";
import { consoleSchema } from "./sections/console.ts";
import { checkConverters } from "./sections/converters.ts";
import {
  checkLgwan,
  checkPostmaster,
  gatewaySchema,
  lgwanSchema,
  smtpSchema,
} from "./sections/line.ts";
import { limitsSchema } from "./sections/limits.ts";
import {
  checkDisaster,
  checkRetention,
  disasterSchema,
  janitorSchema,
  queueSchema,
  retentionSchema,
  scannerSchema,
  selfTestSchema,
  viewerSchema,
  workersSchema,
} from "./sections/operations.ts";
import { checkVariants, policySchema } from "./sections/policy.ts";
import { checkPages } from "./sections/pages.ts";
import { recipientsSchema } from "./sections/recipients.ts";
import {
  checkDigests,
  checkTenants,
  tenantsSchema,
} from "./sections/tenants.ts";
import { alertsSchema, eventsSchema } from "./sections/watching.ts";

const sections = section({
  gateway: gatewaySchema,
  tenants: tenantsSchema,
  smtp: smtpSchema,
  lgwan: lgwanSchema,
  console: consoleSchema,
  recipients: recipientsSchema,
  scanner: scannerSchema,
  queue: queueSchema,
  limits: limitsSchema,
  policy: policySchema,
  authentication: authenticationSchema,
  workers: workersSchema,
  disaster: disasterSchema,
  selfTest: selfTestSchema,
  viewer: viewerSchema,
  janitor: janitorSchema,
  alerts: alertsSchema,
  events: eventsSchema,
  retention: retentionSchema,
});

/** As read, with defaults for what the file leaves out. */
export type Settings = z.output<typeof sections>;

export const fileSchema = sections.superRefine((settings, context) => {
  const complain: Complain = (path, message) =>
    context.addIssue({ code: "custom", path, message });
  checkPorts(settings, complain);
  checkLgwan(settings.lgwan, complain);
  checkTenants(settings.tenants, complain);
  checkDigests(settings.tenants, complain);
  checkPages("console", settings.console, complain);
  // Without an origin nobody starts them.
  if (settings.recipients.origin !== null)
    checkPages("recipients", settings.recipients, complain);
  checkConverters(settings.policy.converters, complain);
  checkRetention(settings.retention, complain);
  checkVariants(settings.policy, complain);
  checkDisaster(settings, complain);
  checkAuthentication(settings, complain);
  checkPostmaster(settings, complain);
});

function checkPorts(settings: Settings, complain: Complain) {
  const { smtp, lgwan, console, recipients } = settings;
  const ours: [string, number][] = [
    ["smtp.port", smtp.port],
    ["console.port", console.port],
  ];
  if (lgwan.builtInMailbox) ours.push(["lgwan.port", lgwan.port]);
  if (recipients.origin !== null)
    ours.push(["recipients.port", recipients.port]);
  for (const [at, [name, used]] of ours.entries()) {
    const first = ours.slice(0, at).find(([, earlier]) => earlier === used);
    if (used !== 0 && first !== undefined)
      complain(
        name.split("."),
        `must differ from ${first[0]}; both are ${used}`,
      );
  }
}
