package dev.nearside.origin.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with {@code {{names}}} to fill in, kept among the program's resources. */
record Template(String name, String text) {

    private static final Pattern SLOT = Pattern.compile("\\{\\{([a-z-]+)}}");
    private static final String FOLDER = "/dev/nearside/origin/site/";

    static Template named(String name) {
        try (InputStream in = Template.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + FOLDER + name + " is missing from this build");
            }
            return new Template(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER + name, e);
        }
    }

    /** The text with every slot filled; a slot without a value is a broken build. */
    String filled(Map<String, String> values) {
        return SLOT.matcher(text).replaceAll(slot -> {
            String value = values.get(slot.group(1));
            if (value == null) {
                throw new IllegalStateException(
                        name + " has the slot " + slot.group() + ", but only " + values.keySet() + " are given");
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
