package dev.nearside.control.core;

/** What became of a question to one node. */
public sealed interface SingleAnswer {

    /** The node answered. */
    record Answered(NodeAnswer answer) implements SingleAnswer {}

    /** No node is connected. */
    record NoNode() implements SingleAnswer {}

    /** More waits for that node already than one message may hold. */
    record TooMuchAsked(String node) implements SingleAnswer {}

    /** The node did not answer in time. */
    record Late(String node) implements SingleAnswer {}
}
