package dev.nearside.simulator.geo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Every PoP, AWS region and city the world knows, in the order of their files. */
public final class Atlas {

    private static final Atlas BUILT_IN = new Atlas(
            read("pops.csv", 6, row -> new Pop(row[0], row[1], row[2], at(row[3], row[4]), row[5])),
            read("regions.csv", 5, row -> new Region(row[0], row[1], row[2], at(row[3], row[4]))),
            read("cities.csv", 5, row -> new City(row[0], row[1], at(row[2], row[3]), Integer.parseInt(row[4]))));

    private final List<Pop> pops;
    private final List<Region> regions;
    private final List<City> cities;

    private Atlas(List<Pop> pops, List<Region> regions, List<City> cities) {
        this.pops = pops;
        this.regions = regions;
        this.cities = cities;
    }

    /** The atlas that comes with Nearside. */
    public static Atlas builtIn() {
        return BUILT_IN;
    }

    public List<Pop> pops() {
        return pops;
    }

    public List<Region> regions() {
        return regions;
    }

    public List<City> cities() {
        return cities;
    }

    /**
     * The PoP with that code, in any case.
     *
     * @throws UnknownPlaceException if there is none; its message names what comes near
     */
    public Pop pop(String code) {
        String wanted = code.strip().toUpperCase(Locale.ROOT);
        return pops.stream()
                .filter(pop -> pop.code().equals(wanted))
                .findFirst()
                .orElseThrow(
                        () -> unknown("PoP", code, pops.stream().map(Pop::code).toList()));
    }

    /**
     * The AWS region with that code.
     *
     * @throws UnknownPlaceException if there is none; its message names what comes near
     */
    public Region region(String code) {
        return regions.stream()
                .filter(region -> region.code().equals(code))
                .findFirst()
                .orElseThrow(() -> unknown(
                        "AWS region", code, regions.stream().map(Region::code).toList()));
    }

    /**
     * The city of that name; case and accents do not matter.
     *
     * @throws UnknownPlaceException if there is none; its message names what comes near
     */
    public City city(String name) {
        String wanted = Spelling.plain(name);
        return cities.stream()
                .filter(city -> Spelling.plain(city.name()).equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        unknown("city", name, cities.stream().map(City::name).toList()));
    }

    private static UnknownPlaceException unknown(String kind, String asked, List<String> known) {
        List<String> near = Spelling.nearest(asked, known);
        String hint = near.isEmpty()
                ? "known are " + String.join(", ", known)
                : "did you mean " + String.join(" or ", near) + "?";
        return new UnknownPlaceException("unknown " + kind + " '" + asked + "'; " + hint);
    }

    private static Coordinates at(String latitude, String longitude) {
        return new Coordinates(Double.parseDouble(latitude), Double.parseDouble(longitude));
    }

    /** Reads a file of plain comma-separated values with one line of titles; no value has a comma in it. */
    private static <T> List<T> read(String file, int columns, Function<String[], T> parse) {
        try (InputStream in = Atlas.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the class path next to " + Atlas.class);
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .skip(1)
                    .map(line -> parse.apply(split(file, line, columns)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static String[] split(String file, String line, int columns) {
        String[] row = line.split(",", -1);
        if (row.length != columns) {
            throw new IllegalStateException(
                    file + ": '" + line + "' has " + row.length + " values, expected " + columns);
        }
        return row;
    }
}
