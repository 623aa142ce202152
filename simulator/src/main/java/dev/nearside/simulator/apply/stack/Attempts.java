package dev.nearside.simulator.apply.stack;

import dev.nearside.simulator.apply.resource.ApplyException;
import dev.nearside.simulator.apply.resource.Made;
import dev.nearside.simulator.apply.resource.ResourceType;
import dev.nearside.simulator.apply.resource.Target;
import dev.nearside.simulator.apply.template.Value;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Tells what an attempt to make something has left apart from what others have made. */
final class Attempts {

    /** How the API says that it has no such call: then it cannot have made anything either. */
    private static final int NOT_OFFERED = 501;

    private static final int CONFLICT = 409;
    private static final int TIMEOUT = 408;

    private final StackRecord record;

    /** Of the stack that has this record. */
    Attempts(StackRecord record) {
        this.record = record;
    }

    /** What there is of the name, the reference or the tag that the properties tell; empty also if nobody can make it. */
    static Optional<Made> find(ResourceType type, Target target, Value.Members properties) {
        try {
            return type.find(target, properties);
        } catch (AwsServiceException e) {
            if (e.statusCode() == NOT_OFFERED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The same, but for what the record has already. */
    Optional<Made> unrecorded(ResourceType type, Target target, Value.Members properties) {
        return find(type, target, properties).filter(made -> !record.has(type.name(), made));
    }

    /**
     * Makes sure that making something takes over nothing.
     *
     * @throws ApplyException if something has its name that the stack did not make
     */
    void requireFree(ResourceType type, Target target, Value.Members properties) {
        if (type.findsOwnOnly()) {
            return;
        }
        unrecorded(type, target, properties).ifPresent(made -> {
            throw new ApplyException(made.id() + " is there already, and this stack did not make it; "
                    + "give this one another name, or delete the other one");
        });
    }

    /** Whether a refused attempt to make something, of which nothing was there before, has certainly left nothing. */
    boolean leftNothing(ResourceType type, Target target, Value.Members properties, AwsServiceException refusal) {
        if (!isDefinite(refusal)) {
            return false;
        }
        if (saysThatItExists(refusal)) {
            return true;
        }
        try {
            return unrecorded(type, target, properties).isEmpty();
        } catch (SdkException e) {
            refusal.addSuppressed(e);
            return false;
        }
    }

    private static boolean isDefinite(AwsServiceException e) {
        boolean isClientError = e.statusCode() >= 400 && e.statusCode() < 500;
        return e.statusCode() == NOT_OFFERED
                || (isClientError && e.statusCode() != TIMEOUT && !e.isThrottlingException());
    }

    private static boolean saysThatItExists(AwsServiceException e) {
        String code = e.awsErrorDetails() == null
                ? ""
                : String.valueOf(e.awsErrorDetails().errorCode());
        return e.statusCode() == CONFLICT || code.contains("AlreadyExists") || code.contains("NameExists");
    }
}
