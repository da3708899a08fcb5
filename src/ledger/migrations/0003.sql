-- An account that the site closed, or hides, until a person goes back to it: nothing loads the site with it meanwhile.
CREATE TABLE closure (
  account     TEXT NOT NULL REFERENCES account (name),
  realm       TEXT NOT NULL,
  action      TEXT NOT NULL CHECK (action IN ('close', 'hibernate')),
  handle      TEXT NOT NULL,
  at_us       INTEGER NOT NULL,
  -- The last day on which signing in reopens it, as the page said.
  until       TEXT,
  words       TEXT NOT NULL,
  reopened_us INTEGER,
  PRIMARY KEY (account, realm)
) STRICT, WITHOUT ROWID;

-- The seal of a run's newest manifest, and the place in the chain at which it was noted: the next seal names the last one.
ALTER TABLE run ADD COLUMN seal_sha256 BLOB;
ALTER TABLE run ADD COLUMN sealed_seq INTEGER;
ALTER TABLE scan ADD COLUMN seal_sha256 BLOB;
ALTER TABLE scan ADD COLUMN sealed_seq INTEGER;
