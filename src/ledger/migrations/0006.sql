-- When a pause ends by itself; none: only by a resume.
ALTER TABLE request ADD COLUMN until_us INTEGER;
