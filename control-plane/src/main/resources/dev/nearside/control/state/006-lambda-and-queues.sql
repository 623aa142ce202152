CREATE TABLE lambda_function_part (
    function_name VARCHAR(64) NOT NULL REFERENCES lambda_function (name) ON DELETE CASCADE,
    kind VARCHAR(32) NOT NULL,
    part VARCHAR(140) NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (function_name, kind, part)
);

CREATE INDEX lambda_function_part_by_kind ON lambda_function_part (kind, part);

CREATE TABLE async_event (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    function_name VARCHAR(64) NOT NULL REFERENCES lambda_function (name) ON DELETE CASCADE,
    qualifier VARCHAR(128) NOT NULL,
    accepted_millis BIGINT NOT NULL,
    due_millis BIGINT NOT NULL,
    runs INTEGER NOT NULL,
    delays INTEGER NOT NULL,
    payload_bytes INTEGER NOT NULL,
    payload TEXT NOT NULL
);

CREATE INDEX async_event_by_due ON async_event (due_millis);

CREATE TABLE queue (
    name VARCHAR(80) NOT NULL PRIMARY KEY,
    attributes TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_millis BIGINT NOT NULL,
    modified_millis BIGINT NOT NULL,
    purged_millis BIGINT NOT NULL
);

CREATE TABLE queue_message (
    queue_name VARCHAR(80) NOT NULL REFERENCES queue (name) ON DELETE CASCADE,
    id VARCHAR(64) NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sent_millis BIGINT NOT NULL,
    visible_millis BIGINT NOT NULL,
    first_received_millis BIGINT NOT NULL,
    receives INTEGER NOT NULL,
    receipt VARCHAR(64) NOT NULL,
    PRIMARY KEY (queue_name, id)
);

CREATE INDEX queue_message_by_visibility ON queue_message (queue_name, visible_millis);

CREATE INDEX queue_message_by_age ON queue_message (queue_name, sent_millis);
