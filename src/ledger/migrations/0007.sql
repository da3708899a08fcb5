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
