import { describe, expect, it } from "@jest/globals";
import { validate } from "dockerfile-utils";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { loadConfig } from "../src/config/load.ts";
import { clamdConf } from "../src/scan/clamd-conf.ts";

/** No Docker and no running systemd where tests run: what the files must say is held here, what they do is not. */

const ROOT = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly pids_limit?: number;
  readonly mem_limit?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly command?: readonly string[];
  readonly privileged?: boolean;
  readonly cap_add?: readonly string[];
  readonly network_mode?: string;
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose = parse(read("docker/compose.yaml"), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const WORKERS = [
  ...["intake", "sanitizer", "courier", "console", "viewer"],
  ...["janitor", "watchman", "recipients"],
];

describe("compose.yaml", () => {
  it.each(services)(
    "runs %s unprivileged, read-only, bounded and looked at",
    (_name, service) => {
      expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(["ALL"]);
      expect(service.security_opt).toEqual(["no-new-privileges:true"]);
      expect([service.privileged, service.cap_add]).toEqual([
        undefined,
        undefined,
      ]);
      expect(service.image).toMatch(/^[a-z0-9-]+:[\w.-]+$/);
      expect(service.image).not.toMatch(/:latest$/);
      expect(service.pids_limit).toBeGreaterThan(0);
      expect(service.mem_limit).toMatch(/^\d+[mg]$/);
      for (const place of service.tmpfs ?? [])
        expect(place).toMatch(/size=.*noexec,nosuid,nodev/);
      expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    },
  );

  it("has every worker, each with a health check of its own name", () => {
    for (const name of WORKERS) {
      const worker = compose.services[name];
      expect(worker?.command).toEqual([name]);
      expect(worker?.healthcheck?.test.at(-1)).toBe(name);
    }
    const folders = readdirSync(fileURLToPath(new URL("workers", ROOT)));
    const apart = ["mailbox", "pit", "supervisor"];
    expect(folders.filter((one) => !apart.includes(one)).sort()).toEqual(
      [...WORKERS].sort(),
    );
  });

  it("gives what meets strangers' bytes no way out, and only intake and freshclam the outside", () => {
    expect(compose.networks["line"]).toEqual({ internal: true });
    for (const name of ["sanitizer", "viewer", "janitor", "redis"])
      expect([name, compose.services[name]?.networks]).toEqual([
        name,
        ["line"],
      ]);
    expect(compose.services["clamd"]?.network_mode).toBe("none");
    const outside = services.filter(([, { networks }]) =>
      networks?.includes("outside"),
    );
    expect(outside.map(([name]) => name)).toEqual(["intake", "freshclam"]);
    const open = services.flatMap(([name, { ports = [] }]) =>
      ports.filter((port) => !port.startsWith("127.0.0.1:")).map(() => name),
    );
    expect(open).toEqual(["intake"]);
  });

  it("names only networks and volumes that it has", () => {
    for (const [, { networks = [], volumes = [] }] of services) {
      for (const name of networks)
        expect(Object.keys(compose.networks)).toContain(name);
      for (const volume of volumes)
        if (!volume.startsWith("./"))
          expect(Object.keys(compose.volumes)).toContain(volume.split(":")[0]);
    }
  });

  it("is loosened for the pit in two containers, and in nothing but the four options that it needs", () => {
    const pit = parse(read("docker/compose.pit.yaml")) as Compose;
    expect(Object.keys(pit.services)).toEqual(["sanitizer", "viewer"]);
    for (const service of Object.values(pit.services))
      expect(service).toEqual({
        security_opt: [
          ...["no-new-privileges:true", "seccomp=./seccomp-pit.json"],
          ...["apparmor=unconfined", "systempaths=unconfined"],
        ],
      });
    const seccomp = JSON.parse(read("docker/seccomp-pit.json")) as {
      syscalls: { names: readonly string[]; action: string }[];
    };
    const [refused] = seccomp.syscalls;
    expect(refused?.action).toBe("SCMP_ACT_ERRNO");
    expect(refused?.names).toEqual(
      expect.arrayContaining(["bpf", "kexec_load", "ptrace", "init_module"]),
    );
    // What bubblewrap makes its walls with.
    for (const name of ["clone", "unshare", "mount", "umount2", "pivot_root"])
      expect(refused?.names).not.toContain(name);
  });

  it("comes with settings that the program takes", () => {
    const path = fileURLToPath(new URL("docker/sekisho.yaml", ROOT));
    const config = loadConfig(path);
    expect(config.gateway.varFolder).toBe("/var/lib/sekisho");
    expect(config.queue.redis?.url).toBe("redis://redis:6379");
    expect(config.scanner.socketPath).toBe("/run/clamd/clamd.sock");
    // The janitor would send it to its own container, where no intake is.
    expect(config.selfTest.hour).toBeNull();
  });
});

describe("the Dockerfile", () => {
  it("is one that a builder understands: no unknown word, flag, stage or argument", () => {
    expect(
      validate("FROM node:24\nHEALTHCHECK --intervall=1s CMD x\n"),
    ).toEqual([
      expect.objectContaining({ message: "Unknown flag: intervall" }),
    ]);
    expect(validate(read("docker/Dockerfile"))).toEqual([]);
  });

  const lines = read("docker/Dockerfile").replace(/\\\n/g, " ").split("\n");
  const stages = lines
    .join("\n")
    .split(/^(?=FROM )/m)
    .slice(1);

  it("ends each image as a user that is not root, and says how to tell whether the scanner is well", () => {
    expect(stages).toHaveLength(3);
    for (const stage of stages.slice(1))
      expect(/^USER (.*)$/m.exec(stage)?.[1]).toBe("1000:1000");
    expect(stages[2]).toMatch(/^HEALTHCHECK /m);
  });

  it("names its bases with a version, fetches nothing by hand and leaves no package lists", () => {
    const bases = lines.filter((line) => /^ARG \w+_IMAGE=/.test(line));
    expect(bases).toHaveLength(2);
    for (const base of bases) {
      expect(base).toMatch(/:[\w.-]+$/);
      expect(base).not.toMatch(/:latest$/);
    }
    const text = lines.join("\n");
    expect(text).not.toMatch(/^ADD |curl|wget|sudo|chmod 777/m);
    for (const run of lines.filter((line) => /apt-get\s+install/.test(line))) {
      expect(run).toContain("--no-install-recommends");
      expect(run).toContain("rm -rf /var/lib/apt/lists/*");
    }
    expect(text).toMatch(/npm ci .*--ignore-scripts/);
  });

  it("brings every Debian package that docker/setup.sh needs to run", () => {
    const packages = [...read("docker/setup.sh").matchAll(/^run +(\S+)/gm)];
    expect(packages.length).toBeGreaterThan(8);
    for (const [, name = ""] of packages)
      expect(lines.join("\n")).toContain(` ${name} `);
  });

  it("copies only what there is", () => {
    const copied = lines.flatMap(
      (line) => /^COPY (?!--from)(.*) \S+$/.exec(line)?.[1]?.split(" ") ?? [],
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied)
      expect([path, () => readdirOrFile(path)]).toEqual([
        path,
        expect.any(Function),
      ]);
    for (const path of copied) expect(readdirOrFile(path)).toBe(true);
  });
});

function readdirOrFile(path: string): boolean {
  try {
    readFileSync(new URL(path, ROOT));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EISDIR";
  }
}

describe("setup.sh", () => {
  it("takes nothing off the machine for what it installs, such as another mail server for postfix", () => {
    const installs = /^ +install -y .*$/gm.exec(read("docker/setup.sh"));
    expect(installs?.[0]).toContain(" --no-remove ");
  });
});

describe("clamd.conf", () => {
  it("says what the gateway tells a clamd of its own", () => {
    const settings = (text: string) =>
      text
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => line.split(" ") as [string, string]);
    const own = clamdConf({
      ...{ databaseFolder: "/var/lib/clamav", temporaryFolder: "/tmp" },
      ...{ version: 1.4, refuseOldSignatures: true },
    });
    const packed = new Map(settings(read("docker/clamd.conf")));
    for (const [name, value] of settings(own))
      if (name !== "LocalSocket" && name !== "PidFile")
        expect([name, packed.get(name)]).toEqual([name, value]);
  });
});

describe("systemd units", () => {
  const units = ["sekisho", "sekisho-worker@", "sekisho-pit-worker@"].map(
    (name) => [name, read(`docker/systemd/${name}.service`)] as const,
  );

  it.each(units)("%s runs as nobody's root behind walls", (_name, unit) => {
    for (const line of [
      ...["User=sekisho", "NoNewPrivileges=yes", "ProtectSystem=strict"],
      ...["ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes"],
      ...["RestrictSUIDSGID=yes", "SystemCallArchitectures=native"],
      "UMask=0077",
    ])
      expect(unit.split("\n")).toContain(line);
    // V8 could not start.
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
  });

  it("are started again however, and however often, they end", () => {
    for (const [, unit] of units)
      expect(unit.split("\n")).toEqual(
        expect.arrayContaining(["Restart=always", "StartLimitIntervalSec=0"]),
      );
  });

  it("leave /proc/sys writable where bubblewrap forbids further namespaces through it, and nowhere else", () => {
    const closed = units.map(([, unit]) =>
      unit.split("\n").includes("ProtectKernelTunables=yes"),
    );
    expect(closed).toEqual([false, true, false]);
  });

  it("let namespaces be made where the pit is, and nowhere else", () => {
    const namespaces = units.map(
      ([, unit]) => /^RestrictNamespaces=(.*)$/m.exec(unit)?.[1],
    );
    const needed = "user mnt pid net ipc uts cgroup";
    expect(namespaces).toEqual([needed, "yes", needed]);
    for (const [name, unit] of units)
      if (name !== "sekisho-worker@") {
        expect(unit).not.toMatch(/^ProtectHostname=yes/m);
        expect(unit).toMatch(/^SystemCallFilter=.*@mount/m);
      }
  });
});
