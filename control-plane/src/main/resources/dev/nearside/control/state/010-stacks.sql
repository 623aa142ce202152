CREATE TABLE stack (
    name VARCHAR(128) NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    busy INTEGER NOT NULL,
    saved_millis BIGINT NOT NULL,
    record TEXT NOT NULL
);
