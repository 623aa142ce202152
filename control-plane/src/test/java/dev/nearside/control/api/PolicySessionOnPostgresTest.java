package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with the state in PostgreSQL. */
class PolicySessionOnPostgresTest extends PolicySessionTest {

    PolicySessionOnPostgresTest() {
        super(TestState.newPostgres());
    }
}
