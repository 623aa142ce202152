CREATE TABLE reserved_concurrency (
    function_name VARCHAR(64) NOT NULL PRIMARY KEY REFERENCES lambda_function (name) ON DELETE CASCADE,
    executions INTEGER NOT NULL
);
