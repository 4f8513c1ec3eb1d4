import { userInfo } from "node:os";
import { placesIn } from "../assembly/places.ts";
import type { Config } from "../config/load.ts";
import {
  complaintOnName,
  linkAddress,
  newLink,
} from "../console/sign-in/set-up.ts";
import { EVERY_TENANT, ROLES } from "../core/account.ts";
import type { Account, Accounts, Grant, Role } from "../core/account.ts";
import type { Ledger } from "../core/ledger.ts";
import { ROLE_WORDS } from "../policy/rights.ts";
import { createAccounts } from "../store/accounts.ts";
import { createLedger } from "../store/ledger.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
  type Parsed,
} from "./command.ts";

export const account: Command = {
  help: `Usage: sekisho account list [--json]
       sekisho account add NAME --display-name TEXT --role ROLE[@TENANT][,…]
       sekisho account role NAME --role ROLE[@TENANT][,…]
       sekisho account reset NAME
       sekisho account disable NAME
       sekisho account enable NAME

ROLE is one of ${ROLES.map((role) => `${role} (${ROLE_WORDS[role]})`).join(", ")}.
Without @TENANT it holds for every tenant. add and reset print a link for the person: it works once, sets password and
second factor, and ends after console.linkHours. What is changed ends the person's sessions at once, and is on record.
For whoever has the files of the gateway; --by names who it is (default: the user who runs the command).`,
  async run(args) {
    const parsed = parse(args, {
      json: { type: "boolean" },
      role: { type: "string" },
      "display-name": { type: "string" },
      by: { type: "string" },
    });
    const [act, ...rest] = parsed.positionals;
    const work = ACTS[act ?? ""];
    if (work === undefined)
      throw new UsageError(
        "say what to do: list, add, role, reset, disable or enable",
      );
    const config = parsed.config();
    const places = placesIn(config.gateway.varFolder);
    const ledger = await createLedger(places.ledger);
    const accounts = await createAccounts(places.accounts);
    try {
      return await work({ config, ledger, accounts, parsed, rest });
    } finally {
      await accounts.close();
      await ledger.close();
    }
  },
};

interface Desk {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly parsed: Parsed;
  readonly rest: readonly string[];
}

const ACTS: Readonly<Record<string, (desk: Desk) => Promise<number>>> = {
  list,
  add,
  role: setRole,
  reset,
  disable: (desk) => setDisabled(desk, true),
  enable: (desk) => setDisabled(desk, false),
};

async function list({ accounts, parsed }: Desk): Promise<number> {
  const all = await accounts.list();
  if (parsed.values.json === true)
    all.forEach((one) => print(JSON.stringify(one)));
  else if (all.length === 0)
    print("no accounts; the console prints a link for the first one");
  else all.forEach((one) => print(row(one)));
  return EXIT.done;
}

function row({ name, displayName, state, grants }: Account): string {
  const roles = grants.map(
    ({ role, tenant }) =>
      `${ROLE_WORDS[role]}${tenant === EVERY_TENANT ? "" : `@${tenant}`}`,
  );
  return `${name}  ${displayName}  ${state}  ${roles.join(", ") || "no role"}`;
}

async function add(desk: Desk): Promise<number> {
  const { accounts, parsed } = desk;
  const name = nameIn(desk);
  const displayName = text(parsed.values, "display-name")?.trim() ?? name;
  const grants = grantsIn(desk);
  if (complaintOnName({ name, displayName }) !== null)
    throw new UsageError(
      "NAME is 2 to 32 of a-z, 0-9, dot, hyphen, underscore, beginning with a letter, and none of the gateway's own; the display name is one line of at most 60 characters",
    );
  if ((await accounts.find(name)) !== null) return taken(name);
  const { token, link } = linkFor(desk);
  await onRecord(desk, "account-added", name, { grants });
  if (!(await accounts.invite({ name, displayName, grants }, link)))
    return taken(name);
  return printLink(desk, name, token);
}

async function setRole(desk: Desk): Promise<number> {
  const name = nameIn(desk);
  const grants = grantsIn(desk);
  if ((await desk.accounts.find(name)) === null) return unknown(name);
  await onRecord(desk, "account-roles-set", name, { grants });
  await desk.accounts.setGrants(name, grants);
  print(`${name} has a new role; its sessions have ended`);
  return EXIT.done;
}

async function reset(desk: Desk): Promise<number> {
  const name = nameIn(desk);
  if ((await desk.accounts.find(name)) === null) return unknown(name);
  const { token, link } = linkFor(desk);
  await onRecord(desk, "account-reset", name);
  await desk.accounts.reset(name, link);
  return printLink(desk, name, token);
}

async function setDisabled(desk: Desk, disabled: boolean): Promise<number> {
  const name = nameIn(desk);
  if ((await desk.accounts.find(name)) === null) return unknown(name);
  await onRecord(desk, disabled ? "account-disabled" : "account-enabled", name);
  await desk.accounts.setDisabled(name, disabled);
  print(
    `${name} is ${disabled ? "disabled; its sessions have ended" : "enabled"}`,
  );
  return EXIT.done;
}

function onRecord(
  { ledger, parsed }: Desk,
  act: string,
  of: string,
  more: object = {},
): Promise<void> {
  const actor = text(parsed.values, "by") ?? userInfo().username;
  return ledger.record({
    ...{ act, actor },
    facts: { account: of, via: "command line", ...more },
  });
}

function linkFor({ config }: Desk) {
  return newLink(Date.now(), config.console.linkHours);
}

function printLink({ config }: Desk, name: string, token: string): number {
  const { origin, tls, host, port, linkHours } = config.console;
  const scheme = tls === null ? "http" : "https";
  const address = linkAddress(origin ?? `${scheme}://${host}:${port}`, token);
  print(`for ${name}, to be used once within ${linkHours} hours:`);
  print(address);
  return EXIT.done;
}

function nameIn({ rest }: Desk): string {
  const [name] = rest;
  if (name === undefined || rest.length !== 1)
    throw new UsageError("give one NAME");
  return name;
}

function grantsIn({ parsed, config }: Desk): readonly Grant[] {
  const given = text(parsed.values, "role");
  if (given === null)
    throw new UsageError(`give a role: --role ${ROLES.join("|")}[@TENANT]`);
  return given.split(",").map((one) => {
    const [role = "", tenant = EVERY_TENANT] = one.trim().split("@");
    if (!ROLES.includes(role as Role))
      throw new UsageError(`there is no role "${role}"; ${ROLES.join(", ")}`);
    const isKnown =
      tenant === EVERY_TENANT || config.tenants.some(({ id }) => id === tenant);
    if (!isKnown)
      throw new UsageError(
        `there is no tenant "${tenant}" in the configuration`,
      );
    return { role: role as Role, tenant };
  });
}

function taken(name: string): number {
  complain(`there is an account ${name} already`);
  return EXIT.fault;
}

function unknown(name: string): number {
  complain(`there is no account ${name}`);
  return EXIT.fault;
}
