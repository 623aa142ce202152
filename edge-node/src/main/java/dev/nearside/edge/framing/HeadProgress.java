package dev.nearside.edge.framing;

/** Whether the head of a request is on its way. */
public interface HeadProgress {

    /** Whether a head has begun to arrive and is not complete. */
    boolean isInHead();

    /** Changes with every head that begins. */
    int headsBegun();
}
