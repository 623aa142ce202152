ALTER TABLE history ADD COLUMN request_id VARCHAR(64) NOT NULL DEFAULT '';

CREATE INDEX history_by_revision ON history (revision);

CREATE TABLE session_mark (
    mark VARCHAR(64) NOT NULL
);
