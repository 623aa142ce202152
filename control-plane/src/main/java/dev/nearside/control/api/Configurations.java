package dev.nearside.control.api;

import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.Operation.Caller;
import dev.nearside.control.deploy.Change;
import dev.nearside.control.deploy.Change.Cause;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.deploy.Draft;
import dev.nearside.control.deploy.RejectedChangeException;
import dev.nearside.control.state.StoredConfiguration;
import dev.nearside.control.state.StoredDistribution;
import dev.nearside.kit.snapshot.Resource;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/** What CloudFront's operations on one kind of policy, key or key group do, before they are put into its shapes. */
final class Configurations<C extends SdkPojo> {

    private static final int PAGE = 100;

    private final ConfigKind<C> kind;
    private final Deployment deployment;
    private final Account account;

    Configurations(ConfigKind<C> kind, Deployment deployment, Account account) {
        this.kind = kind;
        this.deployment = deployment;
        this.account = account;
    }

    /**
     * Makes one, or finds the one that the same request made before.
     *
     * @throws AwsError if the configuration is refused or its name is taken
     */
    Configured<C> create(@Nullable C requested, Caller caller) {
        C given = ConfigErrors.require(requested, kind.terms().root());
        return change(caller, draft -> {
            References references = references(draft);
            C config = kind.checked(given, references);
            List<Configured<C>> existing = references.all(kind);
            String digest = RequestDigest.of(kind.write(config));
            Optional<Configured<C>> before = madeBefore(config, digest, existing);
            if (before.isPresent()) {
                return before.get();
            }
            kind.checkNew(config, existing);
            requireFreeName(kind.name(config), "", existing);
            StoredConfiguration created = new StoredConfiguration(
                    kind.terms().key(),
                    kind.newId(account),
                    kind.name(config),
                    kind.write(config),
                    account.newId('E'),
                    draft.nowMillis(),
                    draft.nowMillis(),
                    draft.nowMillis(),
                    digest);
            created.insert(draft.connection());
            draft.note(words(created.id()), created.config());
            return Configured.of(kind, created);
        });
    }

    /**
     * The existing one that the same request made before.
     *
     * @throws AwsError if another request with its caller reference made it
     */
    private Optional<Configured<C>> madeBefore(C config, String digest, List<Configured<C>> existing) {
        Optional<String> reference = kind.callerReference(config);
        Optional<Configured<C>> before = existing.stream()
                .filter(one -> reference.isPresent()
                        && kind.callerReference(one.config()).equals(reference))
                .findFirst();
        before.filter(one -> !RequestDigest.isOf(digest, one.requestDigest(), kind.write(one.config())))
                .ifPresent(one -> {
                    throw new AwsError(
                            409,
                            kind.terms().alreadyExists(),
                            "The caller reference '" + reference.orElse("") + "' belongs to " + words(one.id())
                                    + ", which another configuration made, expected one not used before");
                });
        return before;
    }

    /**
     * The one with that id, managed or not.
     *
     * @throws AwsError if there is none
     */
    Configured<C> require(String id) {
        return deployment.read(connection -> References.in(connection, "").require(kind, id));
    }

    /** The part of all of them that a caller wants; {@code type} is null for both managed and custom ones. */
    Page<Configured<C>> list(@Nullable String type, @Nullable String marker, @Nullable String maxItems) {
        List<Configured<C>> all = deployment
                .read(connection -> References.in(connection, "").all(kind))
                .stream()
                .filter(one -> type == null || type.equals(one.type()))
                .toList();
        return Page.of(all, Configured::id, Page.Wanted.of(marker, maxItems, PAGE));
    }

    /**
     * Changes one, and publishes it to the distributions that use it.
     *
     * @throws AwsError if the configuration is refused, or the caller has not seen the newest one
     */
    Configured<C> update(String id, @Nullable String ifMatch, @Nullable C requested, Caller caller) {
        C given = ConfigErrors.require(requested, kind.terms().root());
        return change(caller, draft -> {
            Configured<C> before = references(draft).require(kind, id);
            if (before.isManaged()) {
                throw AwsError.badRequest(
                        "IllegalUpdate", "The " + words(id) + " is managed by CloudFront and cannot be changed.");
            }
            IfMatch.require(before.etag(), ifMatch);
            return replace(draft, before, given);
        });
    }

    /**
     * Changes one as a part of a larger change.
     *
     * @throws AwsError if the configuration is refused
     */
    Configured<C> replace(Draft draft, Configured<C> before, C given) throws SQLException {
        References references = references(draft);
        String id = before.id();
        C config = kind.checked(given, references);
        kind.checkChange(before.config(), config);
        requireFreeName(kind.name(config), id, references.all(kind));
        StoredConfiguration after = new StoredConfiguration(
                kind.terms().key(),
                id,
                kind.name(config),
                kind.write(config),
                account.newId('E'),
                before.created().toEpochMilli(),
                draft.nowMillis(),
                kind.renews(before.config(), config)
                        ? draft.nowMillis()
                        : before.renewed().toEpochMilli(),
                before.requestDigest());
        after.update(draft.connection());
        Optional<Resource> resource = kind.resource(id, config, references);
        if (resource.isPresent()) {
            publish(draft, resource.get());
        }
        draft.note(words(id), after.config());
        return Configured.of(kind, after);
    }

    /**
     * Deletes one that nothing uses.
     *
     * @throws AwsError if something uses it, it is managed, or the caller has not seen the newest one
     */
    void delete(String id, @Nullable String ifMatch, Caller caller) {
        change(caller, draft -> {
            References references = references(draft);
            Configured<C> before = references.require(kind, id);
            if (before.isManaged()) {
                throw AwsError.badRequest(
                        "IllegalDelete", "The " + words(id) + " is managed by CloudFront and cannot be deleted.");
            }
            IfMatch.require(before.etag(), ifMatch);
            List<String> users = kind.users(id, draft.catalog(), references);
            if (!users.isEmpty()) {
                throw new AwsError(
                        409,
                        kind.terms().inUse(),
                        "The " + words(id) + " cannot be deleted, because it is used by " + String.join(", ", users)
                                + ".");
            }
            StoredConfiguration.delete(draft.connection(), kind.terms().key(), id);
            draft.note(words(id), "deleted");
            return null;
        });
    }

    private static void publish(Draft draft, Resource resource) throws SQLException {
        for (String distributionId : draft.catalog().users(resource.key())) {
            StoredDistribution.republish(draft.connection(), distributionId, draft.nextRevision());
        }
        draft.replace(resource);
    }

    private void requireFreeName(String name, String ownId, List<Configured<C>> existing) {
        for (Configured<C> other : existing) {
            if (kind.name(other.config()).equals(name) && !other.id().equals(ownId)) {
                throw new AwsError(
                        409,
                        kind.terms().alreadyExists(),
                        "The name '" + name + "' belongs to " + words(other.id()) + " already, expected one that no "
                                + kind.terms().words() + " has.");
            }
        }
    }

    private String words(String id) {
        return kind.terms().words() + " " + id;
    }

    private static References references(Draft draft) {
        return References.in(draft.connection(), "");
    }

    private <T extends @Nullable Object> T change(Caller caller, Change<T> change) {
        try {
            return deployment.change(Cause.of(caller), change);
        } catch (RejectedChangeException e) {
            throw ConfigErrors.invalidArgument(String.valueOf(e.getMessage()));
        }
    }
}
