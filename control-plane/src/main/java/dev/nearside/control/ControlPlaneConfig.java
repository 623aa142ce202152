package dev.nearside.control;

import dev.nearside.control.state.PostgresAddress;
import dev.nearside.kit.config.ConfigException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the control plane listens and keeps its state.
 *
 * @param apiHost loopback only, unless {@code auth} says which keys may sign
 * @param apiPort 0 for any free port, as for {@code watchPort}
 * @param data directory of the state; created if it is not there
 * @param enrolmentToken what nodes must show; if null, one is drawn and kept in the data directory
 * @param accountId the AWS account that everything belongs to: twelve digits
 * @param maxViewerTimeoutSeconds the longest timeout of functions on viewer events: 5, as most of AWS's documents say, or
 *     up to 30, as the newest do
 * @param strict whether what only Nearside can do, such as environment variables at the edge, is refused as AWS does
 * @param database a PostgreSQL database that keeps the state, {@code jdbc:postgresql://HOST:PORT/DATABASE}; if null, it is
 *     a file in {@code data}
 * @param databaseUser who logs in there, unless the URL says it; if null, {@code PGUSER}
 * @param databasePassword the same for the password and {@code PGPASSWORD}
 * @param auth a file with the keys that requests must be signed with; if null, the API asks for none and listens on
 *     loopback only
 */
public record ControlPlaneConfig(
        String apiHost,
        Integer apiPort,
        String watchHost,
        Integer watchPort,
        String data,
        @Nullable String enrolmentToken,
        String accountId,
        Integer maxViewerTimeoutSeconds,
        Boolean strict,
        @Nullable String database,
        @Nullable String databaseUser,
        @Nullable String databasePassword,
        @Nullable String auth) {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int MIN_TOKEN_LENGTH = 16;
    private static final int MAX_PORT = 65_535;
    private static final int USUAL_VIEWER_TIMEOUT_SECONDS = 5;
    private static final int LONGEST_VIEWER_TIMEOUT_SECONDS = 30;
    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    /** Values that a configuration file leaves out arrive as null and get their defaults here. */
    public ControlPlaneConfig {
        apiHost = Objects.requireNonNullElse(apiHost, LOOPBACK);
        apiPort = port("api-port", Objects.requireNonNullElse(apiPort, 7080));
        watchHost = Objects.requireNonNullElse(watchHost, LOOPBACK);
        watchPort = port("watch-port", Objects.requireNonNullElse(watchPort, 7081));
        data = Objects.requireNonNullElse(data, ".nearside/control-plane");
        accountId = Objects.requireNonNullElse(accountId, "000000000000");
        maxViewerTimeoutSeconds = Objects.requireNonNullElse(maxViewerTimeoutSeconds, USUAL_VIEWER_TIMEOUT_SECONDS);
        strict = Objects.requireNonNullElse(strict, false);
        if (maxViewerTimeoutSeconds < 1 || maxViewerTimeoutSeconds > LONGEST_VIEWER_TIMEOUT_SECONDS) {
            throw new ConfigException("max-viewer-timeout-seconds is " + maxViewerTimeoutSeconds + ", expected 1 to "
                    + LONGEST_VIEWER_TIMEOUT_SECONDS);
        }
        if (auth == null && !address("api-host", apiHost).isLoopbackAddress()) {
            throw new ConfigException("api-host '" + apiHost
                    + "' is not a loopback address, expected one such as 127.0.0.1, or auth with the file of the keys "
                    + "that requests must be signed with");
        }
        address("api-host", apiHost);
        address("watch-host", watchHost);
        postgres(database, databaseUser, databasePassword);
        if (!ACCOUNT_ID.matcher(accountId).matches()) {
            throw new ConfigException("account-id '" + accountId + "' is not an AWS account, expected twelve digits");
        }
        if (enrolmentToken != null
                && (enrolmentToken.length() < MIN_TOKEN_LENGTH
                        || !TOKEN.matcher(enrolmentToken).matches())) {
            throw new ConfigException("enrolment-token has " + enrolmentToken.length()
                    + " characters, expected at least " + MIN_TOKEN_LENGTH + ", visible ASCII only");
        }
    }

    /** The documented ports, with all state below {@code data}. */
    public static ControlPlaneConfig in(String data) {
        return new ControlPlaneConfig(
                LOOPBACK,
                7080,
                LOOPBACK,
                7081,
                data,
                null,
                "000000000000",
                USUAL_VIEWER_TIMEOUT_SECONDS,
                false,
                null,
                null,
                null,
                null);
    }

    /** The same on other ports. */
    public ControlPlaneConfig onPorts(int newApiPort, int newWatchPort) {
        return new ControlPlaneConfig(
                apiHost,
                newApiPort,
                watchHost,
                newWatchPort,
                data,
                enrolmentToken,
                accountId,
                maxViewerTimeoutSeconds,
                strict,
                database,
                databaseUser,
                databasePassword,
                auth);
    }

    /** The same, refusing what AWS refuses or not. */
    public ControlPlaneConfig withStrict(boolean refuses) {
        return with(refuses, database, auth);
    }

    /** The same with its state in a PostgreSQL database, or in the data directory if that is null. */
    public ControlPlaneConfig withDatabase(@Nullable String newDatabase) {
        return with(strict, newDatabase, auth);
    }

    /** The same with keys that requests must be signed with, or without if that is null. */
    public ControlPlaneConfig withAuth(@Nullable String newAuth) {
        return with(strict, database, newAuth);
    }

    private ControlPlaneConfig with(boolean newStrict, @Nullable String newDatabase, @Nullable String newAuth) {
        return new ControlPlaneConfig(
                apiHost,
                apiPort,
                watchHost,
                watchPort,
                data,
                enrolmentToken,
                accountId,
                maxViewerTimeoutSeconds,
                newStrict,
                newDatabase,
                databaseUser,
                databasePassword,
                newAuth);
    }

    /** The PostgreSQL database with its login; null if the state is in the data directory. */
    public @Nullable PostgresAddress postgres() {
        return postgres(database, databaseUser, databasePassword);
    }

    private static @Nullable PostgresAddress postgres(
            @Nullable String database, @Nullable String user, @Nullable String password) {
        try {
            return database == null ? null : PostgresAddress.of(database, user, password, System::getenv);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("database " + e.getMessage());
        }
    }

    /** Says everything but the token and the database's login. */
    @Override
    public String toString() {
        return "ControlPlaneConfig[api " + apiHost + ":" + apiPort + ", watch " + watchHost + ":" + watchPort
                + ", data " + data + ", database " + (database == null ? "in data" : postgres()) + ", account "
                + accountId + ", viewer timeout " + maxViewerTimeoutSeconds + " s" + (strict ? ", strict" : "") + "]";
    }

    private static int port(String key, int value) {
        if (value < 0 || value > MAX_PORT) {
            throw new ConfigException(key + " " + value + " is not a port, expected 0 to " + MAX_PORT);
        }
        return value;
    }

    private static InetAddress address(String key, String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException _) {
            throw new ConfigException(key + " '" + host + "' cannot be resolved, expected an address of this machine");
        }
    }
}
