package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with the state in PostgreSQL. */
class AwsSessionOnPostgresTest extends AwsSessionTest {

    AwsSessionOnPostgresTest() {
        super(TestState.newPostgres());
    }
}
