CREATE TABLE kms_key (
    id VARCHAR(36) NOT NULL PRIMARY KEY,
    manager VARCHAR(16) NOT NULL,
    description TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    created_millis BIGINT NOT NULL,
    deletion_millis BIGINT,
    policy TEXT NOT NULL,
    rotation_days INTEGER,
    next_rotation_millis BIGINT,
    tags TEXT NOT NULL
);

CREATE TABLE kms_material (
    key_id VARCHAR(36) NOT NULL REFERENCES kms_key (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    wrapped TEXT NOT NULL,
    made_millis BIGINT NOT NULL,
    rotation VARCHAR(16) NOT NULL,
    PRIMARY KEY (key_id, number)
);

CREATE TABLE kms_alias (
    name VARCHAR(256) NOT NULL PRIMARY KEY,
    key_id VARCHAR(36) NOT NULL REFERENCES kms_key (id) ON DELETE CASCADE,
    created_millis BIGINT NOT NULL,
    modified_millis BIGINT NOT NULL
);

CREATE TABLE kms_grant (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    key_id VARCHAR(36) NOT NULL REFERENCES kms_key (id) ON DELETE CASCADE,
    name VARCHAR(256) NOT NULL,
    grantee VARCHAR(256) NOT NULL,
    retiring VARCHAR(256) NOT NULL,
    operations TEXT NOT NULL,
    context_equals TEXT NOT NULL,
    context_subset TEXT NOT NULL,
    token VARCHAR(128) NOT NULL UNIQUE,
    issuer VARCHAR(256) NOT NULL,
    created_millis BIGINT NOT NULL
);

CREATE INDEX kms_grant_by_key ON kms_grant (key_id, grantee);

CREATE TABLE key_event (
    number BIGINT NOT NULL PRIMARY KEY,
    id VARCHAR(36) NOT NULL,
    at_millis BIGINT NOT NULL,
    who VARCHAR(512) NOT NULL,
    via VARCHAR(128) NOT NULL,
    operation VARCHAR(64) NOT NULL,
    key_arn VARCHAR(512) NOT NULL,
    context TEXT NOT NULL,
    outcome VARCHAR(64) NOT NULL,
    message TEXT NOT NULL,
    request_id VARCHAR(64) NOT NULL
);

CREATE INDEX key_event_by_time ON key_event (at_millis);
