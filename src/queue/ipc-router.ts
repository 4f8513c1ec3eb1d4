import { toFault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { LaneName } from "../core/lanes.ts";
import type { Log } from "../core/log.ts";
import { parseLaneMessage } from "../wire/lane-message.ts";
import type { LaneCounts, LaneMessage } from "../wire/lane-message.ts";
import { createBoard } from "./board.ts";
import type { Board } from "./board.ts";
import { portTo } from "./ipc-port.ts";
import type { IpcEnd, IpcPort } from "./ipc-port.ts";

/** The supervisor's part: every ring of every worker comes here, and goes to the least loaded worker of that lane. */
export interface IpcRouter {
  /** Takes a worker in. Returns how to let it go; it goes by itself when its process ends. */
  connect(worker: IpcEnd): () => void;
  depths(): LaneCounts;
}

interface Member {
  readonly port: IpcPort;
  readonly capacity: Map<LaneName, number>;
  readonly jobs: Map<LaneName, Set<ItemId>>;
}

type Boards = Readonly<Record<LaneName, Board>>;

export function createIpcRouter(log: Log): IpcRouter {
  const boards: Boards = {
    inspect: createBoard(),
    sanitize: createBoard(),
    deliver: createBoard(),
  };
  const members = new Set<Member>();

  const pump = (lane: LaneName) => {
    while (boards[lane].waiting > 0) {
      const member = leastLoaded(members, lane);
      if (member === null) return;
      const item = boards[lane].take();
      if (item === null) return;
      jobsOf(member, lane).add(item);
      answer(member, { lanes: "job", lane, item });
    }
  };

  /** A worker that cannot be told is gone. */
  const answer = (member: Member, message: LaneMessage) => {
    member.port.send(message).catch(() => leave(member));
  };

  /** Jobs of a worker that died are dropped, not handed on at once: what killed it may kill the next one too. */
  const leave = (member: Member) => {
    if (!members.delete(member)) return;
    for (const [lane, items] of member.jobs) {
      for (const item of items) boards[lane].done(item);
      if (items.size > 0)
        log.warn("jobs-lost-with-worker", { lane, jobs: items.size });
      pump(lane);
    }
  };

  const release = (member: Member, lane: LaneName, item: ItemId) => {
    // A late word about a job that is no longer its own changes nothing.
    if (!jobsOf(member, lane).delete(item)) return false;
    boards[lane].done(item);
    return true;
  };

  const take = (member: Member, message: LaneMessage) => {
    switch (message.lanes) {
      case "ring":
        boards[message.lane].ring(message.item, message.first);
        return pump(message.lane);
      case "serve":
        member.capacity.set(message.lane, message.concurrency);
        return pump(message.lane);
      case "done":
        release(member, message.lane, message.item);
        return pump(message.lane);
      case "back":
        if (release(member, message.lane, message.item))
          boards[message.lane].ring(message.item);
        return pump(message.lane);
      case "stop":
        member.capacity.clear();
        return answer(member, { lanes: "stopped" });
      case "ask-depths": {
        const { call } = message;
        return answer(member, { lanes: "depths", call, depths: depths() });
      }
      case "job":
      case "stopped":
      case "depths":
        log.warn("lane-message-refused", { lanes: message.lanes });
    }
  };

  const depths = (): LaneCounts => {
    const count = ({ waiting, active }: Board) => ({ waiting, active });
    return {
      inspect: count(boards.inspect),
      sanitize: count(boards.sanitize),
      deliver: count(boards.deliver),
    };
  };

  return {
    connect(worker) {
      const port = portTo(worker);
      const member: Member = { port, capacity: new Map(), jobs: new Map() };
      members.add(member);
      const stopHearing = port.on((untrusted) => {
        try {
          const message = parseLaneMessage(untrusted);
          if (message !== null && members.has(member)) take(member, message);
        } catch (error) {
          log.error("lane-message-refused", { fault: toFault(error) });
        }
      });
      const stopWatching = port.onGone(() => leave(member));
      return () => {
        stopHearing();
        stopWatching();
        leave(member);
      };
    },
    depths,
  };
}

function leastLoaded(
  members: ReadonlySet<Member>,
  lane: LaneName,
): Member | null {
  let best: Member | null = null;
  let bestLoad = 1;
  for (const member of members) {
    const capacity = member.capacity.get(lane);
    if (capacity === undefined) continue;
    const load = jobsOf(member, lane).size / capacity;
    if (load < bestLoad) {
      best = member;
      bestLoad = load;
    }
  }
  return best;
}

function jobsOf(member: Member, lane: LaneName): Set<ItemId> {
  const known = member.jobs.get(lane);
  if (known !== undefined) return known;
  const jobs = new Set<ItemId>();
  member.jobs.set(lane, jobs);
  return jobs;
}
