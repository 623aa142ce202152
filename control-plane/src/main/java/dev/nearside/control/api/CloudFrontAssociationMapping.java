package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.CloudFrontFunctionAssociation;
import dev.nearside.kit.snapshot.Resource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.FunctionAssociations;

/** CloudFront's associations of CloudFront Functions as nodes know them, with CloudFront's checks. */
final class CloudFrontAssociationMapping {

    private final LiveFunctions functions;
    private final List<Resource> parts;

    /** Finds the published stage of a function by its ARN, and the store that it reads; empty if there is none. */
    @FunctionalInterface
    interface LiveFunctions {
        List<Resource> find(String arn);
    }

    /**
     * A mapping for one distribution.
     *
     * @param parts gets every function and store that is used
     */
    CloudFrontAssociationMapping(LiveFunctions functions, List<Resource> parts) {
        this.functions = functions;
        this.parts = parts;
    }

    /** The associations of one behavior, given those of its Lambda@Edge functions. */
    List<CloudFrontFunctionAssociation> map(
            @Nullable FunctionAssociations associations,
            List<dev.nearside.kit.snapshot.Distribution.FunctionAssociation> lambdas,
            String pathPattern) {
        if (associations == null) {
            return List.of();
        }
        List<CloudFrontFunctionAssociation> mapped = new ArrayList<>();
        Map<EventType, String> taken = new EnumMap<>(EventType.class);
        for (FunctionAssociation association : associations.items()) {
            EventType event = event(association);
            String arn = require(association.functionARN(), "functionAssociations.functionARN");
            String other = taken.putIfAbsent(event, arn);
            if (other != null) {
                throw invalid("The behavior '" + pathPattern + "' has two functions on " + event.wireName() + ", "
                        + other + " and " + arn + ", expected one at most.");
            }
            List<Resource> found = functions.find(arn);
            if (found.isEmpty()) {
                throw invalid("The function ARN '" + arn
                        + "' is not that of a published CloudFront Function of this account.");
            }
            parts.addAll(found);
            mapped.add(new CloudFrontFunctionAssociation(event, arn));
        }
        boolean lambdaForViewers =
                lambdas.stream().anyMatch(lambda -> lambda.eventType().isViewer());
        if (lambdaForViewers && !mapped.isEmpty()) {
            throw invalid("The behavior '" + pathPattern
                    + "' has Lambda@Edge and CloudFront Functions on viewer events, expected one kind only.");
        }
        return mapped;
    }

    private static EventType event(FunctionAssociation association) {
        String name = require(association.eventTypeAsString(), "functionAssociations.eventType");
        for (EventType event : EventType.values()) {
            if (event.isViewer() && event.wireName().equals(name)) {
                return event;
            }
        }
        throw invalid("The event type of a CloudFront Function is '" + name
                + "', expected viewer-request or viewer-response.");
    }

    private static AwsError invalid(String message) {
        return AwsError.badRequest("InvalidFunctionAssociation", message);
    }
}
