import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** For tests that end a process in the middle of its work. */
export interface ChildProgram {
  readonly pid: number;
  /** Its next line, null when it has ended. */
  line(): Promise<string | null>;
  /** SIGKILL, and waits until it is gone; what it had printed can still be read. */
  kill(): Promise<void>;
  /** Its exit code. */
  end(): Promise<number | null>;
}

/** Runs `program`, an ES module whose imports begin with `store/` or `core/`. What it says on stderr is shown. */
export function startChild(program: string): ChildProgram {
  const source = new URL("../", import.meta.url).href;
  const code = program.replace(
    /from "((?:store|core)\/[^"]+)"/g,
    `from "${source}$1"`,
  );
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "-e",
      code,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const gone = once(child, "close") as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout })[
    Symbol.asyncIterator
  ]();
  return {
    pid: child.pid ?? 0,
    async line() {
      const next = await lines.next();
      return next.done === true ? null : next.value;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    end: async () => (await gone)[0],
  };
}
