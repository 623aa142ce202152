package dev.nearside.edge.http;

import dev.nearside.kit.snapshot.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The Cookie field as name and value pairs (RFC 6265 §4.2). */
public final class Cookies {

    private Cookies() {}

    /**
     * The selected cookies as one Cookie value, sorted by name as CloudFront sorts them; those of one name stay in the
     * order of the request. Empty if none is selected.
     */
    public static String select(Fields headers, Selection selection) {
        List<String> selected = new ArrayList<>();
        for (String line : headers.all("cookie")) {
            for (String pair : line.split(";", -1)) {
                String cookie = pair.strip();
                if (!cookie.isEmpty() && selection.selects(nameOf(cookie))) {
                    selected.add(cookie);
                }
            }
        }
        selected.sort(Comparator.comparing(Cookies::nameOf));
        return String.join("; ", selected);
    }

    private static String nameOf(String cookie) {
        int equals = cookie.indexOf('=');
        return equals < 0 ? cookie : cookie.substring(0, equals);
    }
}
