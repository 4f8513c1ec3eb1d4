/** Accounts of the console. Secrets stand here hashed or sealed. Times are epoch ms. */
export const ACCOUNTS_SCHEMA = `
CREATE TABLE accounts (
  name TEXT PRIMARY KEY,
  display_name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
  created_at INTEGER NOT NULL,
  signed_in_at INTEGER,
  password TEXT,
  totp BLOB,
  totp_step INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
  account TEXT NOT NULL REFERENCES accounts (name),
  tenant TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('ciso', 'chief', 'manager', 'auditor', 'operator')),
  PRIMARY KEY (account, tenant, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery (
  account TEXT NOT NULL REFERENCES accounts (name),
  hash TEXT NOT NULL,
  PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE addresses (
  account TEXT NOT NULL REFERENCES accounts (name),
  address TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
  token TEXT PRIMARY KEY,
  account TEXT REFERENCES accounts (name),
  expires_at INTEGER NOT NULL,
  totp BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (name),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account, created_at);
`;

/** Passkeys, sessions that were confirmed, who somebody is at the site's own sign-in, and searches worth keeping. */
export const ACCOUNTS_WAYS_IN = `
ALTER TABLE sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN subject TEXT;

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (name),
  name TEXT NOT NULL,
  public_key BLOB NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  synced INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_account ON passkeys (account, created_at);

CREATE TABLE saved_filters (
  account TEXT NOT NULL REFERENCES accounts (name),
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
`;

/** Through whose hands credentials went. What was set up before is taken as the machine's. */
export const ACCOUNTS_HANDS = `
ALTER TABLE accounts ADD COLUMN issuers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE accounts ADD COLUMN set_up_at INTEGER NOT NULL DEFAULT 0;
`;
