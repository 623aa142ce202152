package dev.nearside.edge.cache;

import dev.nearside.edge.http.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which request fields select among the variants of one key (RFC 9111 §4.1).
 *
 * @param names lower case, sorted, without repetition
 * @param epoch sets the variants that belong to this rule apart from those that an invalidation left behind
 */
public record VaryRule(List<String> names, long epoch) implements Stored {

    /** Their members are alternatives, whose order and case mean nothing where weights do not differ. */
    private static final Set<String> UNORDERED =
            Set.of("accept", "accept-charset", "accept-encoding", "accept-language");

    public static final VaryRule NONE = new VaryRule(List.of(), 0);

    public VaryRule {
        names = List.copyOf(names);
    }

    /** Reads the value of a Vary field. */
    public static VaryRule of(String vary) {
        TreeSet<String> names = new TreeSet<>();
        for (String name : vary.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return new VaryRule(new ArrayList<>(names), 0);
    }

    /** {@code Vary: *}: no other request ever matches. */
    public boolean matchesNothing() {
        return names.contains("*");
    }

    /** The key of the variant that a request with these fields selects. */
    public CacheKey variant(CacheKey primary, Fields requestHeaders) {
        if (names.isEmpty()) {
            return primary;
        }
        StringBuilder text =
                new StringBuilder(primary.text()).append("\nvariant ").append(epoch);
        for (String name : names) {
            String value = requestHeaders.combined(name);
            text.append('\n').append(name).append(value == null ? "" : ":" + normalised(name, value));
        }
        return new CacheKey(text.toString());
    }

    /**
     * Where a response is stored as the one in its language, so that whoever likes that language best gets it (RFC 9111
     * §4.1, RFC 9110 §12.5.4).
     *
     * @return null if the language does not select, or the response does not say one language
     */
    @Nullable
    CacheKey ofLanguage(CacheKey primary, Fields requestHeaders, Fields response) {
        String language = names.contains("accept-language") ? response.combined("content-language") : null;
        return language == null || language.contains(",") ? null : inLanguage(primary, requestHeaders, language);
    }

    /** Where the response in the request's best-liked language would be; null if it likes none best. */
    @Nullable
    CacheKey preferredLanguage(CacheKey primary, Fields requestHeaders) {
        String accepted = names.contains("accept-language") ? requestHeaders.combined("accept-language") : null;
        String best = accepted == null ? null : AcceptLanguage.best(accepted);
        return best == null ? null : inLanguage(primary, requestHeaders, best);
    }

    private CacheKey inLanguage(CacheKey primary, Fields requestHeaders, String language) {
        Fields inThatLanguage = requestHeaders
                .without("accept-language")
                .plus("accept-language", "=" + language.strip().toLowerCase(Locale.ROOT));
        return variant(primary, inThatLanguage);
    }

    /** What means the same makes the same variant: white space never counts, order and case only where they mean something. */
    private static String normalised(String name, String value) {
        Stream<String> members = Stream.of(value.split(",", -1)).map(String::strip);
        if (UNORDERED.contains(name)) {
            members = members.map(member -> member.toLowerCase(Locale.ROOT)).sorted();
        }
        return members.collect(Collectors.joining(","));
    }

    @Override
    public long weight() {
        return 64 + names.stream().mapToLong(name -> 48 + name.length()).sum();
    }
}
