package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with the state in PostgreSQL. */
class StackSessionOnPostgresTest extends StackSessionTest {

    private final TestState postgres = TestState.newPostgres();

    @Override
    TestState state() {
        return postgres;
    }
}
