package dev.nearside.edge.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a header section (RFC 9110 §5), immutable, in the order and case of the wire. Lookups ignore case. Held
 * as one flat array, because most sections have few fields and are read far more often than changed. Most questions are
 * about fields that are not there: a filter of the names answers nearly all of them without a look at the fields.
 */
public final class Fields {

    public static final Fields EMPTY = new Fields(new String[0]);

    private final String[] namesAndValues;

    /** A bit for each name, several names to a bit: what has its bit not set is not there. */
    private final long names;

    private Fields(String[] namesAndValues) {
        this.namesAndValues = namesAndValues;
        long bits = 0;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            bits |= bit(namesAndValues[i]);
        }
        this.names = bits;
    }

    /** The same for names that differ in case only. */
    private static long bit(String name) {
        int length = name.length();
        if (length == 0) {
            return 1;
        }
        // Letters of either case have these bits in common.
        int first = name.charAt(0) & 0x1f;
        int middle = name.charAt(length >> 1) & 0x1f;
        return 1L << (length * 11 + first * 5 + middle);
    }

    /** Which of these names may be among the fields, to be asked with {@link #mayHaveAny}. */
    static long filter(Iterable<String> names) {
        long bits = 0;
        for (String name : names) {
            bits |= bit(name);
        }
        return bits;
    }

    /** Whether any of the names of a {@link #filter} may be there; false means that none is. */
    boolean mayHaveAny(long filter) {
        return (names & filter) != 0;
    }

    /** Fields from names and values in turn. */
    public static Fields of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    namesAndValues.length + " strings given, expected names and values in pairs");
        }
        return new Fields(namesAndValues.clone());
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The number of field lines. */
    public int size() {
        return namesAndValues.length / 2;
    }

    public String name(int index) {
        return namesAndValues[2 * index];
    }

    public String value(int index) {
        return namesAndValues[2 * index + 1];
    }

    /** The value of the first field line of that name, or null. */
    public @Nullable String first(String name) {
        if ((names & bit(name)) == 0) {
            return null;
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                return namesAndValues[i + 1];
            }
        }
        return null;
    }

    public boolean has(String name) {
        return first(name) != null;
    }

    /** The values of all field lines of that name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                values.add(namesAndValues[i + 1]);
            }
        }
        return values;
    }

    /** All field lines of that name joined with a comma (RFC 9110 §5.3), or null if there are none. */
    public @Nullable String combined(String name) {
        if ((names & bit(name)) == 0) {
            return null;
        }
        String combined = null;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                combined = combined == null ? namesAndValues[i + 1] : combined + ", " + namesAndValues[i + 1];
            }
        }
        return combined;
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            action.accept(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    /** A copy without the field lines whose names the predicate takes. */
    public Fields without(Predicate<String> names) {
        Builder builder = builder();
        forEach((name, value) -> {
            if (!names.test(name)) {
                builder.add(name, value);
            }
        });
        return builder.build();
    }

    public Fields without(String name) {
        return has(name) ? without(name::equalsIgnoreCase) : this;
    }

    /** A copy in which the named field has exactly this one line, at the end. */
    public Fields with(String name, String value) {
        return without(name).plus(name, value);
    }

    /** A copy with one more line at the end. */
    public Fields plus(String name, String value) {
        String[] longer = new String[namesAndValues.length + 2];
        System.arraycopy(namesAndValues, 0, longer, 0, namesAndValues.length);
        longer[longer.length - 2] = name;
        longer[longer.length - 1] = value;
        return new Fields(longer);
    }

    /** An estimate of the bytes this takes in memory, without the names, which decoders keep once for all. */
    public long weight() {
        long weight = 16 + 4L * namesAndValues.length;
        for (int i = 1; i < namesAndValues.length; i += 2) {
            weight += 40 + namesAndValues[i].length();
        }
        return weight;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields fields && java.util.Arrays.equals(namesAndValues, fields.namesAndValues);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(namesAndValues);
    }

    @Override
    public String toString() {
        return java.util.Arrays.toString(namesAndValues);
    }

    /** Collects field lines in order. */
    public static final class Builder {

        private String[] namesAndValues = new String[16];
        private int length;

        private Builder() {}

        public Builder add(String name, String value) {
            if (length == namesAndValues.length) {
                namesAndValues = java.util.Arrays.copyOf(namesAndValues, 2 * length);
            }
            namesAndValues[length++] = name;
            namesAndValues[length++] = value;
            return this;
        }

        public Builder addAll(Fields fields) {
            fields.forEach(this::add);
            return this;
        }

        public Fields build() {
            return length == 0 ? EMPTY : new Fields(java.util.Arrays.copyOf(namesAndValues, length));
        }
    }
}
