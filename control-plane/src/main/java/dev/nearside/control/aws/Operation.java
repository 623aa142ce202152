package dev.nearside.control.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * One AWS operation: how it is recognised, its SDK shapes, and the method that performs it.
 *
 * @param name AWS's name of the operation
 * @param successStatus of the response if nothing fails
 * @param newRequest an empty builder of the SDK request
 */
public record Operation<I, O extends SdkPojo>(
        String name, Route route, int successStatus, Supplier<? extends SdkPojo> newRequest, Handler<I, O> handler) {

    /** What an operation does: from the SDK's request to the SDK's response, or an {@link AwsError}. */
    @FunctionalInterface
    public interface Handler<I, O extends SdkPojo> {
        O handle(I request, Caller caller);
    }

    /**
     * Who calls what.
     *
     * @param operation AWS's name of the operation
     * @param requestId of this call, as the answer names it
     * @param authority by which the caller knows this API, a host with its port
     */
    public record Caller(Principal principal, String operation, String requestId, String authority) {}

    /** An operation of a REST protocol; the route is for example {@code "POST /2020-05-31/distribution?WithTags"}. */
    public static <I, B extends SdkPojo & SdkBuilder<?, I>, O extends SdkPojo> Operation<I, O> rest(
            String route, int successStatus, Supplier<B> newRequest, Handler<I, O> handler) {
        return new Operation<>(nameOf(newRequest), RestRoute.parse(route), successStatus, newRequest, handler);
    }

    /** An operation of the query protocol, recognised by its {@code Action}. */
    public static <I, B extends SdkPojo & SdkBuilder<?, I>, O extends SdkPojo> Operation<I, O> query(
            Supplier<B> newRequest, Handler<I, O> handler) {
        String name = nameOf(newRequest);
        return new Operation<>(name, new QueryRoute(name), 200, newRequest, handler);
    }

    /** The same operation as callers of the query protocol name it. */
    public Operation<I, O> asQuery() {
        return new Operation<>(name, new QueryRoute(name), successStatus, newRequest, handler);
    }

    /** An operation of a JSON protocol, recognised by its {@code X-Amz-Target}: the service's prefix, a dot, the name. */
    public static <I, B extends SdkPojo & SdkBuilder<?, I>, O extends SdkPojo> Operation<I, O> target(
            String prefix, Supplier<B> newRequest, Handler<I, O> handler) {
        String name = nameOf(newRequest);
        return new Operation<>(name, new TargetRoute(prefix + "." + name), 200, newRequest, handler);
    }

    /** {@code GetDistribution} for a builder of {@code GetDistributionRequest}. */
    private static <I, B extends SdkPojo & SdkBuilder<?, I>> String nameOf(Supplier<B> newRequest) {
        Object request = newRequest.get().build();
        return request.getClass().getSimpleName().replaceFirst("Request$", "");
    }

    /** What the requests of an operation look like. */
    public sealed interface Route {

        /** The members that the path holds, if the request is one of this operation. */
        Optional<Map<String, String>> match(WireRequest request);

        /** Whether it says more than another route that matches too. */
        boolean isSpecific();
    }

    /**
     * A method and a path.
     *
     * @param flag a query parameter that must be there as well, or a parameter with its value ({@code Operation=Tag}); null
     *     for none
     */
    record RestRoute(
            String method, UriTemplate path, @Nullable String flag) implements Route {

        /** For example {@code "POST /2020-05-31/distribution?WithTags"}. */
        static RestRoute parse(String route) {
            int space = route.indexOf(' ');
            int question = route.indexOf('?');
            String path = route.substring(space + 1, question < 0 ? route.length() : question);
            String flag = question < 0 ? null : route.substring(question + 1);
            return new RestRoute(route.substring(0, space), new UriTemplate(path), flag);
        }

        @Override
        public Optional<Map<String, String>> match(WireRequest request) {
            boolean fits = method.equals(request.method()) && hasFlag(request);
            return fits ? path.match(request.path()) : Optional.empty();
        }

        private boolean hasFlag(WireRequest request) {
            if (flag == null) {
                return true;
            }
            int equals = flag.indexOf('=');
            return equals < 0
                    ? request.query().containsKey(flag)
                    : request.query()
                            .getOrDefault(flag.substring(0, equals), List.of())
                            .contains(flag.substring(equals + 1));
        }

        @Override
        public boolean isSpecific() {
            return flag != null;
        }
    }

    /** The name in {@code X-Amz-Target}. */
    record TargetRoute(String target) implements Route {
        @Override
        public Optional<Map<String, String>> match(WireRequest request) {
            return request.header(AwsJson.TARGET).filter(target::equals).map(_ -> Map.of());
        }

        @Override
        public boolean isSpecific() {
            return true;
        }
    }

    /** An {@code Action} in a posted form. */
    record QueryRoute(String action) implements Route {
        @Override
        public Optional<Map<String, String>> match(WireRequest request) {
            return request.actionName().filter(action::equals).map(_ -> Map.of());
        }

        @Override
        public boolean isSpecific() {
            return true;
        }
    }
}
