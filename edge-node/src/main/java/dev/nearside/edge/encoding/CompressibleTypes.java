package dev.nearside.edge.encoding;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The 46 media types that CloudFront compresses; every other type is passed as it is. */
final class CompressibleTypes {

    private static final Set<String> TYPES = Set.of(
            "application/dash+xml",
            "application/eot",
            "application/font",
            "application/font-sfnt",
            "application/javascript",
            "application/json",
            "application/opentype",
            "application/otf",
            "application/pkcs7-mime",
            "application/protobuf",
            "application/rss+xml",
            "application/truetype",
            "application/ttf",
            "application/vnd.apple.mpegurl",
            "application/vnd.ms-fontobject",
            "application/wasm",
            "application/x-font-opentype",
            "application/x-font-truetype",
            "application/x-font-ttf",
            "application/x-httpd-cgi",
            "application/x-javascript",
            "application/x-mpegurl",
            "application/x-opentype",
            "application/x-otf",
            "application/x-perl",
            "application/x-ttf",
            "application/xhtml+xml",
            "application/xml",
            "font/eot",
            "font/opentype",
            "font/otf",
            "font/ttf",
            "image/svg+xml",
            "text/css",
            "text/csv",
            "text/html",
            "text/javascript",
            "text/js",
            "text/plain",
            "text/richtext",
            "text/tab-separated-values",
            "text/x-component",
            "text/x-java-source",
            "text/x-script",
            "text/xml",
            // Without a slash no media type by RFC 9110 §8.3.1, but CloudFront lists it.
            "vnd.apple.mpegurl");

    private CompressibleTypes() {}

    /** Whether a Content-Type value names one of them; parameters and case do not matter. */
    static boolean include(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return TYPES.contains(type.strip().toLowerCase(Locale.ROOT));
    }
}
