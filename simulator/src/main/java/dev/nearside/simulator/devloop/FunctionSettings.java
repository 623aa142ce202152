package dev.nearside.simulator.devloop;

import dev.nearside.function.EventType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code nearside.yaml} says of a function and of the behavior that runs it.
 *
 * @param events at least one
 * @param path pattern of the behavior; {@code *} for the default one
 * @param origin host, or host and port, that the distribution asks; null for the world's own site
 * @param includeBody whether request events show the body
 * @param forward what of a request makes another object and is shown to origin events; null leaves it to RFC 9111
 */
public record FunctionSettings(
        List<EventType> events,
        String path,
        String runtime,
        String handler,
        int timeoutSeconds,
        int memoryMb,
        Map<String, String> environment,
        @Nullable String origin,
        boolean includeBody,
        @Nullable Forward forward) {

    /** What holds where the file says nothing. */
    public static final FunctionSettings DEFAULTS = new FunctionSettings(
            List.of(EventType.VIEWER_REQUEST), "*", "nodejs22.x", "index.handler", 5, 128, Map.of(), null, false, null);

    public FunctionSettings {
        events = List.copyOf(events);
        environment = Map.copyOf(new TreeMap<>(environment));
    }

    /** The module of the handler: the path up to its last dot. */
    String handlerModule() {
        int dot = handler.lastIndexOf('.');
        return dot < 0 ? handler : handler.substring(0, dot);
    }

    /** The same for one event only. */
    public FunctionSettings onlyOn(EventType event) {
        return new FunctionSettings(
                List.of(event),
                path,
                runtime,
                handler,
                timeoutSeconds,
                memoryMb,
                environment,
                origin,
                includeBody,
                forward);
    }

    /**
     * CloudFront's ForwardedValues.
     *
     * @param headers names
     * @param cookies names, or {@code *} alone for all
     */
    public record Forward(List<String> headers, List<String> cookies, boolean queryStrings) {
        public Forward {
            headers = List.copyOf(headers);
            cookies = List.copyOf(cookies);
        }
    }
}
