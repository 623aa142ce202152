package dev.nearside.control.core;

/**
 * What one node answered to a question.
 *
 * @param json the body as the node sent it; {@code null} in JSON if it knows nothing about it
 */
public record NodeAnswer(String node, String pop, byte[] json) {}
