package dev.nearside.simulator.geo;

/**
 * A city that viewers live in.
 *
 * @param country ISO 3166 code of two letters
 * @param populationThousands people in its metropolitan area, in thousands, roughly
 */
public record City(String name, String country, Coordinates coordinates, int populationThousands) {}
