package dev.nearside.control.state;

import java.util.Properties;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** A PostgreSQL database and how to log in to it. */
public final class PostgresAddress {

    private static final String SCHEME = "jdbc:postgresql:";

    /** A server that does not answer is given up after that; the API then answers 503 and tries again. */
    private static final int CONNECT_TIMEOUT_SECONDS = 5;

    /** Longer than any statement of ours takes: a network that swallows packets must not hold the API for ever. */
    private static final int ANSWER_TIMEOUT_SECONDS = 20;

    private final String url;
    private final Properties properties;

    private PostgresAddress(String url, Properties properties) {
        this.url = url;
        this.properties = properties;
    }

    /**
     * Reads a JDBC URL. User and password are those of the URL, else the given ones, else {@code PGUSER} and
     * {@code PGPASSWORD} of the environment, else what the driver finds, such as {@code ~/.pgpass}.
     *
     * @param url for example {@code jdbc:postgresql://db.example/nearside}
     * @param environment a variable's value by its name; null if it is not set
     * @throws IllegalArgumentException if it is no such URL; the message does not repeat a password
     */
    public static PostgresAddress of(
            String url, @Nullable String user, @Nullable String password, UnaryOperator<@Nullable String> environment) {
        Properties parsed = url.startsWith(SCHEME) ? Driver.parseURL(url, new Properties()) : null;
        if (parsed == null) {
            throw new IllegalArgumentException("'" + withoutQuery(url)
                    + "' is not a PostgreSQL URL, expected one such as jdbc:postgresql://HOST:5432/DATABASE");
        }
        Properties properties = new Properties();
        PGProperty.APPLICATION_NAME.set(properties, "nearside");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_TIMEOUT_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(properties, ANSWER_TIMEOUT_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        setUnlessNull(properties, PGProperty.USER, user != null ? user : environment.apply("PGUSER"));
        setUnlessNull(properties, PGProperty.PASSWORD, password != null ? password : environment.apply("PGPASSWORD"));
        // The URL has the last word.
        properties.putAll(parsed);
        return new PostgresAddress(url, properties);
    }

    String url() {
        return url;
    }

    /** For the driver, with the password. */
    Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Host, port and database; never user or password. */
    @Override
    public String toString() {
        return "postgresql://" + properties.getProperty(PGProperty.PG_HOST.getName()) + ":"
                + properties.getProperty(PGProperty.PG_PORT.getName()) + "/"
                + properties.getProperty(PGProperty.PG_DBNAME.getName());
    }

    private static void setUnlessNull(Properties properties, PGProperty property, @Nullable String value) {
        if (value != null) {
            property.set(properties, value);
        }
    }

    /** A URL of any kind without the places where a password stands. */
    private static String withoutQuery(String url) {
        return url.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
    }
}
