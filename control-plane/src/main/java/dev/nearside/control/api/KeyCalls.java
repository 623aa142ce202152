package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.aws.Principals;
import dev.nearside.control.keys.KeyException;
import dev.nearside.control.keys.KeyUse;
import dev.nearside.control.keys.Keyring;
import dev.nearside.control.state.Database;
import dev.nearside.kit.keys.EncryptionContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/** What all of KMS's calls have in common: who asks, one transaction, and KMS's errors. */
record KeyCalls(Keyring keyring, Principals principals) {

    /** The longest key id that KMS takes, in characters. */
    private static final int MAX_NAME = 2_048;

    /** The most that an encryption context may hold, in bytes of UTF-8 of all its keys and values. */
    private static final int MAX_CONTEXT_BYTES = 8_192;

    /** What a call means to do, on the caller's own behalf. */
    KeyUse use(Caller caller) {
        return KeyUse.of(principals.arnOf(caller), caller.operation(), caller.requestId());
    }

    /** The same with an encryption context. */
    KeyUse use(Caller caller, Map<String, String> context) {
        int bytes = context.entrySet().stream()
                .mapToInt(pair -> utf8Length(pair.getKey()) + utf8Length(pair.getValue()))
                .sum();
        if (bytes > MAX_CONTEXT_BYTES) {
            throw invalid("the encryption context has " + bytes + " bytes, expected at most " + MAX_CONTEXT_BYTES);
        }
        return use(caller).in(new EncryptionContext(context));
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Does it in a transaction; refusals are written down and leave as KMS's errors. */
    <T extends @Nullable Object> T run(Database.Work<T> work) {
        try {
            return keyring.transaction(work);
        } catch (KeyException e) {
            throw error(e);
        }
    }

    static AwsError error(KeyException refusal) {
        int status = refusal.code().equals("NotImplemented") ? 501 : 400;
        return new AwsError(status, refusal.code(), refusal.text());
    }

    /** A member that KMS demands. */
    static String required(@Nullable String value, String member) {
        if (value == null || value.isEmpty()) {
            throw invalid("Value at '" + member + "' failed to satisfy constraint: Member must not be null");
        }
        return value;
    }

    /** A name of a key, an alias, a grant or a principal, which KMS demands. */
    static String name(@Nullable String value, String member) {
        String name = required(value, member);
        requireShort(name, member);
        return name;
    }

    /** Refuses a name that is longer than any there is: what was asked for is written down. Null is none. */
    static void requireShort(@Nullable String name, String member) {
        if (name != null && name.length() > MAX_NAME) {
            throw invalid("Value at '" + member + "' has " + name.length()
                    + " characters and failed to satisfy constraint: Member must have length less than or equal to "
                    + MAX_NAME);
        }
    }

    /** The same as {@link #required(String, String)} for bytes. */
    static byte[] required(@Nullable SdkBytes value, String member) {
        if (value == null) {
            throw invalid("Value at '" + member + "' failed to satisfy constraint: Member must not be null");
        }
        return value.asByteArrayUnsafe();
    }

    /** A number within its bounds. */
    static int within(int value, String member, int least, int most) {
        if (value < least || value > most) {
            throw invalid("Value '" + value + "' at '" + member + "' failed to satisfy constraint: Member must be "
                    + least + " to " + most);
        }
        return value;
    }

    static AwsError invalid(String fault) {
        return AwsError.badRequest("ValidationException", "1 validation error detected: " + fault);
    }

    /** Ends a call that should only be tried, once it is known that it may; the attempt is written down. */
    static void endDryRun(@Nullable Boolean dryRun, KeyUse use, String keyArn) {
        if (Boolean.TRUE.equals(dryRun)) {
            throw new KeyException(
                            "DryRunOperationException",
                            "The request would have succeeded, but the DryRun option is set.")
                    .during(use, keyArn);
        }
    }

    /** Refuses what is offered by keys of other kinds only. */
    static void refuseOther(@Nullable String value, List<String> usual, String member) {
        if (value != null && !usual.contains(value)) {
            throw AwsError.notOffered(member + " '" + value + "'");
        }
    }
}
