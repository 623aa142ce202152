package dev.nearside.edge.http;

import dev.nearside.kit.snapshot.Selection;

/** The query string as parameters. */
public final class Queries {

    private Queries() {}

    /** The selected parameters, in the order of the request; empty if none. */
    public static String select(String querystring, Selection selection) {
        if (querystring.isEmpty() || selection.mode() == Selection.Mode.ALL) {
            return querystring;
        }
        if (!selection.selectsSome()) {
            return "";
        }
        StringBuilder selected = new StringBuilder();
        for (String parameter : querystring.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (selection.selects(equals < 0 ? parameter : parameter.substring(0, equals))) {
                selected.append(selected.isEmpty() ? "" : "&").append(parameter);
            }
        }
        return selected.toString();
    }
}
