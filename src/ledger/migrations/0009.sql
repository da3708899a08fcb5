-- The seal of a run's newest manifest, and the place in the chain at which it was noted: the next seal names the last one.
ALTER TABLE run ADD COLUMN seal_sha256 BLOB;
ALTER TABLE run ADD COLUMN sealed_seq INTEGER;
ALTER TABLE scan ADD COLUMN seal_sha256 BLOB;
ALTER TABLE scan ADD COLUMN sealed_seq INTEGER;
