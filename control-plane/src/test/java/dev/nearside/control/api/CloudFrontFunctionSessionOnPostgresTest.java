package dev.nearside.control.api;

import dev.nearside.control.TestState;

/** The same with the state in PostgreSQL. */
class CloudFrontFunctionSessionOnPostgresTest extends CloudFrontFunctionSessionTest {

    CloudFrontFunctionSessionOnPostgresTest() {
        super(TestState.newPostgres());
    }
}
