package dev.nearside.function;

/** The four moments of an exchange at which CloudFront runs a Lambda@Edge function. */
public enum EventType {
    VIEWER_REQUEST("viewer-request"),
    ORIGIN_REQUEST("origin-request"),
    ORIGIN_RESPONSE("origin-response"),
    VIEWER_RESPONSE("viewer-response");

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    /** The name AWS uses in events and distribution configurations, for example {@code viewer-request}. */
    public String wireName() {
        return wireName;
    }

    /** Whether the function sees and may replace a request (as opposed to a response). */
    public boolean isRequest() {
        return this == VIEWER_REQUEST || this == ORIGIN_REQUEST;
    }

    /** Whether the event stands on the viewer's side of the cache. */
    public boolean isViewer() {
        return this == VIEWER_REQUEST || this == VIEWER_RESPONSE;
    }

    /**
     * The event type with that wire name.
     *
     * @throws IllegalArgumentException if AWS has no event of that name
     */
    public static EventType of(String wireName) {
        for (EventType type : values()) {
            if (type.wireName.equals(wireName)) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown event type '" + wireName
                + "', expected viewer-request, origin-request, origin-response or viewer-response");
    }
}
