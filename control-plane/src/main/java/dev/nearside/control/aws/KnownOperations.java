package dev.nearside.control.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The operations that AWS has in a service with a REST protocol, whether they are offered here or not, so that a refusal
 * can say which one was called.
 */
final class KnownOperations {

    private final List<Known> operations;

    private KnownOperations(List<Known> operations) {
        this.operations = operations;
    }

    /** Those of a service, by its signing name; none if the service names its operations in the request itself. */
    static KnownOperations of(String service) {
        try (InputStream in = KnownOperations.class.getResourceAsStream("operations/" + service + ".txt")) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new KnownOperations(text.lines().map(Known::parse).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the names of the operations of " + service, e);
        }
    }

    /** The name of the operation that a request means, if it looks like one. */
    Optional<String> name(WireRequest request) {
        return operations.stream()
                .filter(known -> known.route.match(request).isPresent())
                .reduce((best, next) -> next.route.isSpecific() ? next : best)
                .map(Known::name);
    }

    private record Known(String name, Operation.RestRoute route) {

        /** A line of a name, a method and a path. */
        static Known parse(String line) {
            int space = line.indexOf(' ');
            return new Known(line.substring(0, space), Operation.RestRoute.parse(line.substring(space + 1)));
        }
    }
}
