/**
 * Mails that follow others: attachments in a second mail, what a later mail's password opens, digests and notices of our
 * own. An ordinary mail stands in none of these indexes and tables.
 */
export const followingMails = `
ALTER TABLE items ADD COLUMN kind TEXT;
ALTER TABLE items ADD COLUMN thread TEXT;
ALTER TABLE items ADD COLUMN password_from TEXT;
CREATE INDEX items_password_from ON items (password_from) WHERE password_from IS NOT NULL;
CREATE INDEX holds_locked ON holds (tenant, at) WHERE code = 'ENCRYPTED' AND state = 'held';

CREATE TABLE password_offers (
  item INTEGER PRIMARY KEY REFERENCES items (seq),
  tenant TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL
) STRICT;
CREATE INDEX password_offers_until ON password_offers (until);
CREATE TABLE password_tries (
  locked INTEGER NOT NULL REFERENCES items (seq),
  offer INTEGER NOT NULL REFERENCES items (seq),
  item TEXT NOT NULL UNIQUE,
  outcome TEXT NOT NULL DEFAULT 'waiting' CHECK (outcome IN ('waiting', 'opened', 'refused')),
  PRIMARY KEY (locked, offer)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest_runs (
  tenant TEXT NOT NULL,
  period TEXT NOT NULL,
  upto INTEGER NOT NULL,
  at INTEGER NOT NULL,
  mails INTEGER NOT NULL,
  PRIMARY KEY (tenant, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE digests (
  item TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  recipient TEXT,
  after INTEGER NOT NULL,
  upto INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
