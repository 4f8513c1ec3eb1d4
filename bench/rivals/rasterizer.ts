import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** A program that makes an image PDF out of a PDF, at 150 dpi. */
export interface Rasterizer {
  readonly name: string;
  /** What has to be installed. */
  readonly needs: readonly string[];
  /** `folder` is empty and its own. */
  convert(input: string, output: string, folder: string): Promise<void>;
}

export const DPI = 150;

const runFile = promisify(execFile);

export async function runProgram(
  program: string,
  args: readonly string[],
): Promise<void> {
  await runFile(program, args, {
    timeout: 120_000,
    killSignal: "SIGKILL",
    maxBuffer: 1024 * 1024,
  });
}
