CREATE TABLE configuration (
    kind VARCHAR(32) NOT NULL,
    id VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    config TEXT NOT NULL,
    etag VARCHAR(32) NOT NULL,
    created_millis BIGINT NOT NULL,
    modified_millis BIGINT NOT NULL,
    PRIMARY KEY (kind, id),
    UNIQUE (kind, name)
);
