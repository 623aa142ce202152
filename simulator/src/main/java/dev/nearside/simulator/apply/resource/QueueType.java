package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** {@code AWS::SQS::Queue}. */
final class QueueType implements ResourceType {

    private static final String NAME = "QueueName";
    private static final String TAGS = "Tags";
    private static final String REDRIVE = "RedrivePolicy";
    private static final String REDRIVE_ALLOW = "RedriveAllowPolicy";
    private static final int MAX_NAME = 80;

    /** SQS's attributes that templates have, and what each is when it is left out. */
    private static final Map<String, String> USUAL = Map.ofEntries(
            Map.entry("DelaySeconds", "0"),
            Map.entry("MaximumMessageSize", "1048576"),
            Map.entry("MessageRetentionPeriod", "345600"),
            Map.entry("ReceiveMessageWaitTimeSeconds", "0"),
            Map.entry("VisibilityTimeout", "30"),
            Map.entry("SqsManagedSseEnabled", "true"),
            Map.entry(REDRIVE, ""),
            Map.entry(REDRIVE_ALLOW, ""),
            Map.entry("KmsMasterKeyId", ""),
            Map.entry("KmsDataKeyReusePeriodSeconds", "300"),
            Map.entry("FifoQueue", "false"),
            Map.entry("ContentBasedDeduplication", "false"),
            Map.entry("DeduplicationScope", "queue"),
            Map.entry("FifoThroughputLimit", "perQueue"));

    @Override
    public String name() {
        return "AWS::SQS::Queue";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Arn", NAME, "QueueUrl");
    }

    @Override
    public Set<String> immutable() {
        return Set.of(NAME, "FifoQueue");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Set<String> known = new TreeSet<>(USUAL.keySet());
        known.add(NAME);
        known.add(TAGS);
        Shapes.refuseOthers(properties, known);
        Shapes.tags(properties.get(TAGS));
        Value.Members prepared = Shapes.withDocument(Shapes.withDocument(properties, REDRIVE), REDRIVE_ALLOW);
        attributes(prepared);
        return prepared;
    }

    private static Map<QueueAttributeName, String> attributes(Value.Members properties) {
        Map<QueueAttributeName, String> attributes = new LinkedHashMap<>();
        properties.without(NAME, TAGS).members().forEach((name, value) -> {
            if (!(value instanceof Value.Text text)) {
                throw new TemplateException(value.line(), name + " is no text, expected one");
            }
            attributes.put(QueueAttributeName.fromValue(name), text.text());
        });
        return attributes;
    }

    private static String queueName(Target target, Value.Members properties) {
        String fifo = "true".equalsIgnoreCase(properties.text("FifoQueue")) ? ".fifo" : "";
        return Shapes.text(properties, NAME, target.name(MAX_NAME - fifo.length()) + fifo);
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        SqsClient sqs = target.aws().sqs();
        String name = queueName(target, properties);
        String url = sqs.createQueue(create -> create.queueName(name)
                        .attributes(attributes(properties))
                        .tags(Shapes.tags(properties.get(TAGS))))
                .queueUrl();
        return made(sqs, url, name);
    }

    private static Made made(SqsClient sqs, String url, String name) {
        String arn = sqs.getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .getOrDefault(QueueAttributeName.QUEUE_ARN, "");
        return new Made(url, Map.of("Arn", arn, NAME, name, "QueueUrl", url));
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        SqsClient sqs = target.aws().sqs();
        Map<QueueAttributeName, String> wanted = attributes(properties);
        Map<QueueAttributeName, String> changed = new LinkedHashMap<>();
        USUAL.forEach((name, usual) -> {
            QueueAttributeName attribute = QueueAttributeName.fromValue(name);
            if (changes.touch(name)) {
                changed.put(attribute, wanted.getOrDefault(attribute, usual));
            }
        });
        if (!changed.isEmpty()) {
            sqs.setQueueAttributes(set -> set.queueUrl(made.id()).attributes(changed));
        }
        if (changes.touch(TAGS)) {
            Map<String, String> tags = Shapes.tags(properties.get(TAGS));
            Set<String> gone = new TreeSet<>(
                    sqs.listQueueTags(list -> list.queueUrl(made.id())).tags().keySet());
            gone.removeAll(tags.keySet());
            if (!gone.isEmpty()) {
                sqs.untagQueue(untag -> untag.queueUrl(made.id()).tagKeys(gone));
            }
            sqs.tagQueue(tag -> tag.queueUrl(made.id()).tags(tags));
        }
        return made;
    }

    @Override
    public boolean exists(Target target, Made made) {
        return find(target.aws().sqs(), made.attribute(NAME)).isPresent();
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        return find(target.aws().sqs(), queueName(target, properties));
    }

    private static Optional<Made> find(SqsClient sqs, String name) {
        return Missing.find(() -> sqs.getQueueUrl(get -> get.queueName(name)).queueUrl())
                .map(url -> made(sqs, url, name));
    }

    @Override
    public void delete(Target target, Made made) {
        Missing.ignore(() -> target.aws().sqs().deleteQueue(delete -> delete.queueUrl(made.id())));
    }
}
