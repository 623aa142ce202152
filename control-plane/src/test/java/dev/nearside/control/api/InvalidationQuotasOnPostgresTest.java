package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with the state in PostgreSQL. */
class InvalidationQuotasOnPostgresTest extends InvalidationQuotasTest {

    InvalidationQuotasOnPostgresTest() {
        super(TestState.newPostgres());
    }
}
