import type { Bench } from "./bench.ts";
import { medianFigure, runCore } from "./core.ts";
import { writeLargeMail } from "./mails.ts";

export const coreLarge: Bench = {
  name: "core-large",
  unit: "MB/s",
  about: "MIME core on a 20 MB mail (a 100 MB mail in the note)",
  aboutSeconds: 55,
  async run(room) {
    const mail20 = room.path("20-MB.eml");
    const mail100 = room.path("100-MB.eml");
    await writeLargeMail(mail20, 20);
    await writeLargeMail(mail100, 100);
    const small = await runCore(
      room,
      [
        "ours",
        "simpleParser",
        "mailsplit",
        "postal-mime",
        "read-sha256",
        "base64-decode",
      ],
      { task: "large", subject: mail20, budgetMs: 600, rounds: 5 },
    );
    const large = await runCore(room, ["ours", "simpleParser"], {
      task: "large",
      subject: mail100,
      budgetMs: 100,
      rounds: 3,
    });
    const ours100 = medianFigure(large, "ours");
    const theirs100 = medianFigure(large, "simpleParser");
    return {
      ours: medianFigure(small, "ours"),
      rivals: {
        simpleParser: medianFigure(small, "simpleParser"),
        mailsplit: medianFigure(small, "mailsplit"),
        "postal-mime": medianFigure(small, "postal-mime"),
        "read-sha256": medianFigure(small, "read-sha256"),
        "base64-decode": medianFigure(small, "base64-decode"),
      },
      note:
        "20 MB mail, four base64 attachments, 64 KiB chunks. Ours and simpleParser decode headers, text and attachments and " +
        "take SHA-256 of each attachment, and must agree on them; simpleParser without its HTML and link making, and it keeps the attachments " +
        "in memory, as postal-mime does the whole mail; mailsplit only splits; read-sha256 only hashes the mail, base64-decode only puts all of it through " +
        "Node's decoder. " +
        `100 MB mail: ours ${ours100.toFixed(0)}, simpleParser ${theirs100.toFixed(0)} MB/s (× ${(ours100 / theirs100).toFixed(1)}).`,
    };
  },
};
