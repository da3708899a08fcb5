-- What a person said of somebody whose page bore another name than the plan: it is the same person, under this name.
CREATE TABLE also_called (
  account TEXT NOT NULL REFERENCES account (name),
  realm   TEXT NOT NULL,
  slug    TEXT NOT NULL,
  name    TEXT NOT NULL,
  reason  TEXT NOT NULL,
  at_us   INTEGER NOT NULL,
  PRIMARY KEY (account, realm, slug)
) STRICT, WITHOUT ROWID;
