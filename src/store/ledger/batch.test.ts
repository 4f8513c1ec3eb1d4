import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { prepareBatch } from "./batch.ts";
import type { RunBatch } from "./batch.ts";
import { openDatabase } from "./database.ts";
import type { Call } from "./messages.ts";
import type { Questions } from "./questions.ts";

let folder: string;
let database: DatabaseSync;
let run: RunBatch;

/** Acts on a table of one column: what a real question could do to its batch, at its worst. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-batch-"));
  database = openDatabase(join(folder, "ledger.db"));
  database.exec("CREATE TABLE notes (word TEXT)");
  const note = (word: string) => {
    database.prepare("INSERT INTO notes VALUES (?)").run(word);
  };
  const questions = {
    writes: {
      note: (_at: number, word: string) => {
        note(word);
      },
      half: (_at: number, word: string) => {
        note(word);
        throw new Error("half done");
      },
      lose: () => {
        database.exec("ROLLBACK");
        throw new Error("the disk is full");
      },
    },
    reads: { words: () => words() },
  };
  run = prepareBatch(database, questions as unknown as Questions);
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

function words(): readonly unknown[] {
  return database
    .prepare("SELECT word FROM notes")
    .all()
    .map((row) => row["word"]);
}

function calls(...named: readonly (readonly [string, string?])[]): Call[] {
  return named.map(([name, word], serial) => ({
    serial,
    name: name as Call["name"],
    args: [0, word],
  }));
}

describe("batch", () => {
  it("undoes what a failing call had begun and commits the calls around it", () => {
    const answers = run(calls(["note", "a"], ["half", "b"], ["note", "c"]));
    expect(answers.map((answer) => "fault" in answer)).toEqual([
      false,
      true,
      false,
    ]);
    expect(words()).toEqual(["a", "c"]);
    expect(database.isTransaction).toBe(false);
  });

  it("answers every write with a fault when the transaction ends under it, and the next batch works", () => {
    const answers = run(calls(["note", "a"], ["lose"], ["note", "c"]));
    expect(answers.map((answer) => "fault" in answer)).toEqual([
      true,
      true,
      true,
    ]);
    expect(words()).toEqual([]);
    run(calls(["note", "d"]));
    expect(words()).toEqual(["d"]);
  });

  it("lets reads see the writes of their own batch, wherever they stand in it", () => {
    const answers = run(calls(["words"], ["note", "a"]));
    expect(answers).toContainEqual({ serial: 0, value: ["a"] });
  });

  it("answers nothing before the commit: another connection sees what was answered", () => {
    run(calls(["note", "a"]));
    const other = openDatabase(join(folder, "ledger.db"));
    expect(other.prepare("SELECT count(*) AS n FROM notes").get()?.["n"]).toBe(
      1,
    );
    other.close();
  });
});
