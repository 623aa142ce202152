package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredFunction;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;

/** Lambda's operations on the tags of functions, which all versions of a function share. */
final class FunctionTags {

    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    private final Deployment deployment;
    private final FunctionLookup lookup;

    FunctionTags(Deployment deployment, FunctionLookup lookup) {
        this.deployment = deployment;
        this.lookup = lookup;
    }

    List<Operation<?, ?>> operations() {
        String path = "/2017-03-31/tags/{Resource}";
        return List.of(
                rest("GET " + path, 200, ListTagsRequest::builder, this::list),
                rest("POST " + path, 204, TagResourceRequest::builder, this::tag),
                rest("DELETE " + path, 204, UntagResourceRequest::builder, this::untag));
    }

    /**
     * Lambda's rules for tags.
     *
     * @return the same
     */
    static Map<String, String> checked(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw FunctionChecks.invalid("The function has " + tags.size() + " tags, expected at most " + MAX_TAGS);
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > MAX_KEY || key.startsWith("aws:")) {
                throw FunctionChecks.validation(
                        key, "tags", "Keys must have 1 to " + MAX_KEY + " characters and not start with aws:");
            }
            if (value.length() > MAX_VALUE) {
                throw FunctionChecks.validation(value, "tags", "Values must have at most " + MAX_VALUE + " characters");
            }
        });
        return tags;
    }

    private ListTagsResponse list(ListTagsRequest request, Caller caller) {
        String name = name(request.resource());
        StoredFunction function = deployment.read(connection -> lookup.requireFunction(connection, name));
        return ListTagsResponse.builder().tags(Tags.fromJson(function.tags())).build();
    }

    private TagResourceResponse tag(TagResourceRequest request, Caller caller) {
        change(request.resource(), caller, tags -> tags.putAll(request.tags()));
        return TagResourceResponse.builder().build();
    }

    private UntagResourceResponse untag(UntagResourceRequest request, Caller caller) {
        change(request.resource(), caller, tags -> request.tagKeys().forEach(tags::remove));
        return UntagResourceResponse.builder().build();
    }

    private void change(@Nullable String arn, Caller caller, Consumer<Map<String, String>> edit) {
        String name = name(arn);
        deployment.change(Cause.of(caller), draft -> {
            StoredFunction function = lookup.requireFunction(draft.connection(), name);
            Map<String, String> tags = new TreeMap<>(Tags.fromJson(function.tags()));
            edit.accept(tags);
            function.tag(draft.connection(), Tags.toJson(checked(tags)));
            draft.note("function " + name, "tags " + tags.keySet());
            return null;
        });
    }

    /** Tags belong to the function and not to a version, so the ARN has no qualifier. */
    private static String name(@Nullable String arn) {
        Matcher matcher = FunctionName.VERSION_ARN.matcher(arn == null ? "" : arn);
        if (!matcher.matches() || matcher.group(4) != null) {
            throw FunctionChecks.invalid(
                    "The resource '" + arn + "' cannot be tagged, expected the ARN of a function without a qualifier.");
        }
        return matcher.group(3);
    }
}
