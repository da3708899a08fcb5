-- What the dialog before the last click may say, because a person read it: with this pack, on pages of this language.
CREATE TABLE accepted_text (
  account     TEXT NOT NULL REFERENCES account (name),
  realm       TEXT NOT NULL,
  pack_sha256 BLOB NOT NULL,
  language    TEXT NOT NULL,
  text        TEXT NOT NULL,
  at_us       INTEGER NOT NULL,
  PRIMARY KEY (account, realm, pack_sha256, language, text)
) STRICT, WITHOUT ROWID;
