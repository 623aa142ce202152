CREATE TABLE rollout (
    id BIGINT NOT NULL PRIMARY KEY,
    from_revision BIGINT NOT NULL,
    to_revision BIGINT NOT NULL,
    policy TEXT NOT NULL,
    phase VARCHAR(16) NOT NULL,
    wave INTEGER NOT NULL,
    reason TEXT NOT NULL,
    started_millis BIGINT NOT NULL,
    ended_millis BIGINT NOT NULL,
    who VARCHAR(256) NOT NULL
);

CREATE TABLE rollout_policy (
    name VARCHAR(16) NOT NULL PRIMARY KEY,
    policy TEXT NOT NULL
);

CREATE TABLE release_head (
    track VARCHAR(16) NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    made_millis BIGINT NOT NULL
);

CREATE TABLE release_part (
    track VARCHAR(16) NOT NULL,
    distribution_id VARCHAR(32) NOT NULL,
    parts TEXT,
    PRIMARY KEY (track, distribution_id)
);

CREATE TABLE released (
    distribution_id VARCHAR(32) NOT NULL,
    revision BIGINT NOT NULL,
    parts TEXT,
    PRIMARY KEY (distribution_id, revision)
);

CREATE INDEX released_by_revision ON released (revision);
