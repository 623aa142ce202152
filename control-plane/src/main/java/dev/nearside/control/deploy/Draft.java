package dev.nearside.control.deploy;

import dev.nearside.control.state.History;
import dev.nearside.control.state.StateRow;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.Resource;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** A change while it is being made: the rows in its transaction, and what it does to the catalog. */
public final class Draft {

    private final Connection connection;
    private final StateRow state;
    private final Change.Cause cause;
    private final long nowMillis;
    private final List<Note> notes = new ArrayList<>();
    private Catalog catalog;
    private boolean changesCatalog;

    Draft(Connection connection, StateRow state, Catalog catalog, Change.Cause cause, long nowMillis) {
        this.connection = connection;
        this.state = state;
        this.catalog = catalog;
        this.cause = cause;
        this.nowMillis = nowMillis;
    }

    public Connection connection() {
        return connection;
    }

    public long nowMillis() {
        return nowMillis;
    }

    /** The revision under which this change will be published, if it changes the catalog. */
    public long nextRevision() {
        return state.revision() + 1;
    }

    /** The catalog as this change has it so far. */
    public Catalog catalog() {
        return catalog;
    }

    public void deploy(String distributionId, List<Resource> parts) {
        catalog = catalog.deploying(distributionId, parts);
        changesCatalog = true;
    }

    /** Publishes a new form of a resource to everything that uses it; without users nodes do not know it. */
    public void replace(Resource replacement) {
        if (!catalog.users(replacement.key()).isEmpty()) {
            catalog = catalog.replacing(replacement);
            changesCatalog = true;
        }
    }

    public void withdraw(String distributionId) {
        catalog = catalog.withdrawing(distributionId);
        changesCatalog = true;
    }

    public void invalidate(Invalidation invalidation) {
        catalog = catalog.invalidating(new Catalog.Dated(invalidation, nowMillis));
        changesCatalog = true;
    }

    /** Says for the history what the change sets a resource to. */
    public void note(String resource, String detail) {
        notes.add(new Note(resource, detail));
    }

    boolean changesCatalog() {
        return changesCatalog;
    }

    /** What the change noted, as made at that revision. */
    List<History.Entry> entries(long revision) {
        return notes.stream()
                .map(note -> new History.Entry(
                        nowMillis,
                        cause.who(),
                        cause.operation(),
                        note.resource,
                        revision,
                        cause.requestId(),
                        note.detail))
                .toList();
    }

    private record Note(String resource, String detail) {}
}
