package dev.nearside.control.keys;

import dev.nearside.control.state.Database;
import dev.nearside.control.state.StoredKey;
import dev.nearside.control.state.StoredKeyAlias;
import dev.nearside.control.state.StoredKeyEvent;
import dev.nearside.control.state.StoredKeyGrant;
import dev.nearside.control.state.StoredKeyMaterial;
import dev.nearside.kit.keys.AesGcm;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the account: finds them, asks who may use them, and writes every use down. All work happens in a
 * transaction of the caller's, so that a use and what it is for become durable together; {@link #audited} around that
 * transaction writes down what was refused.
 */
public final class Keyring {

    /** The service that uses keys on behalf of functions. */
    public static final String LAMBDA = "lambda.us-east-1.amazonaws.com";

    /** The name of the key that Lambda makes for functions that name none. */
    public static final String LAMBDA_ALIAS = "alias/aws/lambda";

    private static final String REGION = "us-east-1";
    private static final long DAY_MILLIS = 86_400_000;
    private static final int MAX_NOTED_ARN = 2_048;

    /** As in CloudTrail's records. */
    private static final int MAX_NOTED_MESSAGE = 1_024;

    private static final int YEAR_DAYS = 365;
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:kms:([a-z0-9-]+):(\\d{12}):((?:key|alias)/.+)");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final Database database;
    private final MasterKey masterKey;
    private final String accountId;
    private final RandomGenerator random;
    private final LongSupplier nowMillis;
    private final KeyAccess access;

    /**
     * The keys in a database.
     *
     * @param random must be unpredictable
     * @param nowMillis the wall clock, in milliseconds since 1970
     */
    public Keyring(
            Database database, MasterKey masterKey, String accountId, RandomGenerator random, LongSupplier nowMillis) {
        this.database = database;
        this.masterKey = masterKey;
        this.accountId = accountId;
        this.random = random;
        this.nowMillis = nowMillis;
        this.access = new KeyAccess(accountId);
        database.transaction(connection -> {
            // A wrong master key must show at the start and not at the first use.
            for (StoredKeyMaterial material : StoredKeyMaterial.any(connection)) {
                opened(material);
            }
            return null;
        });
    }

    /** Whether a database has material, which only its own master key opens. */
    public static boolean hasMaterial(Database database) {
        return database.transaction(
                connection -> !StoredKeyMaterial.any(connection).isEmpty());
    }

    /** Work on a key that its user is allowed to do. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        /**
         * Does it.
         *
         * @param permission the grant that allows it; empty if the policy does
         */
        T on(StoredKey key, Optional<StoredKeyGrant> permission) throws SQLException;
    }

    /**
     * Does something with a key if the policy or a grant allows it, and writes it down.
     *
     * @param named the key's id, its ARN, an alias or an alias's ARN
     * @throws KeyException if there is no such key, or its use is refused
     */
    public <T extends @Nullable Object> T using(Connection connection, KeyUse use, String named, Work<T> work)
            throws SQLException {
        String arn = named;
        try {
            StoredKey key = find(connection, named);
            arn = arn(key);
            T result = work.on(key, access.check(connection, key, arn, use));
            note(connection, use, arn, null);
            return result;
        } catch (KeyException e) {
            throw e.during(use, arn);
        }
    }

    /** A call that concerns no key, or many. */
    public <T extends @Nullable Object> T noted(Connection connection, KeyUse use, Database.Work<T> work)
            throws SQLException {
        try {
            T result = work.run(connection);
            note(connection, use, "", null);
            return result;
        } catch (KeyException e) {
            throw e.during(use, "");
        }
    }

    /** Runs something around a transaction; what a key refused in it is written down although the transaction is undone. */
    public <T extends @Nullable Object> T audited(Supplier<T> work) {
        try {
            return work.get();
        } catch (KeyException e) {
            KeyUse use = e.use();
            if (use != null) {
                database.transaction(connection -> {
                    StoredKey.deleteDue(connection, nowMillis()); // which was undone with the rest
                    note(connection, use, e.keyArn(), e);
                    return null;
                });
            }
            throw e;
        }
    }

    /** The same with a transaction. */
    public <T extends @Nullable Object> T transaction(Database.Work<T> work) {
        return audited(() -> database.transaction(work));
    }

    private void note(Connection connection, KeyUse use, String keyArn, @Nullable KeyException refusal)
            throws SQLException {
        new StoredKeyEvent(
                        0,
                        newId(),
                        nowMillis(),
                        use.principal(),
                        use.via(),
                        use.operation(),
                        cut(keyArn, MAX_NOTED_ARN),
                        KeyAccess.json(use.context().pairs()),
                        refusal == null ? StoredKeyEvent.SUCCESS : refusal.code(),
                        refusal == null ? "" : cut(refusal.text(), MAX_NOTED_MESSAGE),
                        use.requestId())
                .append(connection);
    }

    /** The beginning of a text that a caller may have made long: records are never removed. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    /** A key by any of its names; without a question of who asks. */
    StoredKey find(Connection connection, String named) throws SQLException {
        StoredKey.deleteDue(connection, nowMillis());
        String name = named;
        Matcher arn = ARN.matcher(named);
        if (arn.matches()) {
            if (!arn.group(1).equals(REGION) || !arn.group(2).equals(accountId)) {
                throw KeyException.notFound("Key '" + named + "' does not exist: all keys are in " + REGION
                        + " and belong to the account " + accountId);
            }
            name = arn.group(3).replaceFirst("^key/", "");
        }
        String id = name;
        if (name.startsWith("alias/")) {
            id = StoredKeyAlias.find(connection, name)
                    .map(StoredKeyAlias::keyId)
                    .orElseThrow(() -> KeyException.notFound("Alias " + aliasArn(named) + " is not found."));
        } else if (!ID.matcher(name).matches()) {
            throw KeyException.notFound("Invalid keyId '" + named + "'");
        }
        StoredKey key = StoredKey.find(connection, id)
                .orElseThrow(() -> KeyException.notFound("Key '" + keyArn(named) + "' does not exist"));
        return rotatedIfDue(connection, key);
    }

    private String aliasArn(String named) {
        return named.startsWith("arn:") ? named : "arn:aws:kms:" + REGION + ":" + accountId + ":" + named;
    }

    /** The ARN of the key of that id. */
    public String arnOf(String keyId) {
        return keyArn(keyId);
    }

    private String keyArn(String named) {
        return named.startsWith("arn:") ? named : "arn:aws:kms:" + REGION + ":" + accountId + ":key/" + named;
    }

    public String arn(StoredKey key) {
        return keyArn(key.id());
    }

    /** An alias's ARN. */
    public String arn(StoredKeyAlias alias) {
        return aliasArn(alias.name());
    }

    public String accountId() {
        return accountId;
    }

    /** A new random UUID. */
    public String newId() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /** Unpredictable bytes. */
    public byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    RandomGenerator random() {
        return random;
    }

    public long nowMillis() {
        return nowMillis.getAsLong();
    }

    /**
     * A key that somebody wants.
     *
     * @param policy null for the usual one
     * @param bypassLockout whether the policy may keep its own author from changing it again
     * @param tags a JSON object of strings
     */
    public record NewKey(String description, @Nullable String policy, boolean bypassLockout, String tags) {}

    /**
     * Makes a key of the account's users.
     *
     * @throws KeyException if the policy is malformed or locks its maker out
     */
    public StoredKey create(Connection connection, KeyUse use, NewKey wanted) throws SQLException {
        String policy = wanted.policy();
        String given = policy == null ? KeyPolicy.usual(accountId) : policy;
        StoredKey key = made("CUSTOMER", wanted.description(), given, null, wanted.tags());
        try {
            if (policy != null) {
                checkPolicy(use, key, policy, wanted.bypassLockout());
            }
            insert(connection, key);
            note(connection, use, arn(key), null);
            return key;
        } catch (KeyException e) {
            throw e.during(use, "");
        }
    }

    /** Lambda's own key; the first call makes it. */
    public StoredKey serviceKey(Connection connection, KeyUse use) throws SQLException {
        Optional<StoredKeyAlias> there = StoredKeyAlias.find(connection, LAMBDA_ALIAS);
        if (there.isPresent()) {
            return find(connection, there.get().keyId());
        }
        long now = nowMillis();
        StoredKey key = made(
                "AWS",
                "Default key that protects my Lambda functions when no other key is defined",
                KeyPolicy.ofLambda(accountId, LAMBDA),
                new StoredKey.Rotation(YEAR_DAYS, now + YEAR_DAYS * DAY_MILLIS),
                "{}");
        insert(connection, key);
        new StoredKeyAlias(LAMBDA_ALIAS, key.id(), now, now).insert(connection);
        note(connection, use.to("CreateKey").via(LAMBDA), arn(key), null);
        return key;
    }

    private StoredKey made(
            String manager, String description, String policy, StoredKey.@Nullable Rotation rotation, String tags) {
        return new StoredKey(
                newId(), manager, description, KeyState.ENABLED.wireName(), nowMillis(), null, policy, rotation, tags);
    }

    private void insert(Connection connection, StoredKey key) throws SQLException {
        key.insert(connection);
        addMaterial(connection, key, StoredKeyMaterial.FIRST);
    }

    /**
     * Checks a policy that a key is about to get.
     *
     * @param bypassLockout whether it may keep its own author from changing it again
     */
    public void checkPolicy(KeyUse use, StoredKey key, String policy, boolean bypassLockout) {
        KeyPolicy parsed = KeyPolicy.parse(policy);
        KeyPolicy.Verdict verdict = parsed.verdict(use.to("PutKeyPolicy"), arn(key), accountId);
        if (!bypassLockout && verdict != KeyPolicy.Verdict.ALLOW) {
            throw new KeyException(
                    "MalformedPolicyDocumentException",
                    "The new key policy will not allow you to update the key policy in the future.");
        }
    }

    private StoredKey rotatedIfDue(Connection connection, StoredKey key) throws SQLException {
        StoredKey.Rotation rotation = key.rotation();
        long now = nowMillis();
        if (rotation == null || now < rotation.nextMillis() || KeyState.of(key) != KeyState.ENABLED) {
            return key;
        }
        addMaterial(connection, key, "AUTOMATIC");
        StoredKey next = key.withRotation(new StoredKey.Rotation(rotation.days(), now + rotation.days() * DAY_MILLIS));
        next.update(connection);
        return next;
    }

    /** Gives a key new material to encrypt with; the old stays. */
    public void addMaterial(Connection connection, StoredKey key, String rotation) throws SQLException {
        int number = StoredKeyMaterial.all(connection, key.id()).size() + 1;
        byte[] wrapped = masterKey.wrap(randomBytes(AesGcm.KEY_BYTES), label(key.id(), number));
        new StoredKeyMaterial(key.id(), number, Base64.getEncoder().encodeToString(wrapped), nowMillis(), rotation)
                .insert(connection);
    }

    Ciphertext.Material opened(StoredKeyMaterial material) {
        byte[] wrapped = Base64.getDecoder().decode(material.wrapped());
        return new Ciphertext.Material(
                material.number(), masterKey.unwrap(wrapped, label(material.keyId(), material.number())));
    }

    static String label(String keyId, int number) {
        return "key " + keyId + ", material " + number;
    }

    /** Refuses what only an enabled key does. */
    public void requireEnabled(StoredKey key) {
        switch (KeyState.of(key)) {
            case ENABLED -> {
                // as it should be
            }
            case DISABLED -> throw KeyException.disabled(arn(key));
            case PENDING_DELETION -> throw KeyException.invalidState(arn(key), key.state());
        }
    }

    /** Refuses what a key that waits for its deletion does not do. */
    public void requireNotPending(StoredKey key) {
        if (KeyState.of(key) == KeyState.PENDING_DELETION) {
            throw KeyException.invalidState(arn(key), key.state());
        }
    }
}
