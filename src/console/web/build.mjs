// Makes the console's pages: dist/index.html and dist/assets/ (names with a hash of the content), nothing inline.
// `node src/console/web/build.mjs --watch` makes them again at each change.
import { fileURLToPath } from "node:url";
import { build } from "vite";

await build({
  configFile: false,
  root: fileURLToPath(new URL(".", import.meta.url)),
  logLevel: "warn",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
    ...(process.argv.includes("--watch") ? { watch: {} } : {}),
  },
});
