package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with the state in PostgreSQL. */
class ReservedConcurrencySessionOnPostgresTest extends ReservedConcurrencySessionTest {

    ReservedConcurrencySessionOnPostgresTest() {
        super(TestState.newPostgres());
    }
}
