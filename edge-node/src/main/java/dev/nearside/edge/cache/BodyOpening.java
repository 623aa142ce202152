package dev.nearside.edge.cache;

/** What became of opening a stored body for one viewer, before that viewer sees a head. */
public sealed interface BodyOpening {

    /** It can be read; whoever is given it closes it. */
    record Opened(StoredBody body) implements BodyOpening {}

    /** Its bytes have gone since it was looked up, and a new lookup does not find it. */
    record Gone() implements BodyOpening {}
}
