package dev.nearside.simulator.geo;

/**
 * One edge location.
 *
 * @param code three letters, for example {@code LHR}
 * @param country ISO 3166 code of two letters
 * @param region code of the AWS region it belongs to
 */
public record Pop(String code, String city, String country, Coordinates coordinates, String region) {}
