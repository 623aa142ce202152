package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.EventHeaders;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToRequest;
import dev.nearside.edge.functions.cloudfront.CloudFrontAnswer.ToResponse;
import dev.nearside.edge.functions.cloudfront.EventParts.SetCookie;
import dev.nearside.edge.http.ContentFields;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.function.EdgeHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers that passed the rules, back in the node's own terms; what a function left alone stays byte for byte. */
final class CloudFrontAnswers {

    private CloudFrontAnswers() {}

    static RequestHead applied(RequestHead before, ToRequest answer) {
        Fields headers = merged(before.headers(), answer.headers());
        if (answer.cookies().equals(EventParts.cookies(before.headers()))) {
            headers = plusAll(headers, "Cookie", before.headers().all("cookie"));
        } else if (!answer.cookies().isEmpty()) {
            List<String> pairs = new ArrayList<>();
            answer.cookies().values().forEach((name, values) -> values.forEach(value -> pairs.add(name + '=' + value)));
            headers = headers.plus("Cookie", EventHeaders.wireOf(String.join("; ", pairs)));
        }
        return new RequestHead(
                before.method(),
                // A question mark in a path is data; left as it is, it would begin the query (RFC 3986 §3.3).
                EventHeaders.wireOf(answer.uri(), before.uri()).replace("?", "%3F"),
                EventHeaders.wireOf(answer.querystring(), before.querystring()),
                headers);
    }

    /** The response after a function; the body that it does not replace stays as long as it is (RFC 9112 §6.3). */
    static ResponseHead applied(ResponseHead before, ToResponse answer) {
        byte[] body = answer.body();
        Fields merged = withCookies(before.headers(), answer);
        Fields headers = (body == null ? merged : ContentFields.ofReplacedBody(before.headers(), merged))
                .without("content-length");
        headers = body == null
                ? plusAll(headers, "Content-Length", before.headers().all("content-length"))
                : headers.plus("Content-Length", Integer.toString(body.length));
        return new ResponseHead(answer.statusCode(), reason(before, answer), headers);
    }

    private static String reason(ResponseHead before, ToResponse answer) {
        return answer.statusDescription().isEmpty() && answer.statusCode() == before.status()
                ? before.reason()
                : EventHeaders.wireOf(answer.statusDescription());
    }

    /** The head of a response that a function made. */
    static ResponseHead generated(ToResponse answer) {
        byte[] body = answer.body();
        return new ResponseHead(
                answer.statusCode(),
                EventHeaders.wireOf(answer.statusDescription()),
                withCookies(Fields.EMPTY, answer)
                        .with("Content-Length", Integer.toString(body == null ? 0 : body.length)));
    }

    private static Fields withCookies(Fields before, ToResponse answer) {
        Fields headers = merged(before, answer.headers());
        List<SetCookie> were = EventParts.setCookies(before);
        if (sorted(answer.cookies()).equals(sorted(were))) {
            return plusAll(headers, "Set-Cookie", before.all("set-cookie"));
        }
        for (SetCookie cookie : answer.cookies()) {
            headers = headers.plus("Set-Cookie", EventHeaders.wireOf(cookie.line()));
        }
        return headers;
    }

    /** By name, since events show the cookies of one name together. */
    private static Map<String, List<SetCookie>> sorted(List<SetCookie> cookies) {
        return cookies.stream().collect(Collectors.groupingBy(SetCookie::name));
    }

    private static Fields plusAll(Fields fields, String name, List<String> values) {
        Fields all = fields;
        for (String value : values) {
            all = all.plus(name, value);
        }
        return all;
    }

    /** The headers after a function, without cookies, and of {@code before} those it was not shown. */
    private static Fields merged(Fields before, Multimap after) {
        Map<String, String> namesOnTheWire = new LinkedHashMap<>();
        before.forEach((name, _) -> namesOnTheWire.putIfAbsent(name.toLowerCase(Locale.ROOT), name));
        Map<String, List<EdgeHeaders.Field>> headers = new LinkedHashMap<>();
        after.values()
                .forEach((name, values) -> headers.put(
                        name,
                        values.stream()
                                .map(value -> new EdgeHeaders.Field(namesOnTheWire.getOrDefault(name, name), value))
                                .toList()));
        return EventHeaders.merged(before, new EdgeHeaders(headers));
    }
}
