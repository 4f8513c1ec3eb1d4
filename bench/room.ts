import { mkdtemp, chmod, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What a benchmark gets to work in: a folder and a list of things to undo. Whatever is started or created is
 * registered at once and undone in reverse order, also after a failure or Ctrl-C.
 */
export class Room {
  readonly folder: string;
  readonly progress: (text: string) => void;
  #undo: (() => Promise<void>)[] = [];
  #closed = false;

  private constructor(folder: string, progress: (text: string) => void) {
    this.folder = folder;
    this.progress = progress;
  }

  static async open(progress: (text: string) => void): Promise<Room> {
    const folder = await mkdtemp(join(tmpdir(), "sekisho-bench-"));
    // Postfix and the pit walk through here as users of their own.
    await chmod(folder, 0o755);
    const room = new Room(folder, progress);
    room.onClose(() => rm(folder, { recursive: true, force: true }));
    return room;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  onClose(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Called before anything is started, so that nothing begins behind the back of a closing room. */
  requireOpen(): void {
    if (this.#closed) throw new Error("interrupted");
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      await undo().catch((error: unknown) =>
        this.progress(`could not clean up: ${String(error)}`),
      );
    }
  }
}
