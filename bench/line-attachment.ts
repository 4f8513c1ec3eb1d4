import type { Bench } from "./bench.ts";
import { makePdf, makePhoto } from "./documents.ts";
import { absentNote, rivalRates, runLine, startLanes } from "./line.ts";
import type { LaneFigures } from "./line.ts";
import { mailWith } from "./mails.ts";
import { writeMails } from "./traffic.ts";

const SESSIONS = 10;

export const lineAttachment: Bench = {
  name: "line-attachment",
  unit: "mails/s",
  about: "the whole line, mails with a 300 kB PDF (a photo in the note)",
  aboutSeconds: 90,
  async run(room) {
    room.progress("making documents");
    const pdfs: Buffer[] = [];
    const photos: Buffer[] = [];
    for (let at = 0; at < SESSIONS; at++) {
      const pdf = await makePdf("photos", 6, at + 1);
      const photo = await makePhoto(at + 1, 2000, 80);
      pdfs.push(
        mailWith({ name: "plan.pdf", type: "application/pdf", bytes: pdf }, at),
      );
      photos.push(
        mailWith({ name: "photo.jpg", type: "image/jpeg", bytes: photo }, at),
      );
    }
    const lanes = await startLanes(room);
    const load = { firstMails: SESSIONS, secondsPerRun: 3, rounds: 3 };
    const pdf = await runLine(room, lanes, {
      ...load,
      files: await writeMails(room, "pdf", pdfs),
    });
    const photo = await runLine(room, lanes, {
      ...load,
      files: await writeMails(room, "photo", photos),
    });
    return {
      ours: pdf.get("ours")?.mailsPerSecond ?? null,
      rivals: rivalRates(pdf),
      note:
        `10 sessions, 10 different mails, each with a PDF of 6 pages and ${kB(pdfs)} kB. Ours makes every page and picture new, the rivals pass the ` +
        `original on (naive scans it). With a JPEG photo of 2000 × 1333 pixels and ${kB(photos)} kB instead: ${told(photo)}. ` +
        `Processor ms a mail with the PDF, clamd included: ${cpu(pdf)}; with the photo: ${cpu(photo)}.${absentNote(lanes.absent)}`,
    };
  },
};

/** Size of the attachment, of the mails' median. */
function kB(mails: readonly Buffer[]): number {
  const bytes = mails.map((mail) => mail.length).toSorted((a, b) => a - b);
  return Math.round(((bytes[bytes.length >> 1] ?? 0) * 57) / 78 / 1000);
}

function told(figures: ReadonlyMap<string, LaneFigures>): string {
  return [...figures]
    .map(([name, one]) => `${name} ${one.mailsPerSecond.toFixed(1)}`)
    .join(", ");
}

function cpu(figures: ReadonlyMap<string, LaneFigures>): string {
  return [...figures]
    .map(([name, one]) => `${name} ${one.cpuMsPerMail.toFixed(1)}`)
    .join(", ");
}
