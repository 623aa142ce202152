package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with the state in PostgreSQL. */
class InvalidationQuotasOnPostgresTest extends InvalidationQuotasTest {

    private final TestState postgres = TestState.newPostgres();

    @Override
    TestState state() {
        return postgres;
    }
}
