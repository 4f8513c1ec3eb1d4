/**
 * `points`: counts (samples 0, `sum` is the sum) and levels (`sum / samples` is the mean), by step width in ms. `times`: how
 * often a stage took how long. `totals`: all counts since the beginning. Times are epoch ms.
 */
export const HISTORY_SCHEMA = `
CREATE TABLE points (
  step INTEGER NOT NULL,
  series TEXT NOT NULL,
  at INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  sum REAL NOT NULL,
  samples INTEGER NOT NULL,
  most REAL NOT NULL,
  PRIMARY KEY (step, series, at, tenant)
) STRICT, WITHOUT ROWID;

CREATE TABLE times (
  step INTEGER NOT NULL,
  stage TEXT NOT NULL,
  at INTEGER NOT NULL,
  counts TEXT NOT NULL,
  sum_ms REAL NOT NULL,
  PRIMARY KEY (step, stage, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
  series TEXT NOT NULL,
  tenant TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (series, tenant)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
  name TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
