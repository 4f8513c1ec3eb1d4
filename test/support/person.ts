import {
  oneTimeCode,
  stepAt,
} from "../../src/console/sign-in/one-time-code.ts";
import { fromBase32 } from "./console.ts";
import type { TestGateway } from "./gateway.ts";

export const PASSWORD = "ume-ga-saku-koro-ni";
export const LINK = /http:\/\/127\.0\.0\.1:\d+\/set-up#([\w-]{43})/;

/** A person at the real console, over HTTP, with what a browser would keep. */
export class Person {
  readonly name: string;
  readonly #gateway: () => TestGateway;
  #secret: Uint8Array = new Uint8Array();
  #usedStep = 0;
  cookie = "";
  token = "";

  constructor(name: string, gateway: () => TestGateway) {
    this.name = name;
    this.#gateway = gateway;
  }

  /** The answer as it comes, for what is no text. */
  fetch(path: string, signal?: AbortSignal): Promise<Response> {
    const base = `http://127.0.0.1:${this.#gateway().ports.console}`;
    return fetch(base + path, {
      headers: { cookie: this.cookie },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async ask(method: string, path: string, body?: object) {
    const base = `http://127.0.0.1:${this.#gateway().ports.console}`;
    const answer = await fetch(base + path, {
      method,
      redirect: "manual",
      headers: {
        ...(this.cookie === "" ? {} : { cookie: this.cookie }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET"
          ? {}
          : { "x-sekisho-token": this.token, origin: base }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";")[0] ?? "";
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json");
    return {
      ...{ status: answer.status, text },
      body:
        isJson === true ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  }

  async setUp(link: string): Promise<void> {
    const token = LINK.exec(link)?.[1];
    const begun = await this.ask("POST", "/api/v1/set-up/begin", { token });
    this.#secret = fromBase32(String(begun.body["secret"]));
    const made = await this.ask("POST", "/api/v1/set-up/finish", {
      ...{ token, password: PASSWORD, code: this.#code() },
      ...{ name: this.name, displayName: `${this.name} 様` },
    });
    if (made.status !== 200 || made.body["name"] !== this.name)
      throw new Error(`set-up: ${made.status} ${made.text}`);
    await this.know();
  }

  async know(): Promise<void> {
    const { body } = await this.ask("GET", "/api/v1/session");
    this.token = String(body["token"]);
  }

  /** Steps ahead of the clock count, so that nobody has to wait for the next one: now, then the one after. */
  #code(): string {
    this.#usedStep = Math.max(stepAt(Date.now()), this.#usedStep + 1);
    return oneTimeCode(this.#secret, this.#usedStep);
  }

  async signIn(): Promise<number> {
    const body = { name: this.name, password: PASSWORD, code: this.#code() };
    const { status } = await this.ask("POST", "/api/v1/session", body);
    if (status === 200) await this.know();
    return status;
  }
}
