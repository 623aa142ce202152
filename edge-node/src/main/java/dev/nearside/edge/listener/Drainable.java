package dev.nearside.edge.listener;

/** A viewer's connection, whatever the version of HTTP. */
interface Drainable {

    /** Ends the connection after what runs, or now if nothing does. On the connection's loop. */
    void drain();
}
