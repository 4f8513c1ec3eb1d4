// Format, lint and types, all at once: each of them uses one processor. Told one after the other, with the time each took.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("..", import.meta.url));
const CHECKS = [
  ["prettier", "--check", "."],
  ["eslint", "."],
  ["tsc", "--noEmit"],
  ["tsc", "--noEmit", "-p", "src/console/web"],
];

for (const done of CHECKS.map(run)) {
  const { name, seconds, code, said } = await done;
  process.stdout.write(
    `${said}${name}: ${code === 0 ? "good" : "FAILED"}, ${seconds} s\n`,
  );
  if (code !== 0) process.exitCode = 1;
}

async function run([tool, ...args]) {
  const began = Date.now();
  const child = spawn(tool, args, { cwd: home });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes) => (said += bytes));
  const code = await new Promise((resolve) => {
    child.on("error", (error) => resolve((said += `${error.message}\n`)));
    child.on("close", resolve);
  });
  const seconds = Math.round((Date.now() - began) / 1000);
  return { name: [tool, ...args].join(" "), seconds, code, said };
}
