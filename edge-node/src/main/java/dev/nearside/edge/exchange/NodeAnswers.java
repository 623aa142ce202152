package dev.nearside.edge.exchange;

import dev.nearside.edge.cache.FillFailure;
import dev.nearside.edge.shield.Shields;

/** What a shield answers another node in place of an error page: the failure itself, for that node to deal with. */
final class NodeAnswers {

    private NodeAnswers() {}

    static ViewerResponse failure(EdgeError error) {
        FillFailure failure =
                new FillFailure(error.status(), error.result(), error.kind(), error.message(), error.ageMillis());
        return ViewerResponse.whole(Shields.answer(failure), error.result(), new byte[0]);
    }
}
