/**
 * What recipients ask for. An open request stands once for each person, kind and item. The index on parents holds releases
 * alone: an ordinary mail has none and pays nothing.
 */
export const requestsSchema = `
CREATE TABLE requests (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  item INTEGER NOT NULL REFERENCES items (seq),
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('release', 'report')),
  recipient INTEGER,
  requester TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'denied', 'withdrawn', 'closed')),
  decided_by TEXT,
  decided_at INTEGER,
  answer TEXT,
  stands_in_for TEXT,
  confirmed_by TEXT,
  confirmed_at INTEGER,
  confirmed_why TEXT
) STRICT;
CREATE UNIQUE INDEX requests_open ON requests (item, kind, requester) WHERE state = 'asked';
CREATE INDEX requests_item ON requests (item);
CREATE INDEX requests_tenant ON requests (tenant, seq);
CREATE INDEX requests_tenant_state ON requests (tenant, state, seq);
CREATE INDEX requests_state ON requests (state, seq);
CREATE INDEX requests_unconfirmed ON requests (tenant, seq)
  WHERE stands_in_for IS NOT NULL AND confirmed_by IS NULL;
CREATE INDEX items_parent ON items (parent) WHERE parent IS NOT NULL;
`;
