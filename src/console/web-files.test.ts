import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import Fastify from "fastify";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { addWebFiles, readWebFiles, styleSheets } from "./web-files.ts";

let folder: string;
let dist: URL;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-web-"));
  await mkdir(join(folder, "dist/assets"), { recursive: true });
  await writeFile(join(folder, "dist/index.html"), "<p>page");
  await writeFile(join(folder, "dist/assets/a-1.js"), "1");
  await writeFile(join(folder, "dist/assets/a-2.css"), "b{}");
  await writeFile(join(folder, "dist/assets/a-3.map"), "{}");
  await writeFile(join(folder, "secret.js"), "secret");
  dist = pathToFileURL(join(folder, "dist/"));
});
afterAll(() => rm(folder, { recursive: true }));

async function ask(url: string, from = dist) {
  const app = Fastify();
  addWebFiles(app, readWebFiles(from));
  const said = await app.inject({ url });
  await app.close();
  return said;
}

describe("the pages' files", () => {
  it.each(["/quarantine", "/quarantine/0123", "/sign-in", "/set-up"])(
    "are one page, whose policy allows own files and no inline: %s",
    async (url) => {
      const { statusCode, body, headers } = await ask(url);
      expect([statusCode, body]).toEqual([200, "<p>page"]);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'; script-src 'self'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|data:|blob:|\*/);
    },
  );

  it("may be kept for a year by browsers, since their names change with them", async () => {
    const { headers, body } = await ask("/assets/a-1.js");
    expect([body, headers["cache-control"]]).toEqual([
      ...["1", "public, max-age=31536000, immutable"],
    ]);
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
  });

  it.each([
    ...["/assets/a-3.map", "/assets/none.js", "/assets/../index.html"],
    ...["/assets/..%2f..%2fsecret.js", "/assets/%2e%2e/secret.js"],
  ])("are those of the list and no other: %s", async (url) => {
    expect((await ask(url)).statusCode).toBe(404);
  });

  it("name their style sheets for the pages made on the server", () => {
    expect(styleSheets(readWebFiles(dist))).toEqual(["/assets/a-2.css"]);
  });

  it("when nobody built them, are answered by what to run", async () => {
    const nowhere = pathToFileURL(join(folder, "nowhere/"));
    const { statusCode, body } = await ask("/quarantine", nowhere);
    expect(statusCode).toBe(503);
    expect(body).toContain("sh docker/setup.sh run");
    expect((await ask("/assets/a-1.js", nowhere)).statusCode).toBe(404);
  });
});
