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
