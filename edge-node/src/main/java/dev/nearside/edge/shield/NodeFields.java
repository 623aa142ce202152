package dev.nearside.edge.shield;

import dev.nearside.edge.http.Fields;

/** The fields by which nodes talk to each other; nobody else may send them. */
final class NodeFields {

    private static final String PREFIX = "nearside-";

    static final String TOKEN = "Nearside-Token";
    static final String REVISION = "Nearside-Revision";
    static final String BEHAVIOR = "Nearside-Behavior";
    static final String VIEWER_IP = "Nearside-Viewer-Ip";
    static final String VIEWER_PORT = "Nearside-Viewer-Port";
    static final String VIEWER_TLS = "Nearside-Viewer-Tls";
    static final String REQUEST_ID = "Nearside-Request-Id";
    static final String VIEWER_SCHEME = "Nearside-Viewer-Scheme";
    static final String VIEWER_HOST = "Nearside-Viewer-Host";
    static final String VIEWER_HTTP = "Nearside-Viewer-Http";
    static final String VIEWER_FORWARDED_FOR = "Nearside-Viewer-Forwarded-For";
    static final String FAILURE_KIND = "Nearside-Failure-Kind";
    static final String FAILURE_RESULT = "Nearside-Failure-Result";
    static final String FAILURE_AGE_MILLIS = "Nearside-Failure-Age-Millis";
    static final String FAILURE_MESSAGE = "Nearside-Failure-Message";

    private NodeFields() {}

    static boolean areIn(Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (isOne(fields.name(i))) {
                return true;
            }
        }
        return false;
    }

    static Fields without(Fields fields) {
        return fields.without(NodeFields::isOne);
    }

    private static boolean isOne(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }
}
