/** What the gateway works with: other programs, its workers, what they do by themselves, and how long things are kept. */
import { z } from "zod";
import { MAX_DISASTER_HOURS } from "../../core/disaster.ts";
import { MIB } from "../../core/units.ts";
import {
  count,
  filePath,
  section,
  senders,
  shortName,
  type Complain,
} from "../kinds.ts";
import { limitsSchema } from "./limits.ts";

const redisUrl = z.string().superRefine((text, context) => {
  const complain = (message: string) =>
    context.addIssue({ code: "custom", message });
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["redis:", "rediss:"].includes(url.protocol))
    complain("must be an address such as redis://127.0.0.1:6379");
  else if (url.password !== "")
    complain("must not hold a password; put it into SEKISHO_REDIS_PASSWORD");
});

export const scannerSchema = section({
  socketPath: filePath.nullable().default(null),
  databaseFolder: filePath.nullable().default(null),
  maxConnections: count(1, 100, 8),
});

export const queueSchema = section({
  redis: z
    .strictObject({
      url: redisUrl,
      prefix: shortName.default("sekisho"),
      pages: z.boolean().default(false),
    })
    .nullable()
    .default(null),
});

export const workersSchema = section({
  inspectConcurrency: count(1, 256, 8),
  sanitizeConcurrency: count(1, 256, 2),
  deliverConcurrency: count(1, 256, 8),
  officeSpares: count(0, 16, 1),
  pitSpares: count(0, 16, 2),
  stopGraceSeconds: count(1, 600, 25),
  firstSenders: senders,
});

export const disasterSchema = section({
  maxHours: count(1, MAX_DISASTER_HOURS, 24),
  limits: z.record(z.string(), z.int()).default({}),
  senders,
});

export const selfTestSchema = section({
  hour: z.int().min(0).max(23).nullable().default(4),
  deadlineMinutes: count(1, 120, 15),
  stopOnFailure: z.boolean().default(false),
});

export const viewerSchema = section({
  showsMalicious: z.boolean().default(false),
  concurrency: count(1, 16, 2),
  keepSeconds: count(1, 25, 15),
  maxCacheBytes: count(MIB, 1024 * MIB, 64 * MIB),
});

export const janitorSchema = section({
  everySeconds: count(1, 3600, 5),
  quietSeconds: count(1, 3600, 30),
});

/** null: for ever. */
const daysOrEver = z.int().min(30).max(36_500).nullable().default(null);

export const retentionSchema = section({
  originalDays: count(2, 36_500, 2),
  deliveredDays: count(0, 36_500, 0),
  itemDays: daysOrEver,
  lineEntryDays: daysOrEver,
  viewEntryDays: daysOrEver,
  signInEntryDays: daysOrEver,
  actEntryDays: daysOrEver,
  archiveFolder: filePath.nullable().default(null),
});

/** Files are told by their item: it may not be forgotten before them. */
export function checkRetention(
  { originalDays, deliveredDays, itemDays }: z.output<typeof retentionSchema>,
  complain: Complain,
) {
  const files = Math.max(originalDays, deliveredDays);
  if (itemDays !== null && itemDays <= files)
    complain(
      ["retention", "itemDays"],
      `must be more than originalDays and deliveredDays, which keep files for ${files}`,
    );
}

/** Together with the usual ones they must be limits that could be set. */
export function checkDisaster(
  config: {
    readonly limits: z.output<typeof limitsSchema>;
    readonly disaster: z.output<typeof disasterSchema>;
  },
  complain: Complain,
) {
  if (Object.keys(config.disaster.limits).length === 0) return;
  const both = { ...config.limits, ...config.disaster.limits };
  const checked = limitsSchema.safeParse(both);
  if (checked.success) return;
  for (const issue of checked.error.issues)
    complain(["disaster", "limits", ...issue.path.map(String)], issue.message);
}
