package dev.nearside.control.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.StreamMessage;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nearside.control.aws.AwsError;
import dev.nearside.control.aws.WireRequest;
import dev.nearside.control.deploy.Deployment;
import dev.nearside.control.state.CodeStore;
import dev.nearside.control.state.StateException;
import dev.nearside.control.state.StateExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the whole state as a file. It is written to disk first, so that a slow reader does not hold up changes.
 *
 * @param access lets in who may read everything
 * @param threads where the file is written
 */
record ExportService(Deployment deployment, CodeStore code, SignedAccess access, Executor threads)
        implements HttpService {

    static final String PATH = NearsideApi.PREFIX + "export";

    /** It holds more than what the calls that read show, so a key for reading is not enough. */
    private static final String OPERATION = "ExportState";

    private static final Logger LOG = LoggerFactory.getLogger(ExportService.class);

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        WireRequest head;
        try {
            head = HttpMessages.request(request.headers(), HttpMessages.rawPath(context), new byte[0])
                    .withQuery(context.query());
        } catch (AwsError malformedQuery) {
            return HttpMessages.response(NearsideJson.message(400, malformedQuery.text()));
        }
        return access.refusalOfHead(head)
                .map(HttpMessages::response)
                .orElseGet(() -> HttpResponse.of(request.aggregate()
                        .thenApplyAsync(
                                whole -> answer(
                                        context, head.withBody(whole.content().array())),
                                threads)));
    }

    private HttpResponse answer(ServiceRequestContext context, WireRequest request) {
        try {
            return access.refusal(request, OPERATION)
                    .map(HttpMessages::response)
                    .orElseGet(() -> export(context));
        } catch (StateException e) {
            LOG.warn("the export failed: {}", e.getMessage());
            return HttpMessages.response(NearsideJson.message(503, String.valueOf(e.getMessage())));
        }
    }

    private HttpResponse export(ServiceRequestContext context) {
        Path folder = code.newTemporaryFolder();
        try {
            Path file = folder.resolve("state");
            deployment.snapshot(connection -> {
                new StateExport(code, file).write(connection);
                return file;
            });
            ResponseHeaders headers = ResponseHeaders.builder(HttpStatus.OK)
                    .contentType(MediaType.ZIP)
                    .contentLength(size(file))
                    .build();
            StreamMessage<HttpData> bytes = StreamMessage.builder(file)
                    .executor(context.blockingTaskExecutor())
                    .build();
            HttpResponse response = HttpResponse.of(headers, bytes);
            CompletableFuture<Void> sent = response.whenComplete();
            sent.whenCompleteAsync((_, _) -> code.removeTemporaryFolder(folder), threads);
            return response;
        } catch (RuntimeException e) {
            code.removeTemporaryFolder(folder);
            throw e;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new StateException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
