package dev.nearside.control.api;

import dev.nearside.control.aws.Authenticator;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.keys.Cryptography;
import dev.nearside.control.keys.Grants;
import dev.nearside.control.keys.KeyException;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.state.StoredFunction;
import dev.nearside.control.state.StoredKeyGrant;
import dev.nearside.control.state.StoredVersion;
import dev.nearside.kit.keys.AesGcm;
import dev.nearside.kit.keys.EncryptionContext;
import dev.nearside.kit.keys.SealedVariables;
import dev.nearside.kit.keys.SealedVariables.DataKey;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.EnvironmentResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/**
 * Environment variables of functions between the API, which has them in clear, and everything that stores or sends them,
 * which has them sealed. A sealed configuration holds, in place of the variables, three entries whose names no variable
 * can have, so it is copied, compared and published like any other.
 */
final class FunctionVariables {

    private static final String KEY = "nearside:key";
    private static final String DATA_KEY = "nearside:data-key";
    private static final String CIPHERTEXT = "nearside:ciphertext";

    /** Who seals at a start, when nobody calls; AWS keeps this path for services. */
    private static final String PLATFORM = ":role/aws-service-role/nearside";

    private static final Pattern KEY_ARN = Pattern.compile("arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[0-9a-f-]{36}");

    private final KeyCalls calls;
    private final Keyring keyring;
    private final Cryptography cryptography;
    private final Grants grants;
    private final Account account;
    private final Authenticator authenticator;
    private final RandomGenerator random;

    /**
     * Variables under the keys of an account.
     *
     * @param authenticator knows whose access key is good for KMS
     */
    FunctionVariables(KeyCalls calls, Account account, Authenticator authenticator) {
        this.authenticator = authenticator;
        this.calls = calls;
        this.keyring = calls.keyring();
        this.cryptography = new Cryptography(keyring);
        this.grants = new Grants(keyring);
        this.account = account;
        this.random = account.random();
    }

    /**
     * A function's configuration as it may be stored.
     *
     * @param connection of the change that stores it
     * @param before what is stored now; null for a new function
     * @param edited what is to be stored, with the variables that {@code before} has or with none
     * @param given the variables that the caller sets; null keeps those of {@code before}
     * @throws AwsError if the key that the configuration names may not be used for it
     */
    FunctionConfiguration sealed(
            Connection connection,
            Caller caller,
            @Nullable FunctionConfiguration before,
            FunctionConfiguration edited,
            @Nullable Environment given)
            throws SQLException {
        return sealed(connection, use(caller, edited), before, edited, given);
    }

    private FunctionConfiguration sealed(
            Connection connection,
            KeyUse use,
            @Nullable FunctionConfiguration before,
            FunctionConfiguration edited,
            @Nullable Environment given)
            throws SQLException {
        SealedVariables old = before == null ? null : of(before).orElse(null);
        String keyBefore = before == null ? "" : Objects.requireNonNullElse(before.kmsKeyArn(), "");
        boolean sameKey = keyBefore.equals(Objects.requireNonNullElse(edited.kmsKeyArn(), ""));
        boolean sameRole = before != null && Objects.equals(before.role(), edited.role());
        try {
            if (given == null && (old == null || sameKey)) {
                if (old != null && !sameRole) {
                    grantToRole(connection, use, edited);
                }
                return edited;
            }
            Map<String, String> variables = given == null || !given.hasVariables() ? Map.of() : given.variables();
            if (given == null) {
                variables = opened(connection, use, Objects.requireNonNull(old, "checked above"));
            } else if (old != null && sameKey && sameRole && isSame(connection, use, old, variables)) {
                return edited.toBuilder().environment(stored(old)).build();
            }
            EnvironmentResponse sealed = variables.isEmpty() ? null : stored(seal(connection, use, edited, variables));
            return edited.toBuilder().environment(sealed).build();
        } catch (KeyException e) {
            throw new UnusableKey(e);
        }
    }

    /** A key that Lambda cannot use for a configuration; becomes Lambda's own error once the attempt is written down. */
    private static final class UnusableKey extends RuntimeException {
        private final KeyException refusal;

        UnusableKey(KeyException refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    /** Runs a change of functions; what a key refuses in it is written down and leaves as Lambda's error. */
    <T extends @Nullable Object> T during(Supplier<T> change) {
        try {
            return keyring.audited(() -> {
                try {
                    return change.get();
                } catch (UnusableKey e) {
                    throw e.refusal;
                }
            });
        } catch (KeyException e) {
            throw FunctionChecks.invalid("Lambda was unable to configure access to your environment variables because "
                    + "the KMS key cannot be used. Please check your KMS key settings. " + quote(e));
        }
    }

    static String quote(KeyException e) {
        return "KMS Exception: " + e.code() + " KMS Message: " + e.text();
    }

    /** Lambda uses a key on the caller's behalf, so the caller's own rights count, as they do at AWS. */
    private KeyUse use(Caller caller, FunctionConfiguration configuration) {
        KeyUse use = forFunction(calls.use(caller), configuration);
        return authenticator.permits(caller.principal(), "kms", "Decrypt") ? use : use.withoutTheAccount();
    }

    private KeyUse forFunction(KeyUse use, FunctionConfiguration configuration) {
        return use.to("Encrypt")
                .via(Keyring.LAMBDA)
                .in(EncryptionContext.ofFunction(account.functionArn(configuration.functionName())));
    }

    private SealedVariables seal(
            Connection connection, KeyUse use, FunctionConfiguration function, Map<String, String> variables)
            throws SQLException {
        grantToRole(connection, use, function);
        String keyId = function.kmsKeyArn() == null
                ? keyring.serviceKey(connection, use).id()
                : function.kmsKeyArn();
        byte[] key = keyring.randomBytes(AesGcm.KEY_BYTES);
        Cryptography.Result encrypted = cryptography.encrypt(connection, use, keyId, key);
        return SealedVariables.seal(
                variables, new DataKey(encrypted.keyArn(), key, encrypted.bytes()), use.context(), random);
    }

    /** Lets the function's role decrypt its variables, as Lambda does it for a key of the user's. */
    private void grantToRole(Connection connection, KeyUse use, FunctionConfiguration function) throws SQLException {
        if (function.kmsKeyArn() != null) {
            Grants.Wish wish = new Grants.Wish(
                    grantName(function.functionName()),
                    function.role(),
                    "",
                    List.of("Decrypt"),
                    use.context().pairs(),
                    null);
            grants.create(connection, use.to("CreateGrant"), function.kmsKeyArn(), wish);
        }
    }

    private static String grantName(String functionName) {
        return "lambda:" + functionName;
    }

    /** Takes back what a function that is deleted was granted. */
    static void forget(Connection connection, String functionName) throws SQLException {
        for (StoredKeyGrant grant : StoredKeyGrant.named(connection, grantName(functionName))) {
            grant.delete(connection);
        }
    }

    private boolean isSame(Connection connection, KeyUse use, SealedVariables old, Map<String, String> variables)
            throws SQLException {
        try {
            return opened(connection, use, old).equals(variables);
        } catch (KeyException _) {
            return false; // who may not read them may still replace them
        }
    }

    private Map<String, String> opened(Connection connection, KeyUse use, SealedVariables sealed) throws SQLException {
        byte[] key = cryptography
                .decrypt(connection, use.to("Decrypt"), sealed.keyArn(), sealed.encryptedKey())
                .bytes();
        try {
            return sealed.open(key, use.context());
        } catch (GeneralSecurityException _) {
            throw new KeyException("InvalidCiphertextException", "the variables do not open with their data key");
        }
    }

    /**
     * A configuration as a caller may see it: with the variables if the caller may decrypt them, else with the reason.
     * In a transaction of its own, so never within another.
     */
    FunctionConfiguration shown(FunctionConfiguration configuration, Caller caller) {
        Optional<SealedVariables> sealed = of(configuration);
        if (sealed.isEmpty()) {
            return configuration;
        }
        EnvironmentResponse environment;
        try {
            Map<String, String> variables =
                    keyring.transaction(connection -> opened(connection, use(caller, configuration), sealed.get()));
            environment = EnvironmentResponse.builder().variables(variables).build();
        } catch (KeyException e) {
            environment = EnvironmentResponse.builder()
                    .error(error -> error.errorCode(e.code())
                            .message("Lambda was unable to decrypt your environment variables. Please check your KMS "
                                    + "permissions. " + quote(e)))
                    .build();
        }
        return configuration.toBuilder().environment(environment).build();
    }

    /** The variables of a stored configuration; empty if it has none. */
    static Optional<SealedVariables> of(FunctionConfiguration configuration) {
        EnvironmentResponse environment = configuration.environment();
        if (environment == null || !environment.variables().containsKey(KEY)) {
            return Optional.empty();
        }
        Map<String, String> entries = environment.variables();
        return Optional.of(
                new SealedVariables(entry(entries, KEY), entry(entries, DATA_KEY), entry(entries, CIPHERTEXT)));
    }

    private static String entry(Map<String, String> entries, String name) {
        return Objects.requireNonNull(entries.get(name), () -> "sealed variables without " + name);
    }

    private static EnvironmentResponse stored(SealedVariables sealed) {
        return EnvironmentResponse.builder()
                .variables(Map.of(KEY, sealed.keyArn(), DATA_KEY, sealed.dataKey(), CIPHERTEXT, sealed.ciphertext()))
                .build();
    }

    /**
     * The key that a caller names for a function.
     *
     * @return null for Lambda's own
     */
    static @Nullable String key(@Nullable String given) {
        if (given == null || given.isEmpty()) {
            return null;
        }
        if (!KEY_ARN.matcher(given).matches()) {
            throw FunctionChecks.validation(
                    given, "kMSKeyArn", "Member must satisfy regular expression pattern: " + KEY_ARN.pattern());
        }
        return given;
    }

    /** Whether an earlier release has stored variables in clear. */
    static boolean areInClear(Connection connection) throws SQLException {
        for (StoredFunction function : StoredFunction.all(connection)) {
            if (!inClear(connection, function).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Seals what earlier releases stored in clear. */
    void sealStored(Connection connection) throws SQLException {
        for (StoredFunction function : StoredFunction.all(connection)) {
            // What was equal stays equal: a version is published anew only if something has changed since.
            Map<FunctionConfiguration, EnvironmentResponse> sealed = new HashMap<>();
            for (StoredVersion version : inClear(connection, function)) {
                FunctionConfiguration clear = FunctionVersions.configuration(version);
                FunctionConfiguration alike = FunctionConfiguration.builder()
                        .role(clear.role())
                        .kmsKeyArn(clear.kmsKeyArn())
                        .environment(clear.environment())
                        .build();
                EnvironmentResponse known = sealed.get(alike);
                FunctionConfiguration next = known == null
                        ? sealedAtStart(connection, clear)
                        : clear.toBuilder().environment(known).build();
                if (next.environment() != null) {
                    sealed.put(alike, next.environment());
                }
                FunctionVersions.stored(version.name(), version.version(), next, version.codeSha256())
                        .update(connection);
            }
        }
    }

    private static List<StoredVersion> inClear(Connection connection, StoredFunction function) throws SQLException {
        return StoredVersion.all(connection, function.name()).stream()
                // Reading a configuration costs a start more than looking at its text.
                .filter(version -> version.configuration().contains("\"Environment\""))
                .filter(version -> isInClear(FunctionVersions.configuration(version)))
                .toList();
    }

    private static boolean isInClear(FunctionConfiguration configuration) {
        return configuration.environment() != null && of(configuration).isEmpty();
    }

    private FunctionConfiguration sealedAtStart(Connection connection, FunctionConfiguration clear)
            throws SQLException {
        String platform = "arn:aws:iam::" + account.id() + PLATFORM;
        Environment given =
                Environment.builder().variables(clear.environment().variables()).build();
        return sealed(connection, forFunction(KeyUse.of(platform, "Encrypt", "start"), clear), null, clear, given);
    }
}
