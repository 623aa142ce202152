package dev.nearside.edge.functions.jvm.guest;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Stand-ins for what works with regular expressions, as {@link Guards} has for others. */
public final class RegexGuards {

    /** Counted repetitions of a pattern multiplied with each other; a nest of them is work without a character. */
    private static final long MAX_REPETITIONS = 1_000_000;

    private RegexGuards() {}

    public static boolean matches(String text, String regex) {
        return compile(regex).matcher(MeteredText.of(text)).matches();
    }

    public static boolean matches(String regex, CharSequence text) {
        return compile(regex).matcher(MeteredText.of(text)).matches();
    }

    public static String replaceAll(String text, String regex, String replacement) {
        return replaceAll(compile(regex).matcher(MeteredText.of(text)), replacement);
    }

    public static String replaceFirst(String text, String regex, String replacement) {
        return replaceFirst(compile(regex).matcher(MeteredText.of(text)), replacement);
    }

    public static String replaceAll(Matcher matcher, String replacement) {
        return replaceAll(matcher, match -> replacement);
    }

    public static String replaceAll(Matcher matcher, Function<MatchResult, String> replacer) {
        matcher.reset();
        StringBuilder out = new StringBuilder();
        while (matcher.find()) {
            appendReplacement(matcher, out, replacer.apply(matcher));
        }
        return matcher.appendTail(out).toString();
    }

    public static String replaceFirst(Matcher matcher, String replacement) {
        return replaceFirst(matcher, match -> replacement);
    }

    public static String replaceFirst(Matcher matcher, Function<MatchResult, String> replacer) {
        matcher.reset();
        StringBuilder out = new StringBuilder();
        if (matcher.find()) {
            appendReplacement(matcher, out, replacer.apply(matcher));
        }
        return matcher.appendTail(out).toString();
    }

    public static Matcher appendReplacement(Matcher matcher, StringBuilder out, String replacement) {
        requireRoom(matcher, out, replacement);
        int before = out.length();
        matcher.appendReplacement(out, replacement);
        Meter.bytes(out.length() - before);
        return matcher;
    }

    public static Matcher appendReplacement(Matcher matcher, StringBuffer out, String replacement) {
        requireRoom(matcher, out, replacement);
        int before = out.length();
        matcher.appendReplacement(out, replacement);
        Meter.bytes(out.length() - before);
        return matcher;
    }

    /** A replacement may name the same long group many times. */
    private static void requireRoom(Matcher matcher, CharSequence out, String replacement) {
        long longest = 0;
        for (int group = 0; group <= matcher.groupCount(); group++) {
            longest = Math.max(longest, matcher.end(group) - matcher.start(group));
        }
        long groups = replacement.chars().filter(c -> c == '$').count();
        Meter.requireRoom(out.length() + replacement.length() + groups * longest);
    }

    public static String[] split(String text, String regex) {
        return split(text, regex, 0);
    }

    public static String[] split(String text, String regex, int limit) {
        return compile(regex).split(MeteredText.of(text), limit);
    }

    public static String[] split(Pattern pattern, CharSequence text) {
        return pattern.split(MeteredText.of(text), 0);
    }

    public static String[] split(Pattern pattern, CharSequence text, int limit) {
        return pattern.split(MeteredText.of(text), limit);
    }

    public static Matcher matcher(Pattern pattern, CharSequence text) {
        return pattern.matcher(MeteredText.of(text));
    }

    public static Matcher reset(Matcher matcher, CharSequence text) {
        return matcher.reset(MeteredText.of(text));
    }

    public static Predicate<String> asPredicate(Pattern pattern) {
        return text -> pattern.matcher(MeteredText.of(text)).find();
    }

    public static Predicate<String> asMatchPredicate(Pattern pattern) {
        return text -> pattern.matcher(MeteredText.of(text)).matches();
    }

    public static Pattern compile(String regex) {
        return compile(regex, 0);
    }

    public static Pattern compile(String regex, int flags) {
        if ((flags & Pattern.CANON_EQ) != 0) {
            throw new IllegalArgumentException("CANON_EQ, a flag that functions may not use");
        }
        Meter.spend(regex.length());
        long product = 1;
        for (int at = regex.indexOf('{'); at >= 0; at = regex.indexOf('{', at + 1)) {
            long count = 0;
            for (int i = at + 1; i < regex.length() && Character.digit(regex.charAt(i), 10) >= 0; i++) {
                count = Math.min(MAX_REPETITIONS + 1, count * 10 + Character.digit(regex.charAt(i), 10));
            }
            product *= Math.max(1, count);
            if (product > MAX_REPETITIONS) {
                throw new PatternSyntaxException("repetitions over " + MAX_REPETITIONS + " together", regex, at);
            }
        }
        return Pattern.compile(regex, flags);
    }
}
