import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** What of oidc-provider the tests use; it comes without types. */
interface RealProvider {
  readonly Grant: new (of: object) => {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  };
  callback(): (request: IncomingMessage, response: ServerResponse) => unknown;
  interactionDetails(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<{ readonly params: Readonly<Record<string, string>> }>;
  interactionFinished(
    request: IncomingMessage,
    response: ServerResponse,
    result: object,
    how: object,
  ): Promise<void>;
}

/** Whom the provider takes the browser for, and how it says that it asked. */
export interface Said {
  readonly sub: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** It says no instead. */
  readonly denied?: true;
}

/** A real OpenID provider on loopback, whose sign-in page answers by itself as the test says. */
export class TestProvider {
  readonly issuer: string;
  said: Said = { sub: "1", claims: {} };
  readonly #server: Server;
  readonly #jar = new Map<string, string>();

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  static async start(client: {
    readonly id: string;
    readonly secret: string;
    readonly returnAddress: string;
  }): Promise<TestProvider> {
    const server = createServer();
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const issuer = `http://127.0.0.1:${port}`;
    const made = new TestProvider(issuer, server);
    const name: string = "oidc-provider";
    const { default: Provider } = (await import(name)) as {
      default: new (issuer: string, settings: object) => RealProvider;
    };
    const provider = new Provider(issuer, {
      clients: [
        {
          ...{ client_id: client.id, client_secret: client.secret },
          redirect_uris: [client.returnAddress],
          ...{ grant_types: ["authorization_code"], response_types: ["code"] },
        },
      ],
      ...{ pkce: { required: () => true }, cookies: { keys: ["test"] } },
      claims: {
        ...{ openid: ["sub", "amr"], profile: ["preferred_username"] },
        ...{ email: ["email", "email_verified"], acr: null },
      },
      acrValues: ["two-factors", "one-factor"],
      features: { devInteractions: { enabled: false } },
      interactions: { url: () => "/interaction" },
      findAccount: async (_context: unknown, id: string) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...made.said.claims }),
      }),
    });
    const answer = provider.callback();
    server.on("request", (request: IncomingMessage, response) => {
      if (request.url?.startsWith("/interaction") !== true)
        return void answer(request, response);
      void made.#signIn(provider, request, response);
    });
    return made;
  }

  async #signIn(
    provider: RealProvider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { params } = await provider.interactionDetails(request, response);
    const { sub, acr, amr, denied } = this.said;
    const grant = new provider.Grant({
      ...{ accountId: sub, clientId: params["client_id"] },
    });
    grant.addOIDCScope(params["scope"] ?? "openid");
    await provider.interactionFinished(
      request,
      response,
      denied === true
        ? { error: "access_denied" }
        : {
            login: { accountId: sub, acr, amr, remember: false },
            consent: { grantId: await grant.save() },
          },
      { mergeWithLastSubmission: false },
    );
  }

  /** What a browser does with the address that it was sent to, until it is sent back to the console. */
  async visit(address: string): Promise<URL> {
    this.#jar.clear();
    let url = new URL(address);
    for (let turn = 0; turn < 10; turn += 1) {
      if (url.origin !== this.issuer) return url;
      const answer = await fetch(url, {
        redirect: "manual",
        headers: {
          cookie: [...this.#jar].map((pair) => pair.join("=")).join("; "),
        },
      });
      for (const set of answer.headers.getSetCookie()) {
        const [pair = ""] = set.split(";");
        const at = pair.indexOf("=");
        this.#jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const next = answer.headers.get("location");
      if (next === null)
        throw new Error(`${answer.status} ${await answer.text()}`);
      url = new URL(next, url);
    }
    throw new Error("sent about without end");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
