import type { ChildProcess } from "node:child_process";

/** One end of a channel between two processes. */
export interface IpcPort {
  /** Resolves when the message is on its way; rejects when the other end is gone. */
  send(message: object): Promise<void>;
  /** Returns how to stop listening. */
  on(listener: (untrusted: unknown) => void): () => void;
  /** Called once when the other end is gone. Returns how to stop listening. */
  onGone(listener: () => void): () => void;
}

/** What lanes can be joined to: a forked child, this process as somebody's child, or a made port. */
export type IpcEnd = IpcPort | ChildProcess | NodeJS.Process;

interface Channel {
  readonly connected: boolean;
  send?: (
    message: object,
    handle: undefined,
    options: undefined,
    told: (error: Error | null) => void,
  ) => boolean;
  on(event: string, listener: (message: unknown) => void): unknown;
  off(event: string, listener: (message: unknown) => void): unknown;
}

export function portTo(end: IpcEnd): IpcPort {
  return "onGone" in end ? end : portOf(end);
}

function portOf(channel: Channel): IpcPort {
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        if (!channel.connected || channel.send === undefined) {
          reject(new Error("channel closed"));
          return;
        }
        channel.send(message, undefined, undefined, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      }),
    on(listener) {
      channel.on("message", listener);
      return () => void channel.off("message", listener);
    },
    onGone(listener) {
      let told = false;
      const once = () => {
        if (told) return;
        told = true;
        listener();
      };
      channel.on("disconnect", once);
      channel.on("exit", once);
      return () => {
        channel.off("disconnect", once);
        channel.off("exit", once);
      };
    },
  };
}

/** Two joined ends inside one process, for workers that the supervisor runs itself. */
export function createPortPair(): readonly [IpcPort, IpcPort] {
  const one = new Set<(untrusted: unknown) => void>();
  const other = new Set<(untrusted: unknown) => void>();
  const end = (mine: typeof one, theirs: typeof one): IpcPort => ({
    async send(message) {
      await Promise.resolve();
      for (const listener of theirs) listener(message);
    },
    on(listener) {
      mine.add(listener);
      return () => void mine.delete(listener);
    },
    onGone: () => () => undefined,
  });
  return [end(one, other), end(other, one)];
}
