package dev.nearside.simulator.geo;

import java.text.Normalizer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Compares names the way people type them: case, accents and punctuation do not matter. */
final class Spelling {

    private static final int MAX_SUGGESTIONS = 3;

    private Spelling() {}

    /** The name in lower case, without accents, with single spaces for whatever else there is. */
    static String plain(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", " ")
                .strip();
    }

    /** The names that are spelled most like the typed one, best first; none if all are far off. */
    static List<String> nearest(String typed, Collection<String> names) {
        record Candidate(String name, int edits) {}
        String wanted = plain(typed);
        int tolerance = Math.max(2, wanted.length() / 2);
        return names.stream()
                .map(name -> new Candidate(name, edits(wanted, plain(name))))
                .filter(candidate -> candidate.edits() <= tolerance)
                .sorted(Comparator.comparingInt(Candidate::edits).thenComparing(Candidate::name))
                .limit(MAX_SUGGESTIONS)
                .map(Candidate::name)
                .toList();
    }

    /** Least number of letters to insert, remove or replace (Levenshtein's distance); a typed beginning is free. */
    static int edits(String typed, String name) {
        if (typed.length() >= 3 && name.startsWith(typed)) {
            return 0;
        }
        int[] previous = new int[name.length() + 1];
        for (int i = 0; i <= name.length(); i++) {
            previous[i] = i;
        }
        for (int i = 1; i <= typed.length(); i++) {
            int[] current = new int[name.length() + 1];
            current[0] = i;
            for (int j = 1; j <= name.length(); j++) {
                int replace = previous[j - 1] + (typed.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[name.length()];
    }
}
