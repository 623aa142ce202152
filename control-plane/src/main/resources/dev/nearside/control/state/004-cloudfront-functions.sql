CREATE TABLE key_value_store (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL UNIQUE,
    arn VARCHAR(128) NOT NULL UNIQUE,
    comment TEXT NOT NULL,
    items TEXT NOT NULL,
    etag VARCHAR(32) NOT NULL,
    data_etag VARCHAR(32) NOT NULL,
    created_millis BIGINT NOT NULL,
    modified_millis BIGINT NOT NULL
);

CREATE TABLE cloudfront_function (
    name VARCHAR(64) NOT NULL,
    stage VARCHAR(16) NOT NULL,
    arn VARCHAR(128) NOT NULL,
    comment TEXT NOT NULL,
    runtime VARCHAR(32) NOT NULL,
    store_arn VARCHAR(128) NOT NULL,
    code TEXT NOT NULL,
    etag VARCHAR(32) NOT NULL,
    created_millis BIGINT NOT NULL,
    modified_millis BIGINT NOT NULL,
    PRIMARY KEY (name, stage)
);
