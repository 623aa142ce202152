package dev.nearside.control.api;

import static dev.nearside.control.api.ConfigErrors.require;

import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Distribution;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.GeoRestriction;
import software.amazon.awssdk.services.cloudfront.model.Restrictions;

/** CloudFront's geographic restriction as nodes know it, with CloudFront's checks. */
final class GeoRestrictionMapping {

    private static final Set<String> COUNTRIES = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);

    private GeoRestrictionMapping() {}

    /**
     * Maps a restriction.
     *
     * @throws AwsError if CloudFront would refuse it
     */
    static Distribution.GeoRestriction map(@Nullable Restrictions restrictions) {
        if (restrictions == null || restrictions.geoRestriction() == null) {
            return Distribution.GeoRestriction.NONE;
        }
        GeoRestriction restriction = restrictions.geoRestriction();
        Distribution.GeoRestriction.Type type =
                switch (require(restriction.restrictionType(), "geoRestriction.restrictionType")) {
                    case NONE -> Distribution.GeoRestriction.Type.NONE;
                    case WHITELIST -> Distribution.GeoRestriction.Type.WHITELIST;
                    case BLACKLIST -> Distribution.GeoRestriction.Type.BLACKLIST;
                    case UNKNOWN_TO_SDK_VERSION ->
                        throw invalid("The parameter RestrictionType is '" + restriction.restrictionTypeAsString()
                                + "', expected none, whitelist or blacklist");
                };
        List<String> countries = restriction.items();
        boolean wantsCountries = type != Distribution.GeoRestriction.Type.NONE;
        if (wantsCountries == countries.isEmpty()) {
            throw invalid("The parameter RestrictionType is " + restriction.restrictionTypeAsString() + " with "
                    + countries.size() + " locations, expected " + (wantsCountries ? "at least one" : "none"));
        }
        for (String country : countries) {
            if (!COUNTRIES.contains(country)) {
                throw AwsError.badRequest(
                        "InvalidLocationCode",
                        "The location '" + country
                                + "' is not valid, expected an ISO 3166-1 alpha-2 country code in upper case");
            }
        }
        return new Distribution.GeoRestriction(type, List.copyOf(new TreeSet<>(countries)));
    }

    private static AwsError invalid(String message) {
        return AwsError.badRequest("InvalidGeoRestrictionParameter", message);
    }
}
