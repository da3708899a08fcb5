-- Schema 2: signing in and out, profile views, plans that follow plans, and scans.

-- The site is looked at outside of runs too: to prove a sign-in, and to sign out.
CREATE TABLE errand (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  account    TEXT NOT NULL REFERENCES account (name),
  realm      TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  started_us INTEGER NOT NULL
) STRICT;

-- In whose browser profile a person signed in last, and until when.
CREATE TABLE sign_in (
  account TEXT NOT NULL REFERENCES account (name),
  realm   TEXT NOT NULL,
  handle  TEXT NOT NULL,
  browser TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  out_us  INTEGER,
  PRIMARY KEY (account, realm)
) STRICT, WITHOUT ROWID;

-- The last answer to the note on the site's User Agreement.
CREATE TABLE agreement (
  account TEXT NOT NULL REFERENCES account (name),
  realm   TEXT NOT NULL,
  answer  TEXT NOT NULL CHECK (answer IN ('yes', 'no')),
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (account, realm)
) STRICT, WITHOUT ROWID;

-- What is met outside of runs holds the account back too: `incident.run` and `cooling.run` name a run, an errand or a scan.
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
  reason     TEXT,
  -- The moment before which it may not be cleared, where the site named one.
  until_us   INTEGER
) STRICT;
INSERT INTO incident_2
  SELECT number, id, account, realm, run, sign, why, address, shots, at_us, cleared_us, reason, NULL
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

-- One row a profile view, written before the profile is opened, never deleted. Their limits read only this.
CREATE TABLE profile_visit (
  account TEXT NOT NULL REFERENCES account (name),
  realm   TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  run     TEXT NOT NULL REFERENCES run (id),
  slug    TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (account, realm, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_by_time ON profile_visit (account, realm, at_us);

-- The plan that this one follows.
ALTER TABLE plan ADD COLUMN parent TEXT REFERENCES plan (id);

-- What the rest of an export says about people: counts, never texts.
CREATE TABLE tie (
  account         TEXT NOT NULL REFERENCES account (name),
  slug            TEXT NOT NULL,
  messages        INTEGER NOT NULL,
  last_message    TEXT,
  invitations     INTEGER NOT NULL,
  endorsements    INTEGER NOT NULL,
  recommendations INTEGER NOT NULL,
  PRIMARY KEY (account, slug)
) STRICT, WITHOUT ROWID;

-- Readings of the live connections list: runs without a plan. Stop signs and silences may belong to one.
CREATE TABLE scan (
  number          INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  account         TEXT NOT NULL REFERENCES account (name),
  realm           TEXT NOT NULL,
  started_us      INTEGER NOT NULL,
  ended_us        INTEGER,
  result          TEXT,
  why             TEXT NOT NULL,
  -- What was read; null while it goes on, and for ever if it was killed.
  rows            INTEGER,
  nameless        INTEGER,
  total           INTEGER,
  complete        INTEGER,
  manifest_sha256 BLOB CHECK (length(manifest_sha256) = 32)
) STRICT;
CREATE INDEX scan_of_account ON scan (account, realm);

-- What scans know of people, beside what exports say: neither touches the other's rows.
CREATE TABLE site_person (
  account      TEXT NOT NULL REFERENCES account (name),
  slug         TEXT NOT NULL,
  -- As the site showed it last; null for somebody whom no scan ever saw.
  name         TEXT,
  connected_on TEXT,
  first_us     INTEGER,
  last_us      INTEGER,
  scan         INTEGER REFERENCES scan (number),
  -- When a complete scan did not find this person any more.
  gone_us      INTEGER,
  PRIMARY KEY (account, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_person_of_scan ON site_person (scan);

-- Everybody who is known, from exports and from scans. A newer export brings back who was gone from the site, and a newer
-- scan brings back who was absent from the export.
CREATE VIEW known_person AS
SELECT p.account, p.slug, p.first_name, p.last_name, p.company, p.position, p.connected_on,
       f.at_us AS first_seen_us, l.at_us AS last_seen_us, l.source,
       CASE WHEN p.absent_since_us IS NULL THEN NULL
            WHEN s.gone_us IS NULL AND s.last_us > (
              SELECT max(coalesce(i.exported_us, i.at_us)) FROM import i WHERE i.account = p.account) THEN NULL
            ELSE p.absent_since_us END AS absent_since_us,
       1 AS exported, s.first_us AS site_first_us, s.last_us AS site_last_us, s.scan AS site_scan,
       CASE WHEN p.absent_since_us IS NULL AND l.exported_us > s.gone_us THEN NULL ELSE s.gone_us END AS site_gone_us
  FROM person p JOIN import f ON f.id = p.first_seen JOIN import l ON l.id = p.last_seen
       LEFT JOIN site_person s ON s.account = p.account AND s.slug = p.slug
UNION ALL
SELECT s.account, s.slug, s.name, '', '', '', s.connected_on, s.first_us, s.last_us, 'scan', NULL,
       0, s.first_us, s.last_us, s.scan, s.gone_us
  FROM site_person s
 WHERE s.name IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM person p WHERE p.account = s.account AND p.slug = s.slug);
