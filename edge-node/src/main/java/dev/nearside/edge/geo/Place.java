package dev.nearside.edge.geo;

import org.jspecify.annotations.Nullable;

/**
 * Where a viewer is and in whose network, as far as it is known; what is not known is empty or null.
 *
 * @param country ISO 3166-1 code of two capital letters
 * @param region ISO 3166-2 code of up to three characters, without the country
 * @param latitude degrees, -90 to 90
 * @param longitude degrees, -180 to 180
 * @param timeZone name in the IANA database, for example {@code Europe/London}
 * @param metroCode the number of a media market in the United States
 * @param asn number of the autonomous system, 1 to 4294967295 (RFC 6793 §3)
 */
public record Place(
        String country,
        String countryName,
        String region,
        String regionName,
        String city,
        @Nullable Double latitude,
        @Nullable Double longitude,
        String timeZone,
        String postalCode,
        String metroCode,
        @Nullable Long asn) {

    public Place {
        country = orEmpty(country);
        countryName = orEmpty(countryName);
        region = orEmpty(region);
        regionName = orEmpty(regionName);
        city = orEmpty(city);
        timeZone = orEmpty(timeZone);
        postalCode = orEmpty(postalCode);
        metroCode = orEmpty(metroCode);
    }

    /** A city of which only name, country and coordinates are known. */
    public static Place city(String country, String countryName, String city, double latitude, double longitude) {
        return new Place(country, countryName, "", "", city, latitude, longitude, "", "", "", null);
    }

    /** The same in that autonomous system. */
    public Place inNetwork(long number) {
        return new Place(
                country,
                countryName,
                region,
                regionName,
                city,
                latitude,
                longitude,
                timeZone,
                postalCode,
                metroCode,
                number);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
