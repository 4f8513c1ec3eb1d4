/**
 * What people do with held mail beside releasing and discarding it. Keyed by the item's seq where there is one of a kind. An
 * ordinary mail has no row in any of these.
 */
export const heldActsSchema = `
CREATE TABLE pins (
  item INTEGER PRIMARY KEY REFERENCES items (seq),
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE exceptions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('block', 'trust')),
  sender TEXT NOT NULL,
  recipient TEXT,
  tenant TEXT,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  revoked_by TEXT,
  revoked_why TEXT,
  revoked_at INTEGER
) STRICT;
CREATE INDEX exceptions_until ON exceptions (until) WHERE revoked_at IS NULL;
CREATE TABLE exceptions_revision (revision INTEGER NOT NULL) STRICT;
INSERT INTO exceptions_revision (revision) VALUES (0);

CREATE TABLE rescans (
  item INTEGER PRIMARY KEY REFERENCES items (seq),
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  via TEXT NOT NULL,
  when_clean TEXT NOT NULL CHECK (when_clean IN ('stay', 'go')),
  at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  begun_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE originals (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  item INTEGER NOT NULL REFERENCES items (seq),
  part TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'denied', 'fetched')),
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  decided_by TEXT,
  decided_why TEXT,
  decided_at INTEGER,
  fetched_at INTEGER
) STRICT;
CREATE INDEX originals_item ON originals (item);
`;
