package dev.nearside.control;

import dev.nearside.kit.snapshot.Snapshot;
import dev.nearside.kit.snapshot.SnapshotCodec;
import dev.nearside.kit.snapshot.SnapshotDelta;
import dev.nearside.kit.watch.Acknowledgement;
import dev.nearside.kit.watch.DistributionCounts;
import dev.nearside.kit.watch.WatchAnswer;
import dev.nearside.kit.watch.WatchRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An edge node as far as the control plane can tell: it watches, applies, acknowledges and answers when told to. */
public final class FakeNode implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String token;
    private final String name;
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile List<DistributionCounts> counts = List.of();
    private volatile boolean closed;
    private final String pop;

    public FakeNode(String name, InetSocketAddress watch, String token) {
        this(name, "LHR", watch, token);
    }

    public FakeNode(String name, String pop, InetSocketAddress watch, String token) {
        this.name = name;
        this.pop = pop;
        this.base = "http://" + watch.getAddress().getHostAddress() + ":" + watch.getPort();
        this.token = token;
    }

    public Snapshot snapshot() {
        return snapshot;
    }

    /** Says with each watch from now on what it answered from the snapshot that it serves. */
    public void reports(DistributionCounts... answered) {
        counts = List.of(answered);
    }

    /** Watches once and returns the answer without applying it. */
    public WatchAnswer watch(long waitMillis) throws IOException, InterruptedException {
        return answer(http.send(watchRequest(waitMillis), BodyHandlers.ofByteArray()));
    }

    /** Watches in the background. */
    public CompletableFuture<WatchAnswer> watchLater(long waitMillis) {
        return http.sendAsync(watchRequest(waitMillis), BodyHandlers.ofByteArray())
                .thenApply(FakeNode::answer);
    }

    /** Watches once and applies and acknowledges what came. */
    public WatchAnswer follow(long waitMillis) throws IOException, InterruptedException {
        WatchAnswer answer = watch(waitMillis);
        SnapshotDelta delta = answer.delta();
        if (delta != null) {
            apply(delta);
        }
        return answer;
    }

    /** Follows on a thread of its own until closed, answering every question with that JSON. */
    public FakeNode following(String answer) {
        return following(_ -> answer);
    }

    /** The same with an answer that depends on the question; null for none at all. */
    public FakeNode following(Function<WatchAnswer.Question, @Nullable String> answers) {
        Thread.ofVirtual().start(() -> {
            try {
                while (!closed) {
                    for (WatchAnswer.Question question : follow(20_000).questions()) {
                        String answer = answers.apply(question);
                        if (answer != null) {
                            answerQuestion(question.id(), answer);
                        }
                    }
                }
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return this;
    }

    public void apply(SnapshotDelta delta) throws IOException, InterruptedException {
        snapshot = snapshot.apply(delta);
        post(
                "/acknowledgements",
                SnapshotCodec.encode(new Acknowledgement(name, snapshot.stateId(), snapshot.revision(), true, null)));
    }

    public void reject(SnapshotDelta delta, String reason) throws IOException, InterruptedException {
        post(
                "/acknowledgements",
                SnapshotCodec.encode(new Acknowledgement(name, delta.stateId(), delta.revision(), false, reason)));
    }

    public void answerQuestion(String id, String json) throws IOException, InterruptedException {
        post("/answers/" + id, json.getBytes(StandardCharsets.UTF_8));
    }

    public HttpResponse<byte[]> code(String sha256) throws IOException, InterruptedException {
        return http.send(request("/code/" + sha256).GET().build(), BodyHandlers.ofByteArray());
    }

    public HttpResponse<byte[]> post(String path, byte[] body) throws IOException, InterruptedException {
        return http.send(request(path).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
        http.close();
    }

    private HttpRequest watchRequest(long waitMillis) {
        byte[] body = SnapshotCodec.encode(new WatchRequest(
                name, pop, snapshot.stateId(), snapshot.revision(), snapshot.digest(), waitMillis, counts));
        return request("/watch").POST(BodyPublishers.ofByteArray(body)).build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    private static WatchAnswer answer(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException("watch answered " + response.statusCode());
        }
        return SnapshotCodec.decode(response.body(), WatchAnswer.class);
    }
}
