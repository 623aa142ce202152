package dev.nearside.edge.viewer;

import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.OriginRequestPolicy;
import dev.nearside.kit.snapshot.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header fields that CloudFront makes up about a viewer. */
public enum CloudFrontHeader {
    FORWARDED_PROTO("CloudFront-Forwarded-Proto", true),
    IS_ANDROID_VIEWER("CloudFront-Is-Android-Viewer", true),
    IS_DESKTOP_VIEWER("CloudFront-Is-Desktop-Viewer", true),
    IS_IOS_VIEWER("CloudFront-Is-IOS-Viewer", true),
    IS_MOBILE_VIEWER("CloudFront-Is-Mobile-Viewer", true),
    IS_SMARTTV_VIEWER("CloudFront-Is-SmartTV-Viewer", true),
    IS_TABLET_VIEWER("CloudFront-Is-Tablet-Viewer", true),
    VIEWER_ADDRESS("CloudFront-Viewer-Address", false),
    VIEWER_ASN("CloudFront-Viewer-ASN", false),
    VIEWER_CITY("CloudFront-Viewer-City", true),
    VIEWER_COUNTRY("CloudFront-Viewer-Country", true),
    VIEWER_COUNTRY_NAME("CloudFront-Viewer-Country-Name", true),
    VIEWER_COUNTRY_REGION("CloudFront-Viewer-Country-Region", true),
    VIEWER_COUNTRY_REGION_NAME("CloudFront-Viewer-Country-Region-Name", true),
    VIEWER_HEADER_COUNT("CloudFront-Viewer-Header-Count", false),
    VIEWER_HEADER_ORDER("CloudFront-Viewer-Header-Order", false),
    VIEWER_HTTP_VERSION("CloudFront-Viewer-Http-Version", true),
    VIEWER_JA3_FINGERPRINT("CloudFront-Viewer-JA3-Fingerprint", false),
    VIEWER_JA4_FINGERPRINT("CloudFront-Viewer-JA4-Fingerprint", false),
    VIEWER_LATITUDE("CloudFront-Viewer-Latitude", true),
    VIEWER_LONGITUDE("CloudFront-Viewer-Longitude", true),
    VIEWER_METRO_CODE("CloudFront-Viewer-Metro-Code", true),
    VIEWER_POSTAL_CODE("CloudFront-Viewer-Postal-Code", true),
    VIEWER_TIME_ZONE("CloudFront-Viewer-Time-Zone", true),
    VIEWER_TLS("CloudFront-Viewer-TLS", false);

    private final String wireName;
    private final boolean mayBeInKey;

    CloudFrontHeader(String wireName, boolean mayBeInKey) {
        this.wireName = wireName;
        this.mayBeInKey = mayBeInKey;
    }

    public String wireName() {
        return wireName;
    }

    /** Whether the name is one that CloudFront keeps for itself. */
    public static boolean isReserved(String name) {
        return name.regionMatches(true, 0, "CloudFront-", 0, "CloudFront-".length());
    }

    /**
     * Those that a behavior's policies ask for: the key's by name, an origin request policy's by name or all at once.
     * Forwarding every viewer header does not ask for them, and a few can be no part of a key.
     */
    public static List<CloudFrontHeader> askedFor(CachePolicy key, @Nullable OriginRequestPolicy forwarded) {
        List<CloudFrontHeader> asked = new ArrayList<>();
        for (CloudFrontHeader header : values()) {
            boolean inKey = header.mayBeInKey && isListed(header, key.headers());
            boolean isForwarded = forwarded != null
                    && (isListed(header, forwarded.viewerHeaders())
                            || forwarded.cloudFrontHeaders().selectsHeader(header.wireName));
            if (inKey || isForwarded) {
                asked.add(header);
            }
        }
        return List.copyOf(asked);
    }

    private static boolean isListed(CloudFrontHeader header, Selection selection) {
        return selection.mode() == Selection.Mode.WHITELIST && selection.selectsHeader(header.wireName);
    }
}
