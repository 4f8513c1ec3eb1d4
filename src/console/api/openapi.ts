import type { Route } from "./route.ts";
import { problem } from "./schema.ts";
import type { Schema } from "./schema.ts";

/** OpenAPI 3.1, whose schemas are JSON schemas as they stand. */
export function openApi(routes: readonly Route[], antiForgery: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: operation(route, antiForgery),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Sekisho", version: "1" },
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "__Host-sekisho" },
      },
    },
  };
}

function operation(route: Route, antiForgery: string): object {
  const changes = route.method !== "GET" && route.right !== "public";
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^a-z]+(\w?)/gi, (_, next: string) => next.toUpperCase())}`,
    summary: route.summary,
    description: `Right: ${route.right}${route.item === true ? ", in the tenant of the item" : ""}.`,
    security: route.right === "public" ? [] : [{ session: [] }],
    parameters: [
      ...parametersIn(route.path),
      ...membersOf(route.query).map(([name, schema]) => ({
        name,
        in: "query",
        required: route.query?.required?.includes(name) ?? false,
        schema,
      })),
      ...(changes
        ? [
            {
              name: antiForgery,
              in: "header",
              required: true,
              schema: { type: "string" },
            },
          ]
        : []),
    ],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: route.body } },
          },
        }),
    responses: {
      200: {
        description: "Done",
        content: {
          [route.file ?? "application/json"]: { schema: route.answer },
        },
      },
      default: {
        description: "Not done, with words for the person",
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/Problem" },
          },
        },
      },
    },
  };
}

function parametersIn(path: string): readonly object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function membersOf(schema: Schema | undefined): readonly [string, Schema][] {
  return Object.entries(schema?.properties ?? {});
}
