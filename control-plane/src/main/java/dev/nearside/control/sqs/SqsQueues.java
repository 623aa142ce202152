package dev.nearside.control.sqs;

import static dev.nearside.control.aws.Operation.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StoredMessage;
import dev.nearside.control.state.StoredQueue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.DeleteQueueRequest;
import software.amazon.awssdk.services.sqs.model.DeleteQueueResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.ListQueueTagsRequest;
import software.amazon.awssdk.services.sqs.model.ListQueueTagsResponse;
import software.amazon.awssdk.services.sqs.model.ListQueuesRequest;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;
import software.amazon.awssdk.services.sqs.model.PurgeQueueRequest;
import software.amazon.awssdk.services.sqs.model.PurgeQueueResponse;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.SetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.TagQueueRequest;
import software.amazon.awssdk.services.sqs.model.TagQueueResponse;
import software.amazon.awssdk.services.sqs.model.UntagQueueRequest;
import software.amazon.awssdk.services.sqs.model.UntagQueueResponse;

/** SQS's operations on queues as a whole. */
final class SqsQueues {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}");
    private static final String FIFO_SUFFIX = ".fifo";
    private static final int MAX_LISTED = 1_000;
    private static final int MAX_TAGS = 50;
    private static final long PURGE_PAUSE_MILLIS = 60_000;
    private static final long MILLIS = 1_000;

    private final Deployment deployment;
    private final Queues queues;

    SqsQueues(Deployment deployment, Queues queues) {
        this.deployment = deployment;
        this.queues = queues;
    }

    List<Operation<?, ?>> operations() {
        return List.of(
                target(Sqs.TARGET, CreateQueueRequest::builder, this::create),
                target(Sqs.TARGET, ListQueuesRequest::builder, this::list),
                target(Sqs.TARGET, GetQueueUrlRequest::builder, this::url),
                target(Sqs.TARGET, GetQueueAttributesRequest::builder, this::attributes),
                target(Sqs.TARGET, SetQueueAttributesRequest::builder, this::setAttributes),
                target(Sqs.TARGET, PurgeQueueRequest::builder, this::purge),
                target(Sqs.TARGET, DeleteQueueRequest::builder, this::delete),
                target(Sqs.TARGET, TagQueueRequest::builder, this::tag),
                target(Sqs.TARGET, UntagQueueRequest::builder, this::untag),
                target(Sqs.TARGET, ListQueueTagsRequest::builder, this::tags));
    }

    private CreateQueueResponse create(CreateQueueRequest request, Caller caller) {
        String name = checkedName(request.queueName());
        QueueAttributes asked = new QueueAttributes(Map.of()).with(request.attributesAsStrings());
        String tags = json(checkedTags(request.tags()));
        deployment.write(connection -> {
            Optional<StoredQueue> there = StoredQueue.find(connection, name);
            if (there.isPresent()) {
                requireSame(QueueAttributes.parse(there.get().attributes()), asked);
            } else {
                long now = deployment.nowMillis();
                new StoredQueue(name, asked.toJson(), tags, now, now, 0).insert(connection);
            }
            return null;
        });
        return CreateQueueResponse.builder()
                .queueUrl(QueueUrls.of(caller, queues.accountId(), name))
                .build();
    }

    private ListQueuesResponse list(ListQueuesRequest request, Caller caller) {
        String prefix = request.queueNamePrefix() == null ? "" : request.queueNamePrefix();
        String after = request.nextToken() == null ? "" : request.nextToken();
        int most = request.maxResults() == null ? MAX_LISTED : request.maxResults();
        if (most < 1 || most > MAX_LISTED) {
            throw SqsErrors.invalidParameter(
                    "Value " + most + " for parameter MaxResults is invalid, expected 1 to " + MAX_LISTED + ".");
        }
        List<String> names = deployment.read(StoredQueue::all).stream()
                .map(StoredQueue::name)
                .filter(name -> name.startsWith(prefix) && name.compareTo(after) > 0)
                .toList();
        List<String> page = names.subList(0, Math.min(most, names.size()));
        return ListQueuesResponse.builder()
                .queueUrls(page.stream()
                        .map(name -> QueueUrls.of(caller, queues.accountId(), name))
                        .toList())
                .nextToken(page.size() < names.size() ? page.getLast() : null)
                .build();
    }

    private GetQueueUrlResponse url(GetQueueUrlRequest request, Caller caller) {
        String name = request.queueName();
        if (name == null) {
            throw SqsErrors.missing("QueueName");
        }
        String owner = request.queueOwnerAWSAccountId();
        if (owner != null && !owner.equals(queues.accountId())) {
            throw SqsErrors.noSuchQueue(name);
        }
        deployment.read(connection -> queues.require(connection, name));
        return GetQueueUrlResponse.builder()
                .queueUrl(QueueUrls.of(caller, queues.accountId(), name))
                .build();
    }

    private GetQueueAttributesResponse attributes(GetQueueAttributesRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        Map<String, String> all = deployment.read(connection -> known(connection, name));
        List<String> wanted = request.attributeNamesAsStrings();
        Map<String, String> chosen = new TreeMap<>();
        for (String one : wanted) {
            if (one.equals("All")) {
                chosen.putAll(all);
            } else if (all.containsKey(one)) {
                chosen.put(one, all.get(one));
            }
        }
        return GetQueueAttributesResponse.builder()
                .attributesWithStrings(chosen)
                .build();
    }

    private Map<String, String> known(Connection connection, String name) throws SQLException {
        StoredQueue queue = queues.require(connection, name);
        Map<String, String> all =
                new TreeMap<>(QueueAttributes.parse(queue.attributes()).all());
        StoredMessage.Counts counts = StoredMessage.counts(connection, name, deployment.nowMillis());
        all.put("ApproximateNumberOfMessages", String.valueOf(counts.visible()));
        all.put("ApproximateNumberOfMessagesNotVisible", String.valueOf(counts.inFlight()));
        all.put("ApproximateNumberOfMessagesDelayed", String.valueOf(counts.delayed()));
        all.put("CreatedTimestamp", String.valueOf(queue.createdMillis() / MILLIS));
        all.put("LastModifiedTimestamp", String.valueOf(queue.modifiedMillis() / MILLIS));
        all.put("QueueArn", queues.arn(name));
        return all;
    }

    private SetQueueAttributesResponse setAttributes(SetQueueAttributesRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        change(
                name,
                before -> new StoredQueue(
                        name,
                        QueueAttributes.parse(before.attributes())
                                .with(request.attributesAsStrings())
                                .toJson(),
                        before.tags(),
                        before.createdMillis(),
                        deployment.nowMillis(),
                        before.purgedMillis()));
        return SetQueueAttributesResponse.builder().build();
    }

    private PurgeQueueResponse purge(PurgeQueueRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        deployment.write(connection -> {
            StoredQueue queue = queues.require(connection, name);
            long now = deployment.nowMillis();
            if (queue.purgedMillis() > 0 && now - queue.purgedMillis() < PURGE_PAUSE_MILLIS) {
                throw new AwsError(
                        403,
                        "PurgeQueueInProgress",
                        "Only one PurgeQueue operation on " + name + " is allowed every 60 seconds.");
            }
            StoredMessage.expire(connection, name, Long.MAX_VALUE);
            new StoredQueue(name, queue.attributes(), queue.tags(), queue.createdMillis(), queue.modifiedMillis(), now)
                    .update(connection);
            return null;
        });
        return PurgeQueueResponse.builder().build();
    }

    private DeleteQueueResponse delete(DeleteQueueRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        deployment.write(connection -> {
            queues.require(connection, name).delete(connection);
            return null;
        });
        return DeleteQueueResponse.builder().build();
    }

    private TagQueueResponse tag(TagQueueRequest request, Caller caller) {
        changeTags(QueueUrls.name(request.queueUrl()), tags -> tags.putAll(request.tags()));
        return TagQueueResponse.builder().build();
    }

    private UntagQueueResponse untag(UntagQueueRequest request, Caller caller) {
        changeTags(QueueUrls.name(request.queueUrl()), tags -> request.tagKeys().forEach(tags::remove));
        return UntagQueueResponse.builder().build();
    }

    private ListQueueTagsResponse tags(ListQueueTagsRequest request, Caller caller) {
        String name = QueueUrls.name(request.queueUrl());
        StoredQueue queue = deployment.read(connection -> queues.require(connection, name));
        return ListQueueTagsResponse.builder().tags(tags(queue)).build();
    }

    private void changeTags(String name, Consumer<Map<String, String>> edit) {
        change(name, before -> {
            Map<String, String> tags = new TreeMap<>(tags(before));
            edit.accept(tags);
            return new StoredQueue(
                    name,
                    before.attributes(),
                    json(checkedTags(tags)),
                    before.createdMillis(),
                    before.modifiedMillis(),
                    before.purgedMillis());
        });
    }

    private void change(String name, UnaryOperator<StoredQueue> edit) {
        deployment.write(connection -> {
            edit.apply(queues.require(connection, name)).update(connection);
            return null;
        });
        queues.ring();
    }

    private static void requireSame(QueueAttributes there, QueueAttributes asked) {
        Map<String, String> has = there.all();
        asked.set().forEach((attribute, value) -> {
            if (!value.equals(has.get(attribute))) {
                throw AwsError.badRequest(
                        "QueueNameExists",
                        "A queue already exists with the same name and a different value for attribute " + attribute
                                + ": '" + has.get(attribute) + "', got '" + value + "'.");
            }
        });
    }

    private static String checkedName(@Nullable String name) {
        if (name == null) {
            throw SqsErrors.missing("QueueName");
        }
        if (name.endsWith(FIFO_SUFFIX)) {
            throw AwsError.notOffered("the FIFO queue '" + name + "'");
        }
        if (!NAME.matcher(name).matches()) {
            throw SqsErrors.invalidParameter("The queue name '" + name
                    + "' can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.");
        }
        return name;
    }

    private static Map<String, String> checkedTags(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw SqsErrors.invalidParameter("A queue has at most " + MAX_TAGS + " tags, got " + tags.size() + ".");
        }
        return tags;
    }

    private static Map<String, String> tags(StoredQueue queue) {
        try {
            return MAPPER.readValue(queue.tags(), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new StateException("stored tags of the queue " + queue.name() + " are not readable", e);
        }
    }

    private static String json(Map<String, String> tags) {
        try {
            return MAPPER.writeValueAsString(new TreeMap<>(tags));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings can be written as JSON", e);
        }
    }
}
