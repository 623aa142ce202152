package dev.nearside.edge.cache;

import org.jspecify.annotations.Nullable;

/** Reads which language a viewer likes best (RFC 9110 §12.5.4); pure. */
final class AcceptLanguage {

    private AcceptLanguage() {}

    /** The one language with the highest weight; null if several share it, if it is {@code *}, or if it is refused. */
    static @Nullable String best(String accepted) {
        String best = null;
        double highest = 0;
        for (String member : accepted.split(",", -1)) {
            int semicolon = member.indexOf(';');
            String language = (semicolon < 0 ? member : member.substring(0, semicolon)).strip();
            double weight = semicolon < 0 ? 1 : weight(member.substring(semicolon + 1));
            if (!language.isEmpty() && weight > highest) {
                highest = weight;
                best = language;
            } else if (weight == highest) {
                best = null;
            }
        }
        return "*".equals(best) ? null : best;
    }

    private static double weight(String parameter) {
        String text = parameter.strip();
        boolean valid = text.matches("[qQ]=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)");
        return valid ? Double.parseDouble(text.substring(2)) : 0;
    }
}
