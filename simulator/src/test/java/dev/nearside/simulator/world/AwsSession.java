package dev.nearside.simulator.world;

import java.nio.file.Path;

/** The calls of the README's session, by whatever program a user has for AWS. */
interface AwsSession extends AutoCloseable {

    /** Creates a function from a zip. */
    void createFunction(String name, Path zip) throws Exception;

    /** Gives it other code. */
    void updateFunctionCode(String name, Path zip) throws Exception;

    /** Publishes its code; the result is the version's ARN. */
    String publishVersion(String name) throws Exception;

    /** Creates a distribution of the local origin with a function version on both viewer events; gives its id. */
    String createDistribution(String reference, int originPort, String versionArn) throws Exception;

    /** The waiter distribution-deployed. */
    void waitDistributionDeployed(String id) throws Exception;

    /** Reads the configuration, puts another version in the old one's place, and writes it back with If-Match. */
    void replaceVersion(String id, String oldArn, String newArn) throws Exception;

    /** Invalidates every path; gives the invalidation's id. */
    String invalidateEverything(String id) throws Exception;

    /** The waiter invalidation-completed. */
    void waitInvalidationCompleted(String id, String invalidation) throws Exception;

    @Override
    default void close() {}
}
