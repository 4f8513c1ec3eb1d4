/** One office document through one pit, which comes back as files. */
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { MAX_CONVERTED_FILES } from "../wire/pit-frame.ts";
import { Dialogue, type PitSource } from "./dialogue.ts";
import { findingsOf, type PitFrames } from "./frames.ts";
import type { Submission } from "./submission.ts";

export interface ConvertedFiles {
  readonly findings: readonly string[];
  readonly untrustedFiles: readonly Uint8Array[];
}

/** The pit is ended when this is over, whatever came of it. */
export async function openConversion(
  source: PitSource,
  limits: Limits,
  submission: Omit<Submission, "onPaper">,
): Promise<ConvertedFiles> {
  const asked = { ...submission, onPaper: false };
  const own = conversionLimits(limits);
  const dialogue = await Dialogue.start(source, own, asked);
  try {
    const { pageCount: count, findings: bits } = await dialogue.begin();
    const findings = findingsOf(bits);
    if (count === 0 || count > MAX_CONVERTED_FILES)
      throw new Fault("PIT_PROTOCOL", { files: count });
    const untrustedFiles: Uint8Array[] = [];
    while (untrustedFiles.length < count)
      untrustedFiles.push(await nextFile(dialogue.frames, own));
    return { findings, untrustedFiles };
  } finally {
    await dialogue.end();
  }
}

/** A conversion has a deadline of its own, and pages add nothing to it. */
export function conversionLimits(limits: Limits): Limits {
  return { ...limits, pitDeadlineMs: limits.officeDeadlineMs };
}

async function nextFile(
  frames: PitFrames,
  { maxConvertedBytes }: Limits,
): Promise<Uint8Array> {
  const untrusted: Uint8Array[] = [];
  let fileBytes = 0;
  for (;;) {
    const bytes = await frames.piece(untrusted.length);
    if (bytes === null) return Buffer.concat(untrusted);
    fileBytes += bytes;
    // Small files have no bound but their number: all of them together have this one, too.
    if (
      fileBytes > maxConvertedBytes ||
      frames.heardBytes > 2 * maxConvertedBytes
    )
      throw new Fault("PIT_OUTPUT", { bytes: fileBytes });
    untrusted.push(await frames.hear(bytes));
  }
}
