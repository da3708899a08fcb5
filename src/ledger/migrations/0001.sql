-- Schema 1. Never edited once released: what changes is a new file with the next number.
-- Times are microseconds since 1970, UTC; hashes are 32 bytes; texts are what `event` prints.

CREATE TABLE install (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id  TEXT NOT NULL
) STRICT;

CREATE TABLE account (
  name  TEXT PRIMARY KEY,
  realm TEXT CHECK (realm IN ('real', 'practice'))
) STRICT;

-- Who may act. `fence` grows with every owner, and every write of an owner compares it.
CREATE TABLE owner (
  account    TEXT PRIMARY KEY REFERENCES account (name),
  fence      INTEGER NOT NULL,
  host       TEXT NOT NULL,
  boot_id    TEXT NOT NULL,
  pid        INTEGER NOT NULL,
  started_us INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
  account      TEXT NOT NULL REFERENCES account (name),
  realm        TEXT NOT NULL,
  handle       TEXT NOT NULL,
  name         TEXT NOT NULL,
  photo_sha256 BLOB CHECK (length(photo_sha256) = 32),
  photo_src    TEXT,
  PRIMARY KEY (account, realm)
) STRICT;

CREATE TABLE import (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  account     TEXT NOT NULL REFERENCES account (name),
  source      TEXT NOT NULL,
  at_us       INTEGER NOT NULL,
  exported_us INTEGER,
  rows        INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
  account         TEXT NOT NULL REFERENCES account (name),
  slug            TEXT NOT NULL,
  first_name      TEXT NOT NULL,
  last_name       TEXT NOT NULL,
  company         TEXT NOT NULL,
  position        TEXT NOT NULL,
  connected_on    TEXT,
  first_seen      INTEGER NOT NULL REFERENCES import (id),
  last_seen       INTEGER NOT NULL REFERENCES import (id),
  absent_since_us INTEGER,
  PRIMARY KEY (account, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE keep (
  account TEXT NOT NULL REFERENCES account (name),
  slug    TEXT NOT NULL,
  reason  TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (account, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan (
  number       INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  account      TEXT NOT NULL REFERENCES account (name),
  realm        TEXT NOT NULL,
  action       TEXT NOT NULL,
  route        TEXT NOT NULL,
  hash         BLOB NOT NULL CHECK (length(hash) = 32),
  pack_sha256  BLOB NOT NULL CHECK (length(pack_sha256) = 32),
  handle       TEXT,
  ceilings     TEXT NOT NULL,
  made_us      INTEGER NOT NULL,
  approved_us  INTEGER,
  approved_how TEXT,
  dropped_us   INTEGER
) STRICT;
CREATE INDEX plan_of_account ON plan (account, realm);

CREATE TABLE plan_person (
  plan     TEXT NOT NULL REFERENCES plan (id),
  position INTEGER NOT NULL,
  slug     TEXT NOT NULL,
  name     TEXT NOT NULL,
  PRIMARY KEY (plan, position),
  UNIQUE (plan, slug)
) STRICT, WITHOUT ROWID;

CREATE TABLE effect (
  key           BLOB PRIMARY KEY CHECK (length(key) = 32),
  plan          TEXT NOT NULL REFERENCES plan (id),
  account       TEXT NOT NULL REFERENCES account (name),
  realm         TEXT NOT NULL,
  action        TEXT NOT NULL,
  slug          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN (
    'PLANNED', 'APPROVED', 'PRECHECK', 'INTENT', 'NOT_SENT', 'ACTED', 'UNKNOWN', 'VERIFYING', 'DONE', 'CONFIRMED',
    'NOT_APPLIED', 'NEEDS_HUMAN', 'DONE_BY_OPERATOR', 'ALREADY_GONE', 'MISMATCH', 'EXCLUDED', 'EXPIRED', 'SKIPPED',
    'FAILED')),
  attempt       INTEGER NOT NULL CHECK (attempt BETWEEN 1 AND 2),
  fence         INTEGER NOT NULL,
  intent_us     INTEGER,
  -- The last moment at which a click of this attempt may have been sent, and how long after it nothing is proved.
  sent_us       INTEGER,
  sent_boot_ns  INTEGER,
  sent_boot_id  TEXT,
  settle_us     INTEGER,
  reason        TEXT NOT NULL,
  UNIQUE (plan, slug)
) STRICT;
CREATE UNIQUE INDEX one_in_flight ON effect (account, realm)
  WHERE state IN ('INTENT', 'ACTED', 'UNKNOWN', 'VERIFYING');
CREATE INDEX effect_of_target ON effect (account, realm, slug);

-- The chain: `hash = SHA-256(prev, body)`. `run` repeats what the body says, for the index.
CREATE TABLE event (
  account TEXT NOT NULL REFERENCES account (name),
  realm   TEXT NOT NULL,
  seq     INTEGER NOT NULL CHECK (seq >= 1),
  prev    BLOB NOT NULL CHECK (length(prev) = 32),
  body    TEXT NOT NULL,
  hash    BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  run     TEXT,
  PRIMARY KEY (account, realm, seq)
) STRICT;
CREATE INDEX event_of_run ON event (account, realm, run, seq) WHERE run IS NOT NULL;

CREATE TABLE chain_head (
  account      TEXT NOT NULL REFERENCES account (name),
  realm        TEXT NOT NULL,
  seq          INTEGER NOT NULL,
  hash         BLOB NOT NULL CHECK (length(hash) = 32),
  last_seen_us INTEGER NOT NULL,
  PRIMARY KEY (account, realm)
) STRICT, WITHOUT ROWID;

-- One row an intention, never deleted, never refunded. Pacing reads only this.
CREATE TABLE quota_debit (
  account    TEXT NOT NULL REFERENCES account (name),
  realm      TEXT NOT NULL,
  seq        INTEGER NOT NULL,
  effect     BLOB NOT NULL REFERENCES effect (key),
  at_us      INTEGER NOT NULL,
  local_date TEXT NOT NULL,
  zone       TEXT NOT NULL,
  PRIMARY KEY (account, realm, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX debit_by_time ON quota_debit (account, realm, at_us);

CREATE TABLE run (
  number          INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  account         TEXT NOT NULL REFERENCES account (name),
  realm           TEXT NOT NULL,
  plan            TEXT NOT NULL REFERENCES plan (id),
  mode            TEXT NOT NULL CHECK (mode IN ('rehearsal', 'live')),
  state           TEXT NOT NULL,
  started_us      INTEGER NOT NULL,
  ended_us        INTEGER,
  result          TEXT,
  why             TEXT NOT NULL,
  manifest_sha256 BLOB CHECK (length(manifest_sha256) = 32)
) STRICT;

CREATE TABLE incident (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  account    TEXT NOT NULL REFERENCES account (name),
  realm      TEXT NOT NULL,
  run        TEXT NOT NULL REFERENCES run (id),
  sign       TEXT NOT NULL,
  why        TEXT NOT NULL,
  address    TEXT NOT NULL,
  shots      TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  cleared_us INTEGER,
  reason     TEXT
) STRICT;
CREATE INDEX latch ON incident (account, realm) WHERE cleared_us IS NULL;

CREATE TABLE cooling (
  account  TEXT NOT NULL REFERENCES account (name),
  realm    TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  run      TEXT NOT NULL REFERENCES run (id),
  at_us    INTEGER NOT NULL,
  until_us INTEGER NOT NULL,
  PRIMARY KEY (account, realm, seq)
) STRICT, WITHOUT ROWID;

-- What any process asks of the owner. The newest `pause` or `resume` says whether the account is paused.
CREATE TABLE request (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account    TEXT NOT NULL REFERENCES account (name),
  kind       TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'stop', 'clear')),
  plan       TEXT REFERENCES plan (id),
  incident   TEXT REFERENCES incident (id),
  reason     TEXT NOT NULL,
  pid        INTEGER NOT NULL,
  at_us      INTEGER NOT NULL,
  handled_us INTEGER,
  answer     TEXT
) STRICT;
CREATE INDEX request_pending ON request (account) WHERE handled_us IS NULL;

CREATE TABLE activity (
  account    TEXT PRIMARY KEY REFERENCES account (name),
  pid        INTEGER NOT NULL,
  what       TEXT NOT NULL,
  until_us   INTEGER,
  updated_us INTEGER NOT NULL
) STRICT;
