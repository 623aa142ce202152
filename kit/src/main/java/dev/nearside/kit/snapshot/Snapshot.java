package dev.nearside.kit.snapshot;

import dev.nearside.kit.code.CodeDigest;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One immutable whole of everything a node needs.
 *
 * @param stateId names the control-plane state it came from; revisions of different states do not compare
 * @param revision grows with every change of a state; 0 is the empty beginning
 * @param digest tells contents apart that one revision stands for, as after a backup was restored. Whoever made the
 *     snapshot computed it; everyone else passes it on, because a node of another release may read less than was sent
 */
public record Snapshot(String stateId, long revision, String digest, NavigableMap<ResourceKey, Resource> resources) {

    public static final Snapshot EMPTY = new Snapshot("", 0, "", new TreeMap<>());

    public Snapshot {
        resources = Collections.unmodifiableNavigableMap(new TreeMap<>(resources));
    }

    /** A new snapshot, with the digest of its content. */
    public static Snapshot of(String stateId, long revision, Collection<? extends Resource> resources) {
        NavigableMap<ResourceKey, Resource> byKey = new TreeMap<>();
        resources.forEach(resource -> byKey.put(resource.key(), resource));
        // An array, because its elements say of what kind they are and those of a list do not.
        String digest = CodeDigest.hex(SnapshotCodec.encode(byKey.values().toArray(Resource[]::new)));
        return new Snapshot(stateId, revision, digest, byKey);
    }

    /** Whether this is the very snapshot that someone else names like that. */
    public boolean is(String otherStateId, long otherRevision, String otherDigest) {
        return stateId.equals(otherStateId) && revision == otherRevision && digest.equals(otherDigest);
    }

    /** All resources of one kind, sorted by id. */
    public <T extends Resource> List<T> all(Class<T> type) {
        return resources.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    public Optional<CachePolicy> cachePolicy(String id) {
        return find(Resource.Kind.CACHE_POLICY, id, CachePolicy.class);
    }

    public Optional<OriginRequestPolicy> originRequestPolicy(String id) {
        return find(Resource.Kind.ORIGIN_REQUEST_POLICY, id, OriginRequestPolicy.class);
    }

    public Optional<ResponseHeadersPolicy> responseHeadersPolicy(String id) {
        return find(Resource.Kind.RESPONSE_HEADERS_POLICY, id, ResponseHeadersPolicy.class);
    }

    public Optional<KeyGroup> keyGroup(String id) {
        return find(Resource.Kind.KEY_GROUP, id, KeyGroup.class);
    }

    public Optional<ContinuousDeploymentPolicy> continuousDeploymentPolicy(String id) {
        return find(Resource.Kind.CONTINUOUS_DEPLOYMENT_POLICY, id, ContinuousDeploymentPolicy.class);
    }

    public Optional<FunctionVersion> functionVersion(String arn) {
        return find(Resource.Kind.FUNCTION_VERSION, arn, FunctionVersion.class);
    }

    public Optional<KeyValueStore> keyValueStore(String arn) {
        return find(Resource.Kind.KEY_VALUE_STORE, arn, KeyValueStore.class);
    }

    public Optional<CloudFrontFunction> cloudFrontFunction(String arn) {
        return find(Resource.Kind.CLOUDFRONT_FUNCTION, arn, CloudFrontFunction.class);
    }

    public Optional<Distribution> distribution(String id) {
        return find(Resource.Kind.DISTRIBUTION, id, Distribution.class);
    }

    private <T extends Resource> Optional<T> find(Resource.Kind kind, String id, Class<T> type) {
        return Optional.ofNullable(resources.get(new ResourceKey(kind, id))).map(type::cast);
    }

    /**
     * This snapshot with a delta applied.
     *
     * @throws IllegalArgumentException if the delta was made for another snapshot than this one
     */
    public Snapshot apply(SnapshotDelta delta) {
        if (delta.isWhole()) {
            return EMPTY.changed(delta);
        }
        if (!is(delta.stateId(), delta.base(), delta.baseDigest())) {
            throw new IllegalArgumentException("delta for revision " + delta.base() + " of state '" + delta.stateId()
                    + "' with digest '" + delta.baseDigest() + "' does not fit revision " + revision + " of state '"
                    + stateId + "' with digest '" + digest + "'");
        }
        return changed(delta);
    }

    private Snapshot changed(SnapshotDelta delta) {
        NavigableMap<ResourceKey, Resource> next = new TreeMap<>(resources);
        delta.removed().forEach(next::remove);
        delta.changed().forEach(resource -> next.put(resource.key(), resource));
        return new Snapshot(delta.stateId(), delta.revision(), delta.digest(), next);
    }

    /** What leads from {@code base} to this snapshot: only what changed, or the whole if the states differ. */
    public SnapshotDelta since(Snapshot base) {
        if (!base.stateId.equals(stateId) || base.revision > revision || base.revision == 0) {
            return whole();
        }
        List<Resource> changed = resources.values().stream()
                .filter(resource -> !resource.equals(base.resources.get(resource.key())))
                .toList();
        List<ResourceKey> removed = base.resources.keySet().stream()
                .filter(key -> !resources.containsKey(key))
                .toList();
        return new SnapshotDelta(stateId, base.revision, base.digest, revision, digest, changed, removed);
    }

    /** All of this snapshot as a delta from nothing. */
    public SnapshotDelta whole() {
        return new SnapshotDelta(stateId, 0, "", revision, digest, List.copyOf(resources.values()), List.of());
    }
}
