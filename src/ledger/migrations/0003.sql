-- What is met outside of runs holds the account back as in a run: `incident.run` and `cooling.run` name a run or an errand.
-- SQLite cannot take a reference away, so the three tables are made anew with the rows that they have.
CREATE TABLE incident_2 (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  account    TEXT NOT NULL REFERENCES account (name),
  realm      TEXT NOT NULL,
  run        TEXT NOT NULL,
  sign       TEXT NOT NULL,
  why        TEXT NOT NULL,
  address    TEXT NOT NULL,
  shots      TEXT NOT NULL,
  at_us      INTEGER NOT NULL,
  cleared_us INTEGER,
  reason     TEXT
) STRICT;
INSERT INTO incident_2 SELECT number, id, account, realm, run, sign, why, address, shots, at_us, cleared_us, reason
  FROM incident;

CREATE TABLE request_2 (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  account    TEXT NOT NULL REFERENCES account (name),
  kind       TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'stop', 'clear')),
  plan       TEXT REFERENCES plan (id),
  incident   TEXT REFERENCES incident_2 (id),
  reason     TEXT NOT NULL,
  pid        INTEGER NOT NULL,
  at_us      INTEGER NOT NULL,
  handled_us INTEGER,
  answer     TEXT
) STRICT;
INSERT INTO request_2 SELECT id, account, kind, plan, incident, reason, pid, at_us, handled_us, answer FROM request;

CREATE TABLE cooling_2 (
  account  TEXT NOT NULL REFERENCES account (name),
  realm    TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  run      TEXT NOT NULL,
  at_us    INTEGER NOT NULL,
  until_us INTEGER NOT NULL,
  PRIMARY KEY (account, realm, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO cooling_2 SELECT account, realm, seq, run, at_us, until_us FROM cooling;

DROP TABLE cooling;
DROP TABLE request;
DROP TABLE incident;
-- References to a renamed table are renamed with it.
ALTER TABLE incident_2 RENAME TO incident;
ALTER TABLE request_2 RENAME TO request;
ALTER TABLE cooling_2 RENAME TO cooling;
CREATE INDEX latch ON incident (account, realm) WHERE cleared_us IS NULL;
CREATE INDEX request_pending ON request (account) WHERE handled_us IS NULL;
