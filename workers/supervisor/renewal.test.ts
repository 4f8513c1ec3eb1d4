import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { certificateHashes, tlsPairs } from "../../src/config/certificates.ts";
import { loadConfig } from "../../src/config/load.ts";
import { readNext } from "./in-force.ts";
import type { InForce } from "./in-force.ts";
import { changedWorkers } from "./reload.ts";
import { describeWith } from "../../test/support/programs.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-renewal-"));
});
afterEach(() => rm(folder, { recursive: true }));

function makePair(name: string) {
  const [keyFile, certificateFile] = ["key", "pem"].map((end) =>
    join(folder, `${name}.${end}`),
  ) as [string, string];
  execFileSync(
    "openssl",
    [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256".split(" "),
      ...["-nodes", "-days", "90", "-subj", `/CN=${name}`],
      ...["-keyout", keyFile, "-out", certificateFile],
    ],
    { stdio: "ignore" },
  );
  return { keyFile, certificateFile };
}

async function begun(): Promise<InForce> {
  const tls = makePair("page");
  const base = stringify({
    gateway: { varFolder: folder, hostname: "sekisho.example.lg.jp" },
    tenants: [{ id: "kawa", name: "川町", domains: ["kawa.example.lg.jp"] }],
    recipients: { origin: "https://mail.example.lg.jp", tls },
  });
  const file = join(folder, "sekisho.yaml");
  await writeFile(file, base);
  const config = loadConfig(file);
  expect(tlsPairs(config)).toEqual([{ name: "recipients.tls", ...tls }]);
  const certificates = certificateHashes(config);
  return { config, text: base, base, isDisaster: false, certificates };
}
const next = (now: InForce) => readNext(async () => now.base, now, false);

describeWith(["openssl"], "a certificate that is renewed in its file", () => {
  it("has those started again that show it or watch over it, though no setting changed", async () => {
    const now = await begun();
    expect(await next(now)).toMatchObject({ kind: "valid", renewed: [] });
    makePair("page");
    const found = await next(now);
    if (found.kind !== "valid") throw new Error(found.complaints);
    expect([found.keys, found.renewed]).toEqual([
      [],
      ["recipients.tls.keyFile", "recipients.tls.certificateFile"],
    ]);
    const { config } = found.inForce;
    expect(changedWorkers(now.config, config, found.renewed)).toEqual([
      ...["sanitizer", "recipients", "watchman"],
    ]);
  });

  it("is refused while it and the key are no pair, and the workers are left alone", async () => {
    const now = await begun();
    const { certificateFile } = makePair("other");
    const page = join(folder, "page.pem");
    await writeFile(page, await readFile(certificateFile));
    expect(await next(now)).toEqual({
      kind: "refused",
      complaints: expect.stringMatching(/^recipients\.tls: .*mismatch/),
    });
  });
});
