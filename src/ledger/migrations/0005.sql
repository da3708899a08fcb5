-- Plans that follow plans, and what the rest of an export says about people: counts, never texts.

ALTER TABLE plan ADD COLUMN parent TEXT REFERENCES plan (id);

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
