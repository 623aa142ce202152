CREATE TABLE state (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);

CREATE TABLE history (
    entry BIGINT NOT NULL PRIMARY KEY,
    at_millis BIGINT NOT NULL,
    who VARCHAR(256) NOT NULL,
    operation VARCHAR(128) NOT NULL,
    resource VARCHAR(256) NOT NULL,
    revision BIGINT NOT NULL,
    detail TEXT NOT NULL
);

CREATE TABLE lambda_function (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    last_version BIGINT NOT NULL,
    tags TEXT NOT NULL
);

CREATE TABLE lambda_function_version (
    name VARCHAR(64) NOT NULL REFERENCES lambda_function (name) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    configuration TEXT NOT NULL,
    code_sha256 CHAR(64) NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE distribution (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    caller_reference VARCHAR(2048) NOT NULL UNIQUE,
    config TEXT NOT NULL,
    tags TEXT NOT NULL,
    etag VARCHAR(32) NOT NULL,
    modified_millis BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE invalidation (
    id VARCHAR(32) NOT NULL PRIMARY KEY,
    distribution_id VARCHAR(32) NOT NULL REFERENCES distribution (id) ON DELETE CASCADE,
    caller_reference VARCHAR(2048) NOT NULL,
    paths TEXT NOT NULL,
    created_millis BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (distribution_id, caller_reference)
);

CREATE INDEX invalidation_by_time ON invalidation (distribution_id, created_millis);
