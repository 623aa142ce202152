package dev.nearside.control.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Collects the body of a request as it arrives, as far as there is room. What finds none is read all the same, and
 * dropped: a caller who still sends would not see the answer. (Armeria's own aggregation looks at nothing before the end.)
 */
final class BodyCollector implements Subscriber<HttpObject> {

    private final BodyBudget.Share share;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final List<byte[]> parts = new ArrayList<>();
    private int length;

    BodyCollector(BodyBudget.Share share) {
        this.share = share;
    }

    /** The body, once all of it has arrived; not the whole if the share was refused. */
    CompletableFuture<byte[]> whole() {
        return whole;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject part) {
        if (part instanceof HttpData data) {
            try (data) {
                if (share.take(data.length())) {
                    parts.add(data.array());
                    length += data.length();
                }
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        parts.clear();
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        byte[] joined = new byte[share.isRefused() ? 0 : length];
        int end = 0;
        for (byte[] part : share.isRefused() ? List.<byte[]>of() : parts) {
            System.arraycopy(part, 0, joined, end, part.length);
            end += part.length;
        }
        parts.clear();
        whole.complete(joined);
    }
}
