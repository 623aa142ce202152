package dev.nearside.control.aws;

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
     * @param accessKeyId {@code anonymous} if the request is not signed
     * @param operation AWS's name of the operation
     * @param requestId of this call, as the answer names it
     */
    public record Caller(String accessKeyId, String operation, String requestId) {}

    /** An operation of a REST protocol; the route is for example {@code "POST /2020-05-31/distribution?WithTags"}. */
    public static <I, B extends SdkPojo & SdkBuilder<?, I>, O extends SdkPojo> Operation<I, O> rest(
            String route, int successStatus, Supplier<B> newRequest, Handler<I, O> handler) {
        int space = route.indexOf(' ');
        int question = route.indexOf('?');
        String path = route.substring(space + 1, question < 0 ? route.length() : question);
        String flag = question < 0 ? null : route.substring(question + 1);
        Route parsed = new RestRoute(route.substring(0, space), new UriTemplate(path), flag);
        return new Operation<>(nameOf(newRequest), parsed, successStatus, newRequest, handler);
    }

    /** An operation of the query protocol, recognised by its {@code Action}. */
    public static <I, B extends SdkPojo & SdkBuilder<?, I>, O extends SdkPojo> Operation<I, O> query(
            Supplier<B> newRequest, Handler<I, O> handler) {
        String name = nameOf(newRequest);
        return new Operation<>(name, new QueryRoute(name), 200, newRequest, handler);
    }

    /**
     * An operation that the header {@code X-Amz-Target} names.
     *
     * @param prefix of the service, for example {@code TrentService}
     */
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
     * @param flag a query parameter that must be there as well; null for none
     */
    record RestRoute(
            String method, UriTemplate path, @Nullable String flag) implements Route {
        @Override
        public Optional<Map<String, String>> match(WireRequest request) {
            boolean fits = method.equals(request.method())
                    && (flag == null || request.query().containsKey(flag));
            return fits ? path.match(request.path()) : Optional.empty();
        }

        @Override
        public boolean isSpecific() {
            return flag != null;
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

    /** A value of {@code X-Amz-Target}. */
    record TargetRoute(String target) implements Route {
        @Override
        public Optional<Map<String, String>> match(WireRequest request) {
            return request.header("x-amz-target").filter(target::equals).map(_ -> Map.of());
        }

        @Override
        public boolean isSpecific() {
            return true;
        }
    }
}
