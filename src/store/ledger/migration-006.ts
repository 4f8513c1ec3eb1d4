/**
 * What stops the crossing, where everything is well an empty table: `open-attempt.ts` looks into it within the statement that
 * it makes anyway. A row for `*` stops all tenants. `disasters` holds each asking for the emergency mode and what became of it;
 * `checks` the last outcome of what the gateway looks at by itself each day.
 */
export const crossingTables = `
CREATE TABLE crossing_stops (
  tenant TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE disasters (
  seq INTEGER PRIMARY KEY,
  asked_at INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  why TEXT NOT NULL,
  hours INTEGER NOT NULL,
  confirmed_at INTEGER,
  confirmed_by TEXT,
  until INTEGER,
  ended_at INTEGER,
  ended_by TEXT
) STRICT;
CREATE TABLE checks (
  name TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
  detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
