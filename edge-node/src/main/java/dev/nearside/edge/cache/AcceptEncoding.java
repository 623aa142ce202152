package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import dev.nearside.kit.snapshot.CachePolicy;
import java.util.Locale;

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

    private static boolean accepts(String accepted, String coding) {
        for (String member : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = member.strip().split(";", -1);
            if (parts[0].strip().equals(coding)) {
                for (int i = 1; i < parts.length; i++) {
                    if (parts[i].strip().matches("q\\s*=\\s*0(\\.0{0,3})?")) {
                        return false;
                    }
                }
                return true;
            }
        }
        return false;
    }
}
