package dev.nearside.edge.access;

import dev.nearside.edge.access.AccessFacts.Answer;
import dev.nearside.edge.access.AccessFacts.Moments;
import dev.nearside.edge.access.AccessFacts.Served;
import dev.nearside.edge.access.AccessFacts.Source;
import dev.nearside.edge.access.AccessFacts.Transfer;
import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.edge.http.ResponseHead;
import dev.nearside.edge.http.Viewer;

/** An exchange as the tests of both logs know it: a miss that went well. */
final class ExampleFacts {

    static final Viewer VIEWER = new Viewer("198.51.100.7", "http", "shop.test:8080", "1.1", 40123, null);
    static final RequestHead REQUEST = new RequestHead(
            "GET",
            "/a%20b",
            "x=1&y=\"2\"",
            Fields.of(
                    "Host",
                    "shop.test:8080",
                    "User-Agent",
                    "Probe/1 (x)",
                    "Referer",
                    "http://from.test/",
                    "Cookie",
                    "a=1",
                    "Cookie",
                    "b=2",
                    "X-Forwarded-For",
                    "203.0.113.9, 203.0.113.10",
                    "Accept",
                    "*/*"));
    static final Answer ANSWER = new Answer(
            200,
            "Miss",
            null,
            Source.PLAIN,
            new ResponseHead(200, "OK", Fields.of("Content-Type", "text/html; charset=utf-8")),
            78);
    static final Transfer TRANSFER = new Transfer(157, 392, true, true);
    static final Moments MOMENTS = new Moments(1_700_000_000_123L, 1_234_600, 1_200, 900, 1_000_400);
    static final Served SERVED = new Served("E1", "e1.cdn.localhost", "/a*", null);

    private ExampleFacts() {}

    static AccessFacts facts() {
        return with(VIEWER, REQUEST);
    }

    static AccessFacts with(Viewer viewer, RequestHead request) {
        return new AccessFacts("id==", viewer, request, SERVED, ANSWER, TRANSFER, MOMENTS);
    }

    static AccessFacts with(Answer answer) {
        return with(answer, TRANSFER);
    }

    static AccessFacts with(Answer answer, Transfer transfer) {
        return new AccessFacts("id==", VIEWER, REQUEST, SERVED, answer, transfer, MOMENTS);
    }

    static AccessFacts with(Moments moments) {
        return new AccessFacts("id==", VIEWER, REQUEST, SERVED, ANSWER, TRANSFER, moments);
    }

    static AccessFacts with(Served served) {
        return new AccessFacts("id==", VIEWER, REQUEST, served, ANSWER, TRANSFER, MOMENTS);
    }

    static Answer answered(int status, Fields headers) {
        return new Answer(status, "Miss", null, Source.PLAIN, new ResponseHead(status, "", headers), -1);
    }
}
