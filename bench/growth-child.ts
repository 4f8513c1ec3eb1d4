/** Measures one way of growing in a process of its own: node growth-child.ts NAME */
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { MimeReader } from "../src/mime/reader.ts";
import { GROWTHS, type GrowthPoint } from "./growth-mails.ts";
import { report } from "./measure.ts";
import { CHUNK_BYTES } from "./reading.ts";

/** Above what is measured: a limit would cut the curve. */
const MANY = 1e9;
const LIMITS = {
  ...DEFAULT_LIMITS,
  maxMessageBytes: MANY,
  maxParts: MANY,
  maxDepth: MANY,
  maxHeaderBytes: MANY,
  maxHeaders: MANY,
};
const MS_PER_POINT = 150;

const growth = GROWTHS.find(({ name }) => name === process.argv[2]);
if (growth === undefined) throw new Error("unknown growth");
warmUp(growth.mail(growth.counts[0] ?? 1));
const points: GrowthPoint[] = [];
for (const count of growth.counts) {
  const mail = growth.mail(count);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  let runs = 0;
  do {
    read(mail);
    runs += 1;
  } while (performance.now() - begun < MS_PER_POINT);
  const { user, system } = process.cpuUsage(cpu);
  points.push({ count, ms: (user + system) / 1000 / runs });
}
report(points);

/** Until the machine code is made, or the first points would look dear. */
function warmUp(mail: Buffer): void {
  const begun = performance.now();
  while (performance.now() - begun < 4 * MS_PER_POINT) read(mail);
}

function read(mail: Buffer): void {
  const reader = new MimeReader(LIMITS);
  let bytes = 0;
  const take = (events: ReturnType<MimeReader["write"]>) => {
    for (const event of events)
      if (event.kind === "body") bytes += event.bytes.length;
  };
  for (let at = 0; at < mail.length; at += CHUNK_BYTES)
    take(reader.write(mail.subarray(at, at + CHUNK_BYTES)));
  take(reader.finish());
  if (bytes === 0) throw new Error("nothing was read");
}
