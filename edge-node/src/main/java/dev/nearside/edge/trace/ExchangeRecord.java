package dev.nearside.edge.trace;

import dev.nearside.edge.access.AccessFacts;
import dev.nearside.edge.access.WireBytes;
import dev.nearside.edge.cache.NotCachedReason;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.StoredHead;
import dev.nearside.edge.http.Viewer;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an exchange after its end; filled in on its event loop, then handed to {@link TraceStore} and not
 * changed any more.
 */
public final class ExchangeRecord {

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    final String id;
    final Timeline timeline;
    final Viewer viewer;
    final RequestHead request;
    long revision;
    String distributionId = "";
    String behavior = "";
    private String domainName = "";
    private String primaryDomainName = "";

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
    private @Nullable StoredHead storedHead;
    private @Nullable ResponseHead head;
    private long contentLength = -1;
    private long receivedBytes;
    private long sentBytes;
    private boolean requestWhole;

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

    public void routed(String theDistributionId, String theDomainName, String theBehavior) {
        distributionId = theDistributionId;
        domainName = theDomainName;
        behavior = theBehavior;
    }

    /**
     * The primary distribution had a policy choose which distribution serves this.
     *
     * @param theSetCookie what keeps the viewer with that distribution; null for nothing
     */
    public void chosen(String thePrimaryDistributionId, String thePrimaryDomainName, @Nullable String theSetCookie) {
        primaryDistributionId = thePrimaryDistributionId;
        primaryDomainName = thePrimaryDomainName;
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

    /** The head of the answer, as it is stored; it is read out only when somebody wants to know more of it. */
    public void head(StoredHead theHead, long theContentLength) {
        storedHead = theHead;
        contentLength = theContentLength;
    }

    /** The head of the answer; {@code theContentLength} is negative if it does not declare one. */
    public void head(ResponseHead theHead, long theContentLength) {
        head = theHead;
        contentLength = theContentLength;
    }

    /** What went over the wire up to the end. */
    public void transferred(WireBytes bytes, boolean isRequestWhole) {
        receivedBytes = bytes.received();
        sentBytes = bytes.sent();
        requestWhole = isRequestWhole;
    }

    /** The status of the answer; 0 before there is one. */
    public int status() {
        return status;
    }

    /** Whether the kind of what has gone wrong is that one. */
    public boolean hasFailedWith(String kind) {
        return kind.equals(errorKind);
    }

    /** Whether something has gone wrong already. */
    public boolean hasFailed() {
        return errorKind != null;
    }

    /** The end: nothing changes after it. */
    public void ended(long theBodyBytes, boolean isComplete, long theEndNanos) {
        bodyBytes = theBodyBytes;
        complete = isComplete;
        endNanos = theEndNanos;
        timeline.close();
    }

    /** Bytes of memory, about. */
    public long weight() {
        ResponseHead own = head;
        StoredHead stored = storedHead;
        long headWeight = own != null ? own.headers().weight() : stored != null ? stored.weight() : 0;
        return 512 + request.headers().weight() + headWeight + timeline.weight();
    }

    /** What the access logs tell of it; of an exchange that has ended. */
    public AccessFacts facts() {
        StoredHead stored = storedHead;
        ResponseHead answered = stored != null ? stored.decoded() : head;
        boolean bodiless = ResponseHead.isBodiless(status);
        return new AccessFacts(
                id,
                viewer,
                request,
                new AccessFacts.Served(
                        distributionId,
                        domainName,
                        behavior,
                        primaryDistributionId == null
                                ? null
                                : new AccessFacts.Primary(primaryDistributionId, primaryDomainName)),
                new AccessFacts.Answer(status, result, errorKind, source(), answered, bodiless ? -1 : contentLength),
                new AccessFacts.Transfer(receivedBytes, sentBytes, requestWhole, complete),
                moments());
    }

    private AccessFacts.Source source() {
        if (timeline.isNoted("OriginShieldHit")) {
            return AccessFacts.Source.SHIELD_HIT;
        }
        boolean generatedPastCache = result.equals("LambdaGeneratedResponse") && timeline.last("cache-lookup") >= 0;
        return generatedPastCache ? AccessFacts.Source.GENERATED_AT_ORIGIN : AccessFacts.Source.PLAIN;
    }

    private AccessFacts.Moments moments() {
        long takenNanos = endNanos - timeline.startNanos();
        int write = timeline.last("write");
        int wait = timeline.last("origin-wait");
        int body = timeline.last("origin-body");
        boolean bodyCame = body > wait && wait >= 0 && timeline.durationMicros(body) >= 0;
        return new AccessFacts.Moments(
                timeline.startEpochMillis() + takenNanos / NANOS_PER_MILLI,
                takenNanos / NANOS_PER_MICRO,
                write < 0 ? -1 : timeline.atMicros(write),
                wait < 0 ? -1 : timeline.durationMicros(wait),
                bodyCame ? timeline.atMicros(body) + timeline.durationMicros(body) - timeline.atMicros(wait) : -1);
    }
}
