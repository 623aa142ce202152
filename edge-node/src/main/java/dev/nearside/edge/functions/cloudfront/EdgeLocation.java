package dev.nearside.edge.functions.cloudfront;

/**
 * Where functions run: {@code cf.edgeLocation}.
 *
 * @param name the PoP's code, for example {@code LHR}
 * @param serverIp the address that viewers reach
 * @param region the AWS region that the PoP belongs to; empty if it is not known
 */
public record EdgeLocation(String name, String serverIp, String region) {}
