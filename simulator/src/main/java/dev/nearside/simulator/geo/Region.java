package dev.nearside.simulator.geo;

/**
 * One AWS region.
 *
 * @param code for example {@code eu-west-2}
 * @param place the town or state it stands for
 * @param country ISO 3166 code of two letters
 */
public record Region(String code, String place, String country, Coordinates coordinates) {}
