package dev.nearside.control.api;

import static dev.nearside.control.aws.Operation.rest;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StoredDistribution;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceResponse;

/** CloudFront's operations on the tags of distributions; a tag changes neither ETag nor revision. */
final class DistributionTags {

    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    /** CloudFront's characters of keys and values. */
    private static final Pattern TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private final Deployment deployment;
    private final Account account;

    DistributionTags(Deployment deployment, Account account) {
        this.deployment = deployment;
        this.account = account;
    }

    List<Operation<?, ?>> operations() {
        String path = "/2020-05-31/tagging";
        return List.of(
                rest("GET " + path, 200, ListTagsForResourceRequest::builder, this::list),
                rest("POST " + path + "?Operation=Tag", 204, TagResourceRequest::builder, this::tag),
                rest("POST " + path + "?Operation=Untag", 204, UntagResourceRequest::builder, this::untag));
    }

    /**
     * CloudFront's rules for the tags of a request.
     *
     * @return the same by key
     * @throws AwsError {@code InvalidTagging} if they break one
     */
    static Map<String, String> checked(List<Tag> tags) {
        Map<String, String> byKey = new TreeMap<>();
        for (Tag tag : tags) {
            String key = ConfigErrors.require(tag.key(), "tags.key");
            String value = tag.value() == null ? "" : tag.value();
            if (key.isEmpty() || key.length() > MAX_KEY || key.startsWith("aws:") || isStrange(key)) {
                throw invalid("The tag key '" + key + "' is not valid, expected 1 to " + MAX_KEY
                        + " letters, digits, blanks and _.:/=+-@ that do not begin with aws:");
            }
            if (value.length() > MAX_VALUE || isStrange(value)) {
                throw invalid("The value '" + value + "' of tag '" + key + "' is not valid, expected at most "
                        + MAX_VALUE + " letters, digits, blanks and _.:/=+-@");
            }
            if (byKey.put(key, value) != null) {
                throw invalid("The tag key '" + key + "' is there twice, expected it once");
            }
        }
        return requireFew(byKey);
    }

    private static Map<String, String> requireFew(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw invalid("The distribution would have " + tags.size() + " tags, expected at most " + MAX_TAGS);
        }
        return tags;
    }

    private static boolean isStrange(String text) {
        return !TEXT.matcher(text).matches();
    }

    private static AwsError invalid(String message) {
        return AwsError.badRequest("InvalidTagging", message);
    }

    private ListTagsForResourceResponse list(ListTagsForResourceRequest request, Caller caller) {
        StoredDistribution stored = deployment.read(connection -> require(connection, request.resource()));
        List<Tag> tags = Tags.fromJson(stored.tags()).entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        return ListTagsForResourceResponse.builder()
                .tags(shape -> shape.items(tags))
                .build();
    }

    private TagResourceResponse tag(TagResourceRequest request, Caller caller) {
        Map<String, String> added =
                checked(ConfigErrors.require(request.tags(), "tags").items());
        change(request.resource(), caller, tags -> tags.putAll(added));
        return TagResourceResponse.builder().build();
    }

    private UntagResourceResponse untag(UntagResourceRequest request, Caller caller) {
        List<String> keys = ConfigErrors.require(request.tagKeys(), "tagKeys").items();
        change(request.resource(), caller, tags -> keys.forEach(tags::remove));
        return UntagResourceResponse.builder().build();
    }

    private void change(@Nullable String arn, Caller caller, Consumer<Map<String, String>> edit) {
        deployment.change(Cause.of(caller), draft -> {
            StoredDistribution stored = require(draft.connection(), arn);
            Map<String, String> tags = new TreeMap<>(Tags.fromJson(stored.tags()));
            edit.accept(tags);
            StoredDistribution.tag(draft.connection(), stored.id(), Tags.toJson(requireFew(tags)));
            draft.note("distribution " + stored.id(), "tags " + tags.keySet());
            return null;
        });
    }

    private StoredDistribution require(Connection connection, @Nullable String arn) throws SQLException {
        String resource = ConfigErrors.require(arn, "resource");
        String prefix = account.distributionArn("");
        if (!resource.startsWith(prefix)) {
            throw ConfigErrors.invalidArgument("The resource '" + resource
                    + "' cannot have tags, expected the ARN of a distribution, " + prefix + "ID");
        }
        return StoredDistribution.find(connection, resource.substring(prefix.length()))
                .orElseThrow(() -> new AwsError(
                        404, "NoSuchResource", "The specified resource '" + resource + "' does not exist."));
    }
}
