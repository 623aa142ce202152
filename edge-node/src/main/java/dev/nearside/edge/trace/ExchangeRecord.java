package dev.nearside.edge.trace;

import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.Viewer;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an exchange after its end; filled in on its event loop, then handed to {@link TraceStore} and not
 * changed any more.
 */
public final class ExchangeRecord {

    final String id;
    final Timeline timeline;
    final Viewer viewer;
    final RequestHead request;
    long revision;
    String distributionId = "";
    String behavior = "";

    @Nullable
    String primaryDistributionId;

    @Nullable
    String setCookie;

    int status;
    String result = "";

    @Nullable
    NotCachedReason notCached;

    @Nullable
    String errorKind;

    @Nullable
    String errorMessage;

    long bodyBytes;
    boolean complete;
    long endNanos;

    /** The beginning: a request as the viewer sent it. */
    public ExchangeRecord(String id, Timeline timeline, Viewer viewer, RequestHead request) {
        this.id = id;
        this.timeline = timeline;
        this.viewer = viewer;
        this.request = request;
    }

    /** The exchange's {@code x-amz-cf-id}. */
    public String id() {
        return id;
    }

    /** The request as the viewer sent it. */
    public RequestHead request() {
        return request;
    }

    public Timeline timeline() {
        return timeline;
    }

    /** Revision of the snapshot that serves it. */
    public long revision() {
        return revision;
    }

    public void revision(long theRevision) {
        revision = theRevision;
    }

    public void routed(String theDistributionId, String theBehavior) {
        distributionId = theDistributionId;
        behavior = theBehavior;
    }

    /**
     * The primary distribution had a policy choose which distribution serves this.
     *
     * @param theSetCookie what keeps the viewer with that distribution; null for nothing
     */
    public void chosen(String thePrimaryDistributionId, @Nullable String theSetCookie) {
        primaryDistributionId = thePrimaryDistributionId;
        setCookie = theSetCookie;
    }

    /** What viewers are told of that choice, in fields of the node's own; empty if there was none. */
    public Fields ofChoice() {
        if (primaryDistributionId == null) {
            return Fields.EMPTY;
        }
        Fields fields = Fields.of("X-Nearside-Distribution", distributionId + "; primary=" + primaryDistributionId);
        return setCookie == null ? fields : fields.plus("Set-Cookie", setCookie);
    }

    public void notCached(NotCachedReason reason) {
        notCached = reason;
    }

    public void failed(String kind, String message) {
        errorKind = kind;
        errorMessage = message;
    }

    public void answered(int theStatus, String theResult) {
        status = theStatus;
        result = theResult;
    }

    /** The end: nothing changes after it. */
    public void ended(long theBodyBytes, boolean isComplete, long theEndNanos) {
        bodyBytes = theBodyBytes;
        complete = isComplete;
        endNanos = theEndNanos;
        timeline.close();
    }

    long weight() {
        return 512 + request.headers().weight() + timeline.weight();
    }
}
