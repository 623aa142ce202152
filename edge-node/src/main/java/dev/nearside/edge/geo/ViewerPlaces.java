package dev.nearside.edge.geo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From a viewer's address to its place: sorted ranges that do not overlap, searched by halves. Immutable. */
public final class ViewerPlaces {

    /** Nobody is anywhere. */
    public static final ViewerPlaces NONE = new ViewerPlaces(List.of(), List.of());

    private static final int MAX_RANGES = 1_000_000;
    private static final long MAX_ASN = 0xffff_ffffL;

    /**
     * One range of addresses and where their viewers are.
     *
     * @param cidr for example {@code 192.0.2.0/24} or {@code 2001:db8::/32}
     */
    public record Entry(String cidr, Place place) {}

    private record Placed(AddressRange range, Entry entry) {}

    private final List<AddressRange> ranges;
    private final List<Place> places;

    private ViewerPlaces(List<AddressRange> ranges, List<Place> places) {
        this.ranges = ranges;
        this.places = places;
    }

    /**
     * Builds the table.
     *
     * @throws IllegalArgumentException if a range is malformed, overlaps another or has no country, an asn is none, or
     *     there are more than a million
     */
    public static ViewerPlaces of(List<Entry> entries) {
        if (entries.size() > MAX_RANGES) {
            throw new IllegalArgumentException(
                    entries.size() + " ranges of viewers' addresses, expected " + MAX_RANGES + " at most");
        }
        List<Placed> sorted = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            AddressRange range = entry.cidr() == null ? null : AddressRange.parse(entry.cidr());
            if (range == null) {
                throw new IllegalArgumentException(
                        "range '" + entry.cidr() + "', expected an address and a prefix length such as 192.0.2.0/24");
            }
            if (entry.place() == null || !entry.place().country().matches("[A-Z]{2}")) {
                throw new IllegalArgumentException("range '" + entry.cidr() + "' has the place " + entry.place()
                        + ", expected a country of two capital letters");
            }
            Long asn = entry.place().asn();
            if (asn != null && (asn < 1 || asn > MAX_ASN)) {
                throw new IllegalArgumentException(
                        "range '" + entry.cidr() + "' has the asn " + asn + ", expected 1 to " + MAX_ASN);
            }
            sorted.add(new Placed(range, entry));
        }
        sorted.sort(Comparator.comparing(placed -> placed.range().first));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).range().last.compareTo(sorted.get(i).range().first) >= 0) {
                throw new IllegalArgumentException("ranges '"
                        + sorted.get(i - 1).entry().cidr() + "' and '"
                        + sorted.get(i).entry().cidr() + "' overlap, expected ranges that do not");
            }
        }
        return new ViewerPlaces(
                sorted.stream().map(Placed::range).toList(),
                sorted.stream().map(placed -> placed.entry().place()).toList());
    }

    /** Where the viewer with that address is; null if it is not known. */
    public @Nullable Place find(String address) {
        IpAddress wanted = ranges.isEmpty() ? null : IpAddress.parse(address);
        if (wanted == null) {
            return null;
        }
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            AddressRange range = ranges.get(middle);
            if (wanted.compareTo(range.first) < 0) {
                high = middle - 1;
            } else if (wanted.compareTo(range.last) > 0) {
                low = middle + 1;
            } else {
                return places.get(middle);
            }
        }
        return null;
    }
}
