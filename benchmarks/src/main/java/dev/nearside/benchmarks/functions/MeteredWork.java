package dev.nearside.benchmarks.functions;

import dev.nearside.kit.code.CodeBundle;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Objects;

/** Work that a Java handler does in a loop; what it amounts to goes into a header, so that no compiler leaves it out. */
public enum MeteredWork {
    /** What an invocation costs without work. */
    NOTHING(0, "return seed;", ""),
    /** A hash over numbers, one step of the meter a turn: nothing else hides the meter. */
    ARITHMETIC(1_000_000, """
            long hash = seed;
            for (int i = 0; i < turns; i++) {
                hash = (hash ^ (i & 0xff)) * 1099511628211L;
            }
            return hash;
            """, ""),
    /** The same with a call in each turn: two steps. */
    CALLS(1_000_000, """
            long hash = seed;
            for (int i = 0; i < turns; i++) {
                hash = mixed(hash, i);
            }
            return hash;
            """, """
            private static long mixed(long hash, int i) {
                return (hash ^ (i & 0xff)) * 1099511628211L;
            }
            """),
    /** Cookies taken apart into a map, as handlers do; one turn is a whole Cookie field. */
    TEXT(2_000, """
            long total = seed;
            for (int i = 0; i < turns; i++) {
                Map<String, String> cookies = new HashMap<>();
                for (String part : COOKIES.split("; ")) {
                    int at = part.indexOf('=');
                    cookies.put(part.substring(0, at).trim(), part.substring(at + 1));
                }
                total += cookies.get("variant").length() + cookies.size();
            }
            return total;
            """, """
            private static final String COOKIES = "session=0123456789abcdef0123456789abcdef; variant=b; theme=dark;"
                    + " consent=yes; lang=en; _ga=GA1.2.1234567890.1700000000; cart=4711.43; seen=1";
            """);

    private final int turns;
    private final String body;
    private final String members;

    MeteredWork(int turns, String body, String members) {
        this.turns = turns;
        this.body = body;
        this.members = members;
    }

    private Map<String, byte[]> compiled() {
        return JavaSource.compiled("Work", """
                import dev.nearside.function.*;
                import java.util.*;

                public final class Work implements EdgeHandler {
                    %s

                    @Override
                    public EdgeResult handle(EdgeEvent event, InvocationContext context) {
                        EdgeRequest request = event.request();
                        long result = run(request.uri().length(), %d);
                        return request.withHeaders(request.headers().with("X-Work", Long.toString(result)));
                    }

                    public static long run(long seed, int turns) {
                        %s
                    }
                }
                """.formatted(members, turns, body));
    }

    /** How often the loop turns in one event. */
    int turns() {
        return turns;
    }

    /** The handler as it is uploaded. */
    CodeBundle code() {
        return CodeBundle.of(compiled());
    }

    /** The same class as the JVM would run it by itself: takes a seed and a number of turns, returns the result. */
    MethodHandle unmetered() throws ReflectiveOperationException {
        Class<?> work = new ClassLoader(MeteredWork.class.getClassLoader()) {
            Class<?> define(byte[] content) {
                return defineClass("Work", content, 0, content.length);
            }
        }.define(Objects.requireNonNull(compiled().get("Work.class")));
        return MethodHandles.publicLookup()
                .findStatic(work, "run", MethodType.methodType(long.class, long.class, int.class));
    }
}
