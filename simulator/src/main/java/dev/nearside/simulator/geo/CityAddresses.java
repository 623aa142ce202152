package dev.nearside.simulator.geo;

import dev.nearside.edge.geo.Place;
import dev.nearside.edge.geo.ViewerPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Addresses of this machine that stand for cities: each city of the atlas has 256 of them, out of 127.64.0.0/10, so that
 * a node can tell from a connection where its viewer is.
 */
public final class CityAddresses {

    private static final int FIRST_SECOND_OCTET = 64;
    private static final int OCTET = 256;

    /** Each city is a network of its own, by numbers for private use (RFC 6996 §5). */
    private static final long FIRST_ASN = 4_200_000_000L;

    private CityAddresses() {}

    /** The address that viewers in a city of the atlas connect from. */
    public static String of(City city) {
        return prefix(Atlas.builtIn().cities().indexOf(city)) + ".1";
    }

    /** Where the viewers with such addresses are, as nodes want to know it. */
    public static List<ViewerPlaces.Entry> places() {
        List<City> cities = Atlas.builtIn().cities();
        List<ViewerPlaces.Entry> places = new ArrayList<>(cities.size());
        for (int i = 0; i < cities.size(); i++) {
            City city = cities.get(i);
            String country = Locale.of("", city.country()).getDisplayCountry(Locale.ENGLISH);
            places.add(new ViewerPlaces.Entry(
                    prefix(i) + ".0/24",
                    Place.city(
                                    city.country(),
                                    country,
                                    city.name(),
                                    city.coordinates().latitude(),
                                    city.coordinates().longitude())
                            .inNetwork(FIRST_ASN + i)));
        }
        return places;
    }

    private static String prefix(int index) {
        return "127." + (FIRST_SECOND_OCTET + index / OCTET) + "." + index % OCTET;
    }
}
