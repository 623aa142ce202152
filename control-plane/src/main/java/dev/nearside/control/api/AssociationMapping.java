package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.function.EventType;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Resource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;

/** CloudFront's associations of functions with events as nodes know them, with CloudFront's checks. */
final class AssociationMapping {

    private final PublishedVersions versions;
    private final List<Resource> parts;

    /** Finds published versions of this account's functions. */
    @FunctionalInterface
    interface PublishedVersions {
        Optional<FunctionVersion> find(String arn, String name, long version);
    }

    /**
     * A mapping for one distribution.
     *
     * @param parts gets every function version that is used
     */
    AssociationMapping(PublishedVersions versions, List<Resource> parts) {
        this.versions = versions;
        this.parts = parts;
    }

    List<FunctionAssociation> map(@Nullable LambdaFunctionAssociations associations, String pathPattern) {
        if (associations == null) {
            return List.of();
        }
        List<FunctionAssociation> mapped = new ArrayList<>();
        Map<EventType, String> taken = new EnumMap<>(EventType.class);
        for (LambdaFunctionAssociation association : associations.items()) {
            EventType event = event(association);
            String arn = require(association.lambdaFunctionARN(), "lambdaFunctionAssociations.lambdaFunctionARN");
            boolean includeBody = Boolean.TRUE.equals(association.includeBody());
            String other = taken.putIfAbsent(event, arn);
            if (other != null) {
                throw invalid("The behavior '" + pathPattern + "' has two functions on " + event.wireName() + ", "
                        + other + " and " + arn + ", expected one at most.");
            }
            if (includeBody && !event.isRequest()) {
                throw invalid("IncludeBody is true for " + event.wireName() + " with " + arn
                        + ", expected only on viewer-request or origin-request.");
            }
            FunctionVersion version = requireVersion(arn);
            parts.add(version);
            mapped.add(new FunctionAssociation(event, arn, includeBody));
        }
        return mapped;
    }

    private static EventType event(LambdaFunctionAssociation association) {
        String name = require(association.eventTypeAsString(), "lambdaFunctionAssociations.eventType");
        try {
            return EventType.of(name);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private FunctionVersion requireVersion(String arn) {
        Matcher matcher = FunctionName.VERSION_ARN.matcher(arn);
        if (!matcher.matches()) {
            throw invalid("The function ARN '" + arn + "' is not valid, expected "
                    + "arn:aws:lambda:us-east-1:<account>:function:<name>:<version>.");
        }
        if (!matcher.group(1).equals("us-east-1")) {
            throw invalid("The function must be in region 'us-east-1', got '" + matcher.group(1) + "'. ARN: " + arn);
        }
        FunctionName name = new FunctionName(matcher.group(3), matcher.group(4));
        long version = name.qualifier() == null ? 0 : name.version().orElse(0L);
        if (version == 0) {
            throw invalid("The function ARN must reference a specific function version. (The ARN must end with the "
                    + "version number, not with $LATEST or an alias.) ARN: " + arn);
        }
        return versions.find(arn, name.name(), version)
                .orElseThrow(() -> invalid("The function cannot be found. Function: " + arn));
    }

    private static AwsError invalid(String message) {
        return AwsError.badRequest("InvalidLambdaFunctionAssociation", message);
    }
}
