package dev.nearside.control.auth;

import dev.nearside.kit.config.ConfigException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key that requests may be signed with.
 *
 * @param accessKeyId 3 to 128 letters, digits, {@code _} and {@code -}
 * @param secretAccessKey at least 16 visible ASCII characters
 * @param name of whom it belongs to, as the history shows it: 1 to 64 letters, digits and {@code +=,.@_-}; the access key
 *     id if null
 * @param sessionToken what requests must show besides; null for a key without one
 * @param services AWS's signing names, for example {@code cloudfront}, and {@code nearside} for what is below
 *     {@code /_nearside/}; all if null
 * @param readOnly whether it may only read: calls that begin with Get, List or Describe
 */
public record AccessKey(
        String accessKeyId,
        String secretAccessKey,
        String name,
        @Nullable String sessionToken,
        @Nullable List<String> services,
        Boolean readOnly) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{3,128}");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{16,}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9+=,.@_-]{1,64}");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern READ = Pattern.compile("(Get|List|Describe)[A-Z].*");

    /** Values that a file leaves out arrive as null and get their defaults here. */
    public AccessKey {
        accessKeyId = Objects.requireNonNullElse(accessKeyId, "");
        secretAccessKey = Objects.requireNonNullElse(secretAccessKey, "");
        name = Objects.requireNonNullElse(name, accessKeyId);
        readOnly = Objects.requireNonNullElse(readOnly, false);
        services = services == null ? null : List.copyOf(services);
        if (!ID.matcher(accessKeyId).matches()) {
            throw new ConfigException("access-key-id '" + accessKeyId
                    + "' is not valid, expected 3 to 128 letters, digits, underscores and hyphens");
        }
        if (!SECRET.matcher(secretAccessKey).matches()) {
            throw new ConfigException("secret-access-key of " + accessKeyId + " has " + secretAccessKey.length()
                    + " characters, expected at least 16, visible ASCII only");
        }
        if (sessionToken != null && !SECRET.matcher(sessionToken).matches()) {
            throw new ConfigException("session-token of " + accessKeyId + " has " + sessionToken.length()
                    + " characters, expected at least 16, visible ASCII only");
        }
        // A key without a name of its own may have an id that is longer than names are.
        if (!name.equals(accessKeyId) && !NAME.matcher(name).matches()) {
            throw new ConfigException("name '" + name + "' of " + accessKeyId
                    + " is not valid, expected 1 to 64 letters, digits and +=,.@_-");
        }
        for (String service : services == null ? List.<String>of() : services) {
            if (!SERVICE.matcher(service).matches()) {
                throw new ConfigException("services of " + accessKeyId + " has '" + service
                        + "', expected signing names such as cloudfront, lambda or nearside");
            }
        }
    }

    /** Whether it may be used for a call. */
    boolean allows(String service, String operation) {
        return (services == null || services.contains(service))
                && (!readOnly || READ.matcher(operation).matches());
    }

    /** Says nothing that is secret. */
    @Override
    public String toString() {
        return "AccessKey[" + accessKeyId + ", " + name + (services == null ? "" : ", " + services)
                + (readOnly ? ", read-only" : "") + "]";
    }
}
