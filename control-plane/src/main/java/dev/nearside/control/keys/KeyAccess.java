package dev.nearside.control.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredKey;
import dev.nearside.control.state.StoredKeyGrant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Who may use a key: what its policy allows, or one of its grants if the policy does not deny it. */
final class KeyAccess {

    private static final JsonMapper MAPPER = new JsonMapper();

    private static final Set<String> MENDING = Set.of("GetKeyPolicy", "PutKeyPolicy");

    private final String accountId;

    KeyAccess(String accountId) {
        this.accountId = accountId;
    }

    /**
     * Lets a use pass.
     *
     * @return the grant that allows it; empty if the policy does
     * @throws KeyException if neither does
     */
    Optional<StoredKeyGrant> check(Connection connection, StoredKey key, String keyArn, KeyUse use)
            throws SQLException {
        return switch (verdict(key, keyArn, use)) {
            case ALLOW -> Optional.empty();
            case DENY -> throw denied(use, keyArn, "with an explicit deny in a resource-based policy");
            case SILENT -> {
                Optional<StoredKeyGrant> grant = StoredKeyGrant.ofKey(connection, key.id()).stream()
                        .filter(each -> allows(each, use))
                        .findFirst();
                if (grant.isEmpty()) {
                    throw denied(
                            use,
                            keyArn,
                            "because no resource-based policy allows the kms:" + use.operation() + " action");
                }
                yield grant;
            }
        };
    }

    /** An earlier release may have stored a policy that this one cannot read; somebody must be able to mend it. */
    private KeyPolicy.Verdict verdict(StoredKey key, String keyArn, KeyUse use) {
        KeyPolicy policy;
        try {
            policy = KeyPolicy.parse(key.policy());
        } catch (KeyException unreadable) {
            if (mends(use)) {
                return KeyPolicy.Verdict.ALLOW;
            }
            throw denied(use, keyArn, "because of the key's policy. " + unreadable.text());
        }
        return policy.verdict(use, keyArn, accountId);
    }

    /** Whether a user of the account looks at a policy or replaces it. */
    private boolean mends(KeyUse use) {
        String account = "arn:aws:iam::" + accountId + ":";
        boolean isUser =
                use.principal().equals(account + "root") || use.principal().startsWith(account + "user/");
        return isUser && use.via().isEmpty() && MENDING.contains(use.operation());
    }

    static KeyException denied(KeyUse use, String keyArn, String why) {
        return new KeyException(
                "AccessDeniedException",
                "User: " + use.principal() + " is not authorized to perform: kms:" + use.operation() + " on resource: "
                        + keyArn + " " + why);
    }

    private static boolean allows(StoredKeyGrant grant, KeyUse use) {
        return grant.grantee().equals(use.principal())
                && grant.operations().contains(use.operation())
                && fits(grant, use.context().pairs());
    }

    private static boolean fits(StoredKeyGrant grant, Map<String, String> context) {
        boolean same =
                grant.contextEquals().isEmpty() || pairs(grant.contextEquals()).equals(new TreeMap<>(context));
        boolean among = grant.contextSubset().isEmpty()
                || context.entrySet().containsAll(pairs(grant.contextSubset()).entrySet());
        return same && among;
    }

    /** Pairs as they are stored; empty text for none. */
    static Map<String, String> pairs(String json) {
        try {
            return json.isEmpty() ? Map.of() : MAPPER.readValue(json, new TypeReference<TreeMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new StateException("stored pairs are not readable: " + json, e);
        }
    }

    static String json(Map<String, String> pairs) {
        try {
            return MAPPER.writeValueAsString(new TreeMap<>(pairs));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings can be written as JSON", e);
        }
    }
}
