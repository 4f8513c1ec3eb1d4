import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { activePdf, picture } from "../fixtures/documents.ts";
import { mixedMail } from "../fixtures/mail.ts";
import { startClamd, type RunningClamd } from "../src/scan/clamd-process.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";

/**
 * A network of its own in which every address of the world is this machine: whoever connects or asks for a name gets as
 * far as a packet, and the kernel's counters (/proc/net/snmp, one set a network) tell of it. Clamd listens on a socket file.
 */
const TRAP = `
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo 2>/dev/null
status=0
"$@" >/dev/null || status=$?
echo "status $status"
awk '/^Ip:/ { ip = $11 } /^Tcp:/ { tcp = $6 } /^Udp:/ { udp = $5 } END { print "packets " ip; print "connections " tcp; print "datagrams " udp }' /proc/net/snmp
awk '/^Ip6OutRequests/ { print "packets6 " $2 } /^Udp6OutDatagrams/ { print "datagrams6 " $2 }' /proc/net/snmp6 2>/dev/null || true
`;
const LAUNCHER = resolve("src/cli/sekisho.mjs");
const silent = { info: () => {}, warn: () => {}, error: () => {} };

async function trapped(
  ...command: readonly string[]
): Promise<Record<string, number>> {
  const args = [...APART, "sh", "-c", TRAP, "trap", ...command];
  const { stdout } = await promisify(execFile)("unshare", args, {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  return Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([name = "", count]) => [name, Number(count)]),
  );
}

const TITLE = "a trap for everything that leaves by the network";
const PROGRAMS = [...GATEWAY_PROGRAMS, "unshare", "ip", "awk"];
/** Who is not root becomes so in a namespace of users, as bubblewrap does. */
const APART =
  process.getuid?.() === 0 ? ["--net"] : ["--map-root-user", "--net"];

describeWith(PROGRAMS, TITLE, () => {
  let room: string;
  let config: string;
  let clamd: RunningClamd;

  beforeAll(async () => {
    room = await mkdtemp(join(tmpdir(), "sekisho-trap-"));
    clamd = await startClamd({
      folder: join(room, "clamd"),
      databaseFolder: null,
      log: silent,
    });
    config = join(room, "sekisho.yaml");
    const settings = {
      gateway: { varFolder: join(room, "var") },
      scanner: { socketPath: clamd.socketPath },
    };
    await writeFile(config, stringify(settings));
  });
  afterAll(async () => {
    await clamd.stop();
    await rm(room, { recursive: true, force: true });
  });

  it("catches one connection and one question for a name", async () => {
    const connect = 'require("net").connect(80,"192.0.2.1").on("error",()=>{})';
    const ask = `new (require("dns").Resolver)({timeout:100,tries:1}).resolve4("a.example",()=>{})`;
    const caught = await trapped(process.execPath, "-e", connect);
    expect(caught).toMatchObject({ status: 0, connections: 1 });
    const asked = await trapped(process.execPath, "-e", ask);
    expect(asked).toMatchObject({ status: 0, connections: 0 });
    expect(asked.datagrams! + asked.datagrams6!).toBeGreaterThan(0);
  });

  it("catches nothing while files are made harmless that point outside", async () => {
    const files = await outsiders();
    const paths: string[] = [];
    for (const [name, bytes] of files) {
      paths.push(join(room, name));
      await writeFile(join(room, name), bytes);
    }
    const command = [LAUNCHER, "sanitize", ...paths, "--config", config];
    const out = ["--out", join(room, "out")];
    const caught = await trapped(process.execPath, ...command, ...out);
    expect(caught).toEqual({
      ...{ status: 0, connections: 0, datagrams: 0, packets: 0 },
      ...{ packets6: 0, datagrams6: 0 },
    });
  });
});

/** Each asks its reader to fetch something. */
async function outsiders(): Promise<ReadonlyMap<string, Uint8Array>> {
  const page = `<html><head><link rel="stylesheet" href="http://192.0.2.1/a.css"></head>
<body><p>本文</p><img src="http://192.0.2.1/pixel.gif" width="1" height="1"></body></html>`;
  return new Map([
    ["script.pdf", activePdf()],
    ["picture.png", await picture("png")],
    [
      "mail.eml",
      mixedMail({
        text: "https://a.example/",
        attachments: [
          { name: "a.html", type: "text/html", bytes: Buffer.from(page) },
          { name: "a.pdf", type: "application/pdf", bytes: activePdf() },
        ],
      }),
    ],
  ]);
}
