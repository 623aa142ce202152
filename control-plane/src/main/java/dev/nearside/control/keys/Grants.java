package dev.nearside.control.keys;

import dev.nearside.control.state.StoredKey;
import dev.nearside.control.state.StoredKeyGrant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Grants: permissions to use a key that are given and taken back without touching its policy. */
public final class Grants {

    /** What a grant on a key for encryption may allow. */
    private static final Set<String> OPERATIONS = Set.of(
            "Decrypt",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "ReEncryptFrom",
            "ReEncryptTo",
            "CreateGrant",
            "RetireGrant",
            "DescribeKey");

    private static final Pattern PRINCIPAL = Pattern.compile(
            "arn:aws[a-z-]*:(iam|sts)::\\d{12}:(root|(user|role|assumed-role)/.+)|[a-z.-]+\\.amazonaws\\.com");
    private static final int MAX_GRANTS = 50_000;
    private static final int ID_BYTES = 32;

    private final Keyring keyring;

    public Grants(Keyring keyring) {
        this.keyring = keyring;
    }

    /**
     * A grant that somebody wants to give.
     *
     * @param name makes the same wish twice one grant; empty for none
     * @param retiring empty for nobody
     * @param contextEquals null for any
     * @param contextSubset null for none
     */
    public record Wish(
            String name,
            String grantee,
            String retiring,
            List<String> operations,
            @Nullable Map<String, String> contextEquals,
            @Nullable Map<String, String> contextSubset) {}

    /** Gives a grant; the same wish under the same name gives the one that is there. */
    public StoredKeyGrant create(Connection connection, KeyUse use, String named, Wish wish) throws SQLException {
        check(wish);
        return keyring.using(connection, use, named, (key, permission) -> {
            keyring.requireEnabled(key);
            requireNoMoreThan(permission, wish, use, key);
            List<StoredKeyGrant> there = StoredKeyGrant.ofKey(connection, key.id());
            StoredKeyGrant grant = grant(key, use, wish);
            Optional<StoredKeyGrant> same = there.stream()
                    .filter(each -> !wish.name().isEmpty() && isSame(each, grant))
                    .findFirst();
            if (same.isPresent()) {
                return same.get();
            }
            if (there.size() >= MAX_GRANTS) {
                throw new KeyException(
                        "LimitExceededException",
                        "the key has " + there.size() + " grants, expected at most " + MAX_GRANTS);
            }
            grant.insert(connection);
            return grant;
        });
    }

    /** Who may only by a grant may not give more than the grant gives. */
    private void requireNoMoreThan(Optional<StoredKeyGrant> permission, Wish wish, KeyUse use, StoredKey key) {
        if (permission.isPresent() && !permission.get().operations().containsAll(wish.operations())) {
            throw KeyAccess.denied(
                    use,
                    keyring.arn(key),
                    "because the grant that allows it allows no more than "
                            + String.join(", ", permission.get().operations()));
        }
    }

    private static void check(Wish wish) {
        for (String principal : List.of(wish.grantee(), wish.retiring())) {
            if (!principal.isEmpty() && !PRINCIPAL.matcher(principal).matches()) {
                throw new KeyException(
                        "InvalidArnException", "'" + principal + "' is not the ARN of a user, a role or an account");
            }
        }
        if (wish.grantee().isEmpty()) {
            throw KeyException.validation("1 validation error detected: GranteePrincipal must not be null");
        }
        if (wish.operations().isEmpty() || !OPERATIONS.containsAll(wish.operations())) {
            throw KeyException.validation("1 validation error detected: the operations are " + wish.operations()
                    + ", expected some of "
                    + OPERATIONS.stream().sorted().toList());
        }
    }

    private StoredKeyGrant grant(StoredKey key, KeyUse use, Wish wish) {
        return new StoredKeyGrant(
                HexFormat.of().formatHex(keyring.randomBytes(ID_BYTES)),
                key.id(),
                wish.name(),
                wish.grantee(),
                wish.retiring(),
                wish.operations(),
                wish.contextEquals() == null ? "" : KeyAccess.json(wish.contextEquals()),
                wish.contextSubset() == null ? "" : KeyAccess.json(wish.contextSubset()),
                HexFormat.of().formatHex(keyring.randomBytes(ID_BYTES)),
                use.principal(),
                keyring.nowMillis());
    }

    private static boolean isSame(StoredKeyGrant one, StoredKeyGrant other) {
        return one.name().equals(other.name())
                && one.grantee().equals(other.grantee())
                && one.retiring().equals(other.retiring())
                && one.operations().equals(other.operations())
                && one.contextEquals().equals(other.contextEquals())
                && one.contextSubset().equals(other.contextSubset());
    }

    /** A key's grants, the oldest first. */
    public List<StoredKeyGrant> list(Connection connection, KeyUse use, String named) throws SQLException {
        return keyring.using(connection, use, named, (key, _) -> StoredKeyGrant.ofKey(connection, key.id()));
    }

    /** Takes a grant back, and says which it was. */
    public StoredKeyGrant revoke(Connection connection, KeyUse use, String named, String grantId) throws SQLException {
        return keyring.using(connection, use, named, (key, _) -> {
            StoredKeyGrant grant = StoredKeyGrant.find(connection, grantId)
                    .filter(found -> found.keyId().equals(key.id()))
                    .orElseThrow(() -> unknown(grantId));
            grant.delete(connection);
            return grant;
        });
    }

    /**
     * Ends a grant that one has or may retire, and says which it was.
     *
     * @param token names the grant; null if {@code grantId} does
     * @param grantId null if {@code token} names the grant
     */
    public StoredKeyGrant retire(Connection connection, KeyUse use, @Nullable String token, @Nullable String grantId)
            throws SQLException {
        return keyring.noted(connection, use, transaction -> {
            Optional<StoredKeyGrant> found = token != null
                    ? StoredKeyGrant.byToken(transaction, token)
                    : StoredKeyGrant.find(transaction, String.valueOf(grantId));
            StoredKeyGrant grant = found.orElseThrow(() -> unknown(token != null ? "of that token" : "" + grantId));
            boolean may = use.principal().equals("arn:aws:iam::" + keyring.accountId() + ":root")
                    || use.principal().equals(grant.retiring())
                    || (use.principal().equals(grant.grantee())
                            && grant.operations().contains("RetireGrant"));
            if (!may) {
                throw KeyAccess.denied(
                        use, "grant " + grant.id(), "because the grant names neither it nor an operation RetireGrant");
            }
            grant.delete(transaction);
            return grant;
        });
    }

    private static KeyException unknown(String grantId) {
        return KeyException.notFound("Grant " + grantId + " does not exist");
    }

    /** The encryption context that a grant demands, as a whole; empty if it demands none. */
    public static Map<String, String> contextEquals(StoredKeyGrant grant) {
        return KeyAccess.pairs(grant.contextEquals());
    }

    /** What a grant demands of the encryption context among others; empty if nothing. */
    public static Map<String, String> contextSubset(StoredKeyGrant grant) {
        return KeyAccess.pairs(grant.contextSubset());
    }
}
