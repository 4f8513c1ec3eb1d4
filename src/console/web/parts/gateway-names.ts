/** Programs of the gateway, as the record names them; no account can be called so. */
const NAMES: readonly string[] = [
  ...["intake", "sanitizer", "courier", "console"],
  ...["janitor", "mailbox", "supervisor", "sekisho", "wall"],
];

export function isOfTheGateway(actor: string): boolean {
  return NAMES.includes(actor);
}
