ALTER TABLE distribution ADD COLUMN request_digest VARCHAR(64) NOT NULL DEFAULT '';

ALTER TABLE configuration ADD COLUMN request_digest VARCHAR(64) NOT NULL DEFAULT '';
