package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with PostgreSQL. */
class RepeatedRequestsOnPostgresTest extends RepeatedRequestsTest {

    private final TestState state = TestState.newPostgres();

    @Override
    TestState state() {
        return state;
    }
}
