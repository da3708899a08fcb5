-- The moment before which an incident may not be cleared, where the site named one.
ALTER TABLE incident ADD COLUMN until_us INTEGER;
