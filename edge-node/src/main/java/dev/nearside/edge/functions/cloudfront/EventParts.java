package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.http.Fields;
import dev.nearside.kit.http.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The node's fields, cookies and query as events show them; pure. */
final class EventParts {

    /**
     * A cookie that a response sets.
     *
     * @param attributes what follows the first semicolon, as it is
     */
    record SetCookie(String name, String value, String attributes) {

        static SetCookie of(String line) {
            int semicolon = line.indexOf(';');
            String pair = semicolon < 0 ? line : line.substring(0, semicolon);
            int equals = pair.indexOf('=');
            return new SetCookie(
                    (equals < 0 ? pair : pair.substring(0, equals)).strip(),
                    equals < 0 ? "" : pair.substring(equals + 1).strip(),
                    semicolon < 0 ? "" : line.substring(semicolon + 1).strip());
        }

        /** The value of a Set-Cookie field. */
        String line() {
            return name + '=' + value + (attributes.isEmpty() ? "" : "; " + attributes);
        }
    }

    private EventParts() {}

    /** Names in lower case; neither cookies nor what functions never see. */
    static Multimap headers(Fields fields) {
        Multimap headers = new Multimap();
        fields.forEach((name, value) -> {
            if (!isCookie(name) && !HeaderNames.HIDDEN_FROM_FUNCTIONS.include(name)) {
                headers.add(name.toLowerCase(Locale.ROOT), EventHeaders.textOf(value));
            }
        });
        return headers;
    }

    static boolean isCookie(String name) {
        return name.equalsIgnoreCase("cookie") || name.equalsIgnoreCase("set-cookie");
    }

    /** The cookies of a request (RFC 6265 §4.2). */
    static Multimap cookies(Fields fields) {
        Multimap cookies = new Multimap();
        for (String line : fields.all("cookie")) {
            for (String pair : EventHeaders.textOf(line).split(";", -1)) {
                String cookie = pair.strip();
                int equals = cookie.indexOf('=');
                if (!cookie.isEmpty()) {
                    cookies.add(
                            equals < 0 ? cookie : cookie.substring(0, equals),
                            equals < 0 ? "" : cookie.substring(equals + 1));
                }
            }
        }
        return cookies;
    }

    /** The cookies that a response sets (RFC 6265 §4.1). */
    static List<SetCookie> setCookies(Fields fields) {
        List<SetCookie> cookies = new ArrayList<>();
        for (String line : fields.all("set-cookie")) {
            cookies.add(SetCookie.of(EventHeaders.textOf(line)));
        }
        return cookies;
    }

    /** The parameters of a query, still percent-encoded. */
    static Multimap query(String querystring) {
        Multimap query = new Multimap();
        for (String parameter : EventHeaders.textOf(querystring).split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (!parameter.isEmpty()) {
                query.add(
                        equals < 0 ? parameter : parameter.substring(0, equals),
                        equals < 0 ? "" : parameter.substring(equals + 1));
            }
        }
        return query;
    }

    /** A query of those parameters. */
    static String querystring(Multimap query) {
        StringBuilder text = new StringBuilder();
        query.values()
                .forEach((name, values) -> values.forEach(value -> text.append(text.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(value)));
        return text.toString();
    }
}
