package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.CachePolicy.TtlRules;

/** CloudFront's normalisation of Accept-Encoding, by which one key serves all viewers with the same abilities. */
public final class AcceptEncoding {

    private AcceptEncoding() {}

    /** {@code br,gzip}, {@code br}, {@code gzip} or nothing: what viewer and policy both know. */
    public static String normalised(Fields headers, CachePolicy policy) {
        if (!policy.gzip() && !policy.brotli()) {
            return "";
        }
        String accepted = headers.combined("accept-encoding");
        if (accepted == null) {
            return "";
        }
        boolean brotli = policy.brotli() && accepts(accepted, "br");
        boolean gzip = policy.gzip() && accepts(accepted, "gzip");
        return brotli ? (gzip ? "br,gzip" : "br") : (gzip ? "gzip" : "");
    }

    /**
     * The request as far as codings are concerned: CloudFront takes Accept-Encoding out of an HTTP/1.0 request, so that
     * such a viewer always gets the body as it is. RFC 9111's rules leave the choice to the origin.
     */
    public static RequestHead heeded(RequestHead request, String httpVersion, CachePolicy policy) {
        boolean takesOut = httpVersion.equals("1.0") && policy.ttlRules() == TtlRules.CLOUDFRONT;
        return takesOut ? request.withHeaders(request.headers().without("accept-encoding")) : request;
    }

    /** Whether the coding is listed with a weight above zero (RFC 9110 §12.5.3); without garbage, for every lookup. */
    private static boolean accepts(String accepted, String coding) {
        int start = 0;
        while (start < accepted.length()) {
            int comma = accepted.indexOf(',', start);
            int end = comma < 0 ? accepted.length() : comma;
            int semicolon = accepted.indexOf(';', start);
            int nameEnd = semicolon < 0 || semicolon > end ? end : semicolon;
            if (isToken(accepted, start, nameEnd, coding)) {
                return nameEnd == end || !hasWeightZero(accepted.substring(nameEnd + 1, end));
            }
            start = end + 1;
        }
        return false;
    }

    private static boolean isToken(String text, int start, int end, String token) {
        int from = start;
        int to = end;
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return to - from == token.length() && text.regionMatches(true, from, token, 0, token.length());
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean hasWeightZero(String parameters) {
        for (String parameter : parameters.split(";", -1)) {
            int equals = parameter.indexOf('=');
            boolean isWeight = equals > 0 && isToken(parameter, 0, equals, "q");
            if (isWeight && isZero(parameter.substring(equals + 1).strip())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isZero(String weight) {
        return weight.equals("0")
                || weight.equals("0.")
                || weight.equals("0.0")
                || weight.equals("0.00")
                || weight.equals("0.000");
    }
}
