package dev.nearside.edge.viewer;

import dev.nearside.edge.geo.Place;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes the {@code CloudFront-*} fields of one request; pure, and without any work where nobody asks for them. */
public final class CloudFrontFields {

    /** CloudFront cuts the list of header names off here. */
    private static final int MAX_HEADER_ORDER = 7_680;

    private CloudFrontFields() {}

    /** The request without the fields that only CloudFront may make up. */
    public static RequestHead withoutForged(RequestHead request) {
        Fields headers = request.headers();
        for (int i = 0; i < headers.size(); i++) {
            if (CloudFrontHeader.isReserved(headers.name(i))) {
                return request.withHeaders(headers.without(CloudFrontHeader::isReserved));
            }
        }
        return request;
    }

    /**
     * The fields that are asked for, as far as they are known.
     *
     * @param request as the viewer sent it
     * @param place where the viewer is; null if that is not known
     */
    public static Fields of(List<CloudFrontHeader> asked, Viewer viewer, RequestHead request, @Nullable Place place) {
        if (asked.isEmpty()) {
            return Fields.EMPTY;
        }
        Viewer.Tls tls = viewer.tls();
        Device device = Device.of(request.headers().first("user-agent"));
        Fields.Builder fields = Fields.builder();
        for (CloudFrontHeader header : asked) {
            String value = switch (header) {
                case FORWARDED_PROTO -> viewer.scheme();
                case VIEWER_ADDRESS -> viewer.clientPort() == 0 ? "" : viewer.clientIp() + ":" + viewer.clientPort();
                case VIEWER_HTTP_VERSION -> viewer.httpVersion();
                case VIEWER_TLS -> tls(tls);
                case VIEWER_JA3_FINGERPRINT -> tls == null ? "" : tls.ja3();
                case VIEWER_JA4_FINGERPRINT -> tls == null ? "" : tls.ja4();
                case VIEWER_HEADER_COUNT -> Integer.toString(request.headers().size());
                case VIEWER_HEADER_ORDER -> order(request.headers());
                default -> place == null ? ofDevice(header, device) : ofPlace(header, device, place);
            };
            if (!value.isEmpty()) {
                fields.add(header.wireName(), value);
            }
        }
        return fields.build();
    }

    /** The request with those fields in place of any of the same name. */
    public static RequestHead added(RequestHead request, Fields fields) {
        if (fields.size() == 0) {
            return request;
        }
        return request.withHeaders(Fields.builder()
                .addAll(request.headers().without(fields::has))
                .addAll(fields)
                .build());
    }

    private static String ofDevice(CloudFrontHeader header, Device device) {
        return switch (header) {
            case IS_ANDROID_VIEWER -> Boolean.toString(device.android());
            case IS_DESKTOP_VIEWER -> Boolean.toString(device.desktop());
            case IS_IOS_VIEWER -> Boolean.toString(device.ios());
            case IS_MOBILE_VIEWER -> Boolean.toString(device.mobile());
            case IS_SMARTTV_VIEWER -> Boolean.toString(device.smartTv());
            case IS_TABLET_VIEWER -> Boolean.toString(device.tablet());
            default -> "";
        };
    }

    private static String ofPlace(CloudFrontHeader header, Device device, Place place) {
        return switch (header) {
            case VIEWER_COUNTRY -> place.country();
            case VIEWER_COUNTRY_NAME -> encoded(place.countryName());
            case VIEWER_COUNTRY_REGION -> place.region();
            case VIEWER_COUNTRY_REGION_NAME -> encoded(place.regionName());
            case VIEWER_CITY -> encoded(place.city());
            case VIEWER_LATITUDE -> degrees(place.latitude());
            case VIEWER_LONGITUDE -> degrees(place.longitude());
            case VIEWER_TIME_ZONE -> place.timeZone();
            case VIEWER_POSTAL_CODE -> encoded(place.postalCode());
            case VIEWER_ASN -> place.asn() == null ? "" : Long.toString(place.asn());
            case VIEWER_METRO_CODE -> place.country().equals("US") ? place.metroCode() : "";
            default -> ofDevice(header, device);
        };
    }

    private static String degrees(@Nullable Double degrees) {
        return degrees == null ? "" : String.format(Locale.ROOT, "%.5f", degrees);
    }

    /** CloudFront percent-encodes what is not ASCII (RFC 3986 §2.1). */
    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' - 1 && b < 0x7f) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xff));
            }
        }
        return encoded.toString();
    }

    private static String order(Fields headers) {
        StringBuilder order = new StringBuilder();
        headers.forEach((name, _) -> order.append(order.isEmpty() ? "" : ":").append(name));
        return order.length() > MAX_HEADER_ORDER ? order.substring(0, MAX_HEADER_ORDER) : order.toString();
    }

    /** CloudFront's form: protocol, cipher suite and kind of handshake. */
    private static String tls(Viewer.@Nullable Tls tls) {
        return tls == null ? "" : tls.protocol() + ':' + tls.cipherSuite() + ":fullHandshake";
    }
}
