package dev.nearside.edge.shield;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.kit.snapshot.Distribution.Origin;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one node knows of shields: whether it is one, where the others are, and how to tell a node from a viewer. */
public final class Shields {

    /** The kind of failure of a shield that is behind the asking node. */
    public static final String BEHIND = "shield-behind";

    private static final Set<String> CANNOT_SERVE = Set.of(BEHIND, "no-configuration", "no-distribution");

    private final @Nullable String ownRegion;
    private final Map<String, Shield> byRegion;
    private final NodeToken token;

    /**
     * The knowledge of a node.
     *
     * @param ownRegion the AWS region whose shield it is; null if it is none
     * @param byRegion the shields of other regions
     * @param enrolmentToken which all nodes of one control plane share
     */
    public Shields(@Nullable String ownRegion, Map<String, Shield> byRegion, String enrolmentToken) {
        this.ownRegion = ownRegion;
        this.byRegion = Map.copyOf(byRegion);
        this.token = NodeToken.of(enrolmentToken);
    }

    /** The shield to ask for that origin; null if the origin is to be asked itself. A shield asks no other. */
    public @Nullable Shield before(Origin origin) {
        String region = origin.shieldRegion();
        return region == null || ownRegion != null ? null : byRegion.get(region);
    }

    /** The request of a node, or null if a viewer sent it, or somebody who would like to pass for a node. */
    public @Nullable Forwarded received(RequestHead request) {
        Fields headers = request.headers();
        if (!token.is(headers.first(NodeFields.TOKEN))) {
            return null;
        }
        String viewerHost = text(headers, NodeFields.VIEWER_HOST);
        Fields.Builder ofViewer = Fields.builder()
                .add("Host", viewerHost)
                .addAll(NodeFields.without(headers).without("host"));
        String forwardedFor = headers.first(NodeFields.VIEWER_FORWARDED_FOR);
        if (forwardedFor != null) {
            ofViewer.add("X-Forwarded-For", forwardedFor);
        }
        return new Forwarded(
                ViewerFields.read(headers, viewerHost),
                request.withHeaders(ofViewer.build()),
                text(headers, "host"),
                text(headers, NodeFields.BEHAVIOR),
                revision(headers),
                ViewerFields.requestId(headers));
    }

    /** A viewer's request without what only nodes may say. */
    public static RequestHead ofViewer(RequestHead request) {
        return NodeFields.areIn(request.headers())
                ? request.withHeaders(NodeFields.without(request.headers()))
                : request;
    }

    private static String text(Fields headers, String name) {
        String value = headers.first(name);
        return value == null ? "" : value;
    }

    /** A node always sends a number; without one it counts as further on than any shield. */
    private static long revision(Fields headers) {
        String value = text(headers, NodeFields.REVISION);
        return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : Long.MAX_VALUE;
    }

    /**
     * What a shield is sent.
     *
     * @param toOrigin the request as the origin would get it, before the origin-request function
     * @param from on whose behalf, with the viewer's own request
     */
    public RequestHead sent(RequestHead toOrigin, Forwarded from) {
        Fields.Builder headers = Fields.builder()
                .add("Host", from.distributionHost())
                .addAll(NodeFields.without(toOrigin.headers()).without(Shields::isMadeAnew))
                .add(NodeFields.TOKEN, token.text())
                .add(NodeFields.REVISION, Long.toString(from.revision()))
                .add(NodeFields.BEHAVIOR, from.pathPattern())
                .add(NodeFields.REQUEST_ID, from.requestId());
        ViewerFields.add(headers, from.viewer());
        String viewerHost = from.request().headers().first("host");
        headers.add(NodeFields.VIEWER_HOST, viewerHost == null ? from.viewer().host() : viewerHost);
        String forwardedFor = from.request().headers().combined("x-forwarded-for");
        if (forwardedFor != null) {
            headers.add(NodeFields.VIEWER_FORWARDED_FOR, forwardedFor);
        }
        return toOrigin.withHeaders(headers.build());
    }

    /** The shield writes these itself when it asks the origin. */
    private static boolean isMadeAnew(String name) {
        return name.equalsIgnoreCase("host")
                || name.equalsIgnoreCase("x-forwarded-for")
                || name.equalsIgnoreCase("x-amz-cf-id");
    }

    /** The answer of a shield that has nothing to pass on, with the name of what went wrong. */
    public static ResponseHead answer(FillFailure failure) {
        return new ResponseHead(failure.status(), "", ShieldFailures.fields(failure));
    }

    /** What went wrong at a shield; null if it passes on a response. */
    public static @Nullable FillFailure failure(ResponseHead answer) {
        return ShieldFailures.read(answer);
    }

    /** Whether a shield could not even try, so that the origin is asked without it. */
    public static boolean isOfTheShield(FillFailure failure) {
        return CANNOT_SERVE.contains(failure.kind());
    }

    /** The result word of a shield's {@code x-cache}, for example {@code Hit}. */
    public static String result(ResponseHead answer) {
        String value = text(answer.headers(), "x-cache");
        int space = value.indexOf(' ');
        return space < 0 ? value : value.substring(0, space);
    }
}
