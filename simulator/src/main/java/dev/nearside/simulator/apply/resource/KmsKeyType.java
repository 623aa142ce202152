package dev.nearside.simulator.apply.resource;

import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;
import software.amazon.awssdk.services.kms.model.Tag;

/** {@code AWS::KMS::Key}. A tag of ours says which resource a key is, since nothing else would after a crash. */
final class KmsKeyType implements ResourceType {

    private static final String POLICY = "KeyPolicy";
    private static final String ENABLED = "Enabled";
    private static final String ROTATION = "EnableKeyRotation";
    private static final String ROTATION_DAYS = "RotationPeriodInDays";
    private static final String WINDOW = "PendingWindowInDays";
    private static final String TAGS = "Tags";
    private static final String DESCRIPTION = "Description";
    private static final String OURS = "nearside:resource";
    private static final int USUAL_WINDOW_DAYS = 30;

    /** What CreateKey does not take, or under another name. */
    private static final List<String> SEPARATE = List.of(POLICY, ENABLED, ROTATION, ROTATION_DAYS, WINDOW, TAGS);

    @Override
    public String name() {
        return "AWS::KMS::Key";
    }

    @Override
    public Set<String> attributes() {
        return Set.of("Arn", "KeyId");
    }

    @Override
    public Set<String> immutable() {
        return Set.of("KeySpec", "KeyUsage", "MultiRegion", "Origin");
    }

    @Override
    public Value.Members prepared(Value.Members properties, Path folder) {
        Value.Members prepared = Shapes.withDocument(properties, POLICY);
        flag(prepared, ENABLED, true);
        flag(prepared, ROTATION, false);
        number(prepared, WINDOW, USUAL_WINDOW_DAYS);
        number(prepared, ROTATION_DAYS, 0);
        Shapes.tags(prepared.get(TAGS));
        Shapes.build(
                prepared.without(SEPARATE.toArray(String[]::new)),
                CreateKeyRequest.builder(),
                "",
                CreateKeyRequest.class);
        return prepared;
    }

    private static boolean flag(Value.Members properties, String name, boolean otherwise) {
        String text = Shapes.text(properties, name, String.valueOf(otherwise)).toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            throw new TemplateException(properties.line(), name + " is '" + text + "', expected true or false");
        }
        return text.equals("true");
    }

    private static int number(Value.Members properties, String name, int otherwise) {
        String text = Shapes.text(properties, name, String.valueOf(otherwise));
        if (!text.matches("[0-9]{1,6}")) {
            throw new TemplateException(properties.line(), name + " is '" + text + "', expected a whole number");
        }
        return Integer.parseInt(text);
    }

    @Override
    public Made create(Target target, Value.Members properties) {
        CreateKeyRequest.Builder builder =
                CreateKeyRequest.builder().policy(properties.text(POLICY)).tags(tags(target, properties.get(TAGS)));
        Value.Members sent = properties.without(SEPARATE.toArray(String[]::new));
        KmsClient kms = target.aws().kms();
        KeyMetadata key = kms.createKey(Shapes.build(sent, builder, "", CreateKeyRequest.class))
                .keyMetadata();
        rotate(kms, key.keyId(), properties);
        if (!flag(properties, ENABLED, true)) {
            kms.disableKey(disable -> disable.keyId(key.keyId()));
        }
        return made(key, properties);
    }

    private static Made made(KeyMetadata key, Value.Members properties) {
        return new Made(
                key.keyId(),
                Map.of(
                        "Arn",
                        key.arn(),
                        "KeyId",
                        key.keyId(),
                        "-window",
                        String.valueOf(number(properties, WINDOW, USUAL_WINDOW_DAYS))));
    }

    private static List<Tag> tags(Target target, @Nullable Value given) {
        List<Tag> tags = new ArrayList<>();
        Shapes.tags(given).forEach((key, value) -> tags.add(tag(key, value)));
        tags.add(tag(OURS, target.callerReference()));
        return tags;
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().tagKey(key).tagValue(value).build();
    }

    private static void rotate(KmsClient kms, String id, Value.Members properties) {
        if (flag(properties, ROTATION, false)) {
            int days = number(properties, ROTATION_DAYS, 0);
            kms.enableKeyRotation(enable -> enable.keyId(id).rotationPeriodInDays(days == 0 ? null : days));
        }
    }

    @Override
    public Made update(Target target, Made made, Value.Members properties, Changes changes) {
        KmsClient kms = target.aws().kms();
        String id = made.id();
        if (changes.touch(DESCRIPTION)) {
            kms.updateKeyDescription(update -> update.keyId(id).description(Shapes.text(properties, DESCRIPTION, "")));
        }
        String policy = properties.text(POLICY);
        if (changes.touch(POLICY) && policy != null) {
            kms.putKeyPolicy(put -> put.keyId(id).policyName("default").policy(policy));
        }
        if (changes.touch(TAGS)) {
            updateTags(kms, id, tags(target, properties.get(TAGS)));
        }
        if (changes.touch(ENABLED) && flag(properties, ENABLED, true)) {
            kms.enableKey(enable -> enable.keyId(id));
        }
        if (changes.touch(ROTATION) || changes.touch(ROTATION_DAYS)) {
            if (flag(properties, ROTATION, false)) {
                rotate(kms, id, properties);
            } else {
                kms.disableKeyRotation(disable -> disable.keyId(id));
            }
        }
        if (changes.touch(ENABLED) && !flag(properties, ENABLED, true)) {
            kms.disableKey(disable -> disable.keyId(id));
        }
        return made(kms.describeKey(describe -> describe.keyId(id)).keyMetadata(), properties);
    }

    private static void updateTags(KmsClient kms, String id, List<Tag> wanted) {
        List<String> gone = new ArrayList<>(kms.listResourceTags(list -> list.keyId(id)).tags().stream()
                .map(Tag::tagKey)
                .toList());
        gone.removeAll(wanted.stream().map(Tag::tagKey).toList());
        if (!gone.isEmpty()) {
            kms.untagResource(untag -> untag.keyId(id).tagKeys(gone));
        }
        kms.tagResource(tag -> tag.keyId(id).tags(wanted));
    }

    @Override
    public boolean exists(Target target, Made made) {
        return Missing.find(() -> target.aws()
                        .kms()
                        .describeKey(describe -> describe.keyId(made.id()))
                        .keyMetadata())
                .filter(KmsKeyType::isAlive)
                .isPresent();
    }

    private static boolean isAlive(KeyMetadata key) {
        return key.keyState() != KeyState.PENDING_DELETION;
    }

    @Override
    public Optional<Made> find(Target target, Value.Members properties) {
        KmsClient kms = target.aws().kms();
        String marker = null;
        do {
            String from = marker;
            ListKeysResponse page = kms.listKeys(list -> list.marker(from));
            for (KeyListEntry entry : page.keys()) {
                KeyMetadata key = kms.describeKey(describe -> describe.keyId(entry.keyId()))
                        .keyMetadata();
                if (isAlive(key) && isOf(kms, key.keyId(), target)) {
                    return Optional.of(made(key, properties));
                }
            }
            marker = page.nextMarker();
        } while (marker != null);
        return Optional.empty();
    }

    private static boolean isOf(KmsClient kms, String id, Target target) {
        return kms.listResourceTags(list -> list.keyId(id)).tags().contains(tag(OURS, target.callerReference()));
    }

    @Override
    public boolean findsOwnOnly() {
        return true;
    }

    /** Keys are never deleted at once: what they encrypted would be lost. */
    @Override
    public void delete(Target target, Made made) {
        if (exists(target, made)) {
            target.aws()
                    .kms()
                    .scheduleKeyDeletion(schedule ->
                            schedule.keyId(made.id()).pendingWindowInDays(Integer.valueOf(made.attribute("-window"))));
        }
    }
}
