import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { promises as dns } from "node:dns";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePort, until } from "./gateway.ts";

export interface DnsServer {
  /** Address and port. */
  readonly address: string;
  /** Stops answering; `resume` goes on. */
  freeze(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Longer texts come in pieces (RFC 1035 §3.3). */
const MAX_PIECE_CHARACTERS = 200;
/** A line of the settings of dnsmasq. */
const MAX_TEXT_CHARACTERS = 900;

/** One TXT record. */
export function textRecord(name: string, text: string): string {
  if (text.length > MAX_TEXT_CHARACTERS) throw new Error("too long a text");
  const pieces = text.match(
    new RegExp(`.{1,${String(MAX_PIECE_CHARACTERS)}}`, "g"),
  );
  return `txt-record=${[name, ...(pieces ?? []).map((piece) => `"${piece}"`)].join(",")}`;
}

/** A real dnsmasq on loopback that knows these lines of its settings, says of all else below .example that it is not there, and asks nobody. */
export async function startDnsServer(
  records: readonly string[],
): Promise<DnsServer> {
  const folder = await mkdtemp(join(tmpdir(), "sekisho-dns-"));
  const port = await freePort();
  const file = join(folder, "dnsmasq.conf");
  const settings = [
    ...[
      "no-resolv",
      "no-hosts",
      "no-poll",
      "bind-interfaces",
      "local=/example/",
    ],
    ...[`port=${String(port)}`, "listen-address=127.0.0.1", "pid-file="],
    ...[`user=${userInfo().username}`, "group=", "edns-packet-max=1232"],
  ];
  await writeFile(file, [...settings, ...records, ""].join("\n"));
  const child = spawn("dnsmasq", ["--keep-in-foreground", "-C", file], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const address = `127.0.0.1:${String(port)}`;
  await until(
    () => answers(address),
    10_000,
    () => said,
  );
  return {
    address,
    freeze: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(address: string): Promise<boolean> {
  const resolver = new dns.Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([address]);
  try {
    await resolver.resolve4("nobody.example");
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "ENOTFOUND";
  }
}
