-- A state more: NOT_FOUND. SQLite changes no check of a table, so the table is made anew.
CREATE TABLE effect_4 (
  key           BLOB PRIMARY KEY CHECK (length(key) = 32),
  plan          TEXT NOT NULL REFERENCES plan (id),
  account       TEXT NOT NULL REFERENCES account (name),
  realm         TEXT NOT NULL,
  action        TEXT NOT NULL,
  slug          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN (
    'PLANNED', 'APPROVED', 'PRECHECK', 'INTENT', 'NOT_SENT', 'ACTED', 'UNKNOWN', 'VERIFYING', 'DONE', 'CONFIRMED',
    'NOT_APPLIED', 'NEEDS_HUMAN', 'DONE_BY_OPERATOR', 'ALREADY_GONE', 'NOT_FOUND', 'MISMATCH', 'EXCLUDED', 'EXPIRED',
    'SKIPPED', 'FAILED')),
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
INSERT INTO effect_4 SELECT key, plan, account, realm, action, slug, state, attempt, fence, intent_us, sent_us, sent_boot_ns,
  sent_boot_id, settle_us, reason FROM effect;
-- The debits name their effect, and are made anew with it: a table that is named cannot be dropped.
CREATE TABLE quota_debit_4 (
  account    TEXT NOT NULL REFERENCES account (name),
  realm      TEXT NOT NULL,
  seq        INTEGER NOT NULL,
  effect     BLOB NOT NULL REFERENCES effect_4 (key),
  at_us      INTEGER NOT NULL,
  local_date TEXT NOT NULL,
  zone       TEXT NOT NULL,
  PRIMARY KEY (account, realm, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO quota_debit_4 SELECT account, realm, seq, effect, at_us, local_date, zone FROM quota_debit;
DROP TABLE quota_debit;
DROP TABLE effect;
ALTER TABLE effect_4 RENAME TO effect;
ALTER TABLE quota_debit_4 RENAME TO quota_debit;
CREATE UNIQUE INDEX one_in_flight ON effect (account, realm)
  WHERE state IN ('INTENT', 'ACTED', 'UNKNOWN', 'VERIFYING');
CREATE INDEX effect_of_target ON effect (account, realm, slug);
CREATE INDEX debit_by_time ON quota_debit (account, realm, at_us);
