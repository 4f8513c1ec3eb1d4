import {
  chmod,
  chown,
  copyFile,
  mkdir,
  readFile,
  writeFile,
} from "node:fs/promises";
import {
  findProgram,
  freePort,
  startProcess,
  untilListening,
} from "../processes.ts";
import { RECIPIENT_DOMAIN } from "../relay.ts";
import type { Relay } from "../relay.ts";
import type { Room } from "../room.ts";

/**
 * Postfix's master leaves its daemons behind when it ends, for whatever is process 1 to collect. With process numbers of its own it
 * is process 1 itself, as in a container. (`postfix stop` must not be used then: it would signal the machine's process 1.)
 */
const OWN_PROCESS_NUMBERS = [
  "--pid",
  "--fork",
  "--kill-child=SIGKILL",
  "--",
] as const;

/**
 * A Postfix of our own beside whatever the machine runs: own configuration, queue, data and log below the room's folder,
 * loopback only. It takes mail and passes it on, looking at nothing: what a mail server costs before any cleaning.
 * Null when Postfix is not installed or we are not root, without whom it does not start.
 */
export async function startPostfix(
  room: Room,
  sinkPort: number,
): Promise<Relay | null> {
  const program = await findProgram("postfix");
  const owner = await postfixUser();
  if (program === null || owner === null || process.getuid?.() !== 0) {
    return null;
  }
  const port = await freePort();
  const folder = room.path("postfix");
  const config = `${folder}/etc`;
  for (const part of ["etc", "spool", "data", "log"]) {
    await mkdir(`${folder}/${part}`, { recursive: true });
  }
  await chown(`${folder}/data`, owner.uid, owner.gid);
  await chmod(folder, 0o755);
  await writeFile(`${config}/main.cf`, mainCf(folder, sinkPort));
  await writeFile(`${config}/master.cf`, masterCf(port));
  await copyFile("/etc/postfix/postfix-files", `${config}/postfix-files`);
  const running = startProcess(room, {
    command: "/usr/bin/unshare",
    args: [...OWN_PROCESS_NUMBERS, program, "-c", config, "start-fg"],
    // With the first process of its own numbers all its daemons end; there is no mail to save here.
    graceMs: 0,
  });
  await untilListening({ port }, running, { greets: true, deadlineMs: 30_000 });
  return {
    name: "postfix",
    port,
    pid: running.pid,
    scans: false,
    told: () => running.told(),
  };
}

/** Defaults but for what keeps it private, and `in_flow_delay`, whose pause would only slow it down here. */
function mainCf(folder: string, sinkPort: number): string {
  return `
compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${folder}/log/mail.log
maillog_file_prefixes = ${folder}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.bench.example
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = ${RECIPIENT_DOMAIN}
relayhost = [127.0.0.1]:${sinkPort}
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
local_recipient_maps =
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_tls_security_level = none
smtpd_tls_security_level = none
message_size_limit = 104857600
in_flow_delay = 0
`.trimStart();
}

/** As Debian ships it, without chroot (there are no files in this one) and without programs that have nothing to do here. */
function masterCf(port: number): string {
  const services = [
    [`127.0.0.1:${port}`, "inet", "n", "-", "-", "smtpd"],
    ["pickup", "unix", "n", "60", "1", "pickup"],
    ["cleanup", "unix", "n", "-", "0", "cleanup"],
    ["qmgr", "unix", "n", "300", "1", "qmgr"],
    ["rewrite", "unix", "-", "-", "-", "trivial-rewrite"],
    ["bounce", "unix", "-", "-", "0", "bounce"],
    ["defer", "unix", "-", "-", "0", "bounce"],
    ["trace", "unix", "-", "-", "0", "bounce"],
    ["verify", "unix", "-", "-", "1", "verify"],
    ["flush", "unix", "n", "1000?", "0", "flush"],
    ["proxymap", "unix", "-", "-", "-", "proxymap"],
    ["smtp", "unix", "-", "-", "-", "smtp"],
    ["relay", "unix", "-", "-", "-", "smtp"],
    ["showq", "unix", "n", "-", "-", "showq"],
    ["error", "unix", "-", "-", "-", "error"],
    ["retry", "unix", "-", "-", "-", "error"],
    ["discard", "unix", "-", "-", "-", "discard"],
    ["anvil", "unix", "-", "-", "1", "anvil"],
    ["scache", "unix", "-", "-", "1", "scache"],
    ["postlog", "unix-dgram", "n", "-", "1", "postlogd"],
  ];
  return services
    .map(([name, type, priv, wakeup, most, command]) =>
      [name, type, priv, "-", "n", wakeup, most, command].join(" "),
    )
    .concat("")
    .join("\n");
}

async function postfixUser() {
  const users = await readFile("/etc/passwd", "utf8");
  const found = /^postfix:[^:]*:(\d+):(\d+):/m.exec(users);
  return found === null
    ? null
    : { uid: Number(found[1]), gid: Number(found[2]) };
}
