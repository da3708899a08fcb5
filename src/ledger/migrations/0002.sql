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
