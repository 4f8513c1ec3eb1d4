/**
 * Items, their recipients, what people have to decide, and the chain of acts. Times are epoch ms.
 * `tally` counts items by state, kept by triggers, so that a dashboard never counts a million rows.
 */
export const initialSchema = `
CREATE TABLE items (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared',
    'delivered', 'held', 'bounced', 'discarded')),
  received_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  envelope TEXT NOT NULL,
  parent TEXT,
  override TEXT,
  verdict TEXT,
  plan TEXT,
  subject TEXT,
  sender TEXT,
  last_fault TEXT
) STRICT;
CREATE INDEX items_due ON items (due_at)
  WHERE state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared');
CREATE INDEX items_waiting ON items (state, received_at)
  WHERE state IN ('received', 'inspected', 'planned', 'sanitized', 'cleared');

CREATE TABLE recipients (
  item INTEGER NOT NULL REFERENCES items (seq),
  seq INTEGER NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'held', 'bounced', 'discarded')),
  attempts INTEGER NOT NULL DEFAULT 0,
  unknowns INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  opened_at INTEGER,
  lease_until INTEGER,
  reply TEXT,
  PRIMARY KEY (item, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE holds (
  seq INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES items (seq),
  recipient INTEGER,
  part TEXT,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  name TEXT,
  kind TEXT,
  bytes INTEGER,
  sha256 TEXT,
  at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'released', 'discarded')),
  decided_by TEXT,
  decided_why TEXT,
  decided_at INTEGER
) STRICT;
CREATE INDEX holds_item ON holds (item, state);
CREATE INDEX holds_state ON holds (state);

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  act TEXT NOT NULL,
  actor TEXT NOT NULL,
  item TEXT,
  facts TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE tally (
  state TEXT PRIMARY KEY,
  items INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tally (state, items) VALUES ('received', 0), ('inspected', 0), ('planned', 0), ('sanitized', 0),
  ('cleared', 0), ('delivered', 0), ('held', 0), ('bounced', 0), ('discarded', 0);
CREATE TRIGGER tally_new AFTER INSERT ON items BEGIN
  UPDATE tally SET items = items + 1 WHERE state = NEW.state;
END;
CREATE TRIGGER tally_move AFTER UPDATE OF state ON items WHEN OLD.state <> NEW.state BEGIN
  UPDATE tally SET items = items - 1 WHERE state = OLD.state;
  UPDATE tally SET items = items + 1 WHERE state = NEW.state;
END;
CREATE TRIGGER tally_gone AFTER DELETE ON items BEGIN
  UPDATE tally SET items = items - 1 WHERE state = OLD.state;
END;
`;
