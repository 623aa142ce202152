package dev.nearside.edge.http;

import dev.nearside.kit.snapshot.Selection;

/** The Cookie field as name and value pairs (RFC 6265 §4.2). */
public final class Cookies {

    private Cookies() {}

    /** The selected cookies, as one Cookie value in the order of the request; empty if none. */
    public static String select(Fields headers, Selection selection) {
        StringBuilder selected = new StringBuilder();
        for (String line : headers.all("cookie")) {
            for (String pair : line.split(";", -1)) {
                String cookie = pair.strip();
                int equals = cookie.indexOf('=');
                String name = equals < 0 ? cookie : cookie.substring(0, equals);
                if (!cookie.isEmpty() && selection.selects(name)) {
                    selected.append(selected.isEmpty() ? "" : "; ").append(cookie);
                }
            }
        }
        return selected.toString();
    }
}
