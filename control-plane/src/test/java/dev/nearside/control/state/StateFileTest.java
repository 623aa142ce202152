package dev.nearside.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.ControlPlaneConfig;
import dev.nearside.control.FakeNode;
import dev.nearside.control.StoppedState;
import dev.nearside.control.TestPlane;
import dev.nearside.control.TestState;
import dev.nearside.kit.code.CodeDigest;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;

/** Exported states: between the kinds of database, and what is refused. */
class StateFileTest {

    private static final String TABLE = "tables/lambda_function.jsonl";

    @TempDir
    private Path folder;

    @Test
    void stateMovesToPostgresAndBackWithoutADifference() throws Exception {
        ControlPlaneConfig first = TestPlane.config(folder.resolve("first"), TestState.SQLITE);
        Snapshot before = fill(first);
        Path exported = export(first, "exported");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(exported)))
                .isEqualTo("rw-------");

        ControlPlaneConfig postgres = TestPlane.config(folder.resolve("second"), TestState.newPostgres());
        load(exported, postgres);
        assertThat(export(postgres, "from-postgres")).hasSameBinaryContentAs(exported);

        ControlPlaneConfig third = TestPlane.config(folder.resolve("third"), TestState.SQLITE);
        load(folder.resolve("from-postgres"), third);
        try (TestPlane aws = new TestPlane(third)) {
            FakeNode node = aws.node("n");
            node.follow(5_000);
            assertThat(node.snapshot()).isEqualTo(before);
            assertThat(node.code(node.snapshot()
                                    .all(FunctionVersion.class)
                                    .getFirst()
                                    .codeSha256())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(aws.lambda.listFunctions().functions()).hasSize(1);
        }
    }

    @Test
    void runningControlPlaneHandsOutItsState() throws Exception {
        ControlPlaneConfig config = TestPlane.config(folder.resolve("data"), TestState.SQLITE);
        fill(config);
        Path stopped = export(config, "stopped");
        Path running = folder.resolve("running");
        try (TestPlane aws = new TestPlane(config);
                HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/export");
            HttpResponse<Path> answer =
                    http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofFile(running));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/zip");
        }
        assertThat(running).hasSameBinaryContentAs(stopped);
    }

    @Test
    void stateThatIsNotEmptyIsLeftAlone() throws Exception {
        ControlPlaneConfig config = TestPlane.config(folder.resolve("data"), TestState.SQLITE);
        fill(config);
        Path exported = export(config, "exported");

        assertThatThrownBy(() -> load(exported, config))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("the state is not empty")
                .hasMessageContaining("nothing was changed");
        assertThat(export(config, "again")).hasSameBinaryContentAs(exported);
    }

    @Test
    void stateOnWhichNothingWasDoneYetMayBeFilled() throws Exception {
        ControlPlaneConfig config = TestPlane.config(folder.resolve("data"), TestState.SQLITE);
        fill(config);
        Path exported = export(config, "exported");
        ControlPlaneConfig started = TestPlane.config(folder.resolve("started"), TestState.SQLITE);
        new TestPlane(started).close();

        load(exported, started);
        assertThat(export(started, "again")).hasSameBinaryContentAs(exported);
    }

    @Test
    void keysComeOnlyWhereTheirMasterKeyIs() throws Exception {
        ControlPlaneConfig config = TestPlane.config(folder.resolve("data"), TestState.SQLITE);
        String key;
        try (TestPlane aws = new TestPlane(config)) {
            key = aws.kms("ann").createKey().keyMetadata().arn();
        }
        Path exported = export(config, "exported");
        ControlPlaneConfig fresh = TestPlane.config(folder.resolve("fresh"), TestState.SQLITE);
        ControlPlaneConfig started = TestPlane.config(folder.resolve("started"), TestState.SQLITE);
        new TestPlane(started).close();

        for (ControlPlaneConfig target : List.of(fresh, started)) {
            Path masterKey = Path.of(target.data()).resolve("master-key");
            assertThatThrownBy(() -> load(exported, target))
                    .isInstanceOf(StateException.class)
                    .hasMessage("this file's keys need the master key of its control plane, copy it to " + masterKey
                            + " first; nothing was changed");
            Files.copy(folder.resolve("data").resolve("master-key"), masterKey, StandardCopyOption.REPLACE_EXISTING);
            load(exported, target);
            try (TestPlane aws = new TestPlane(target)) {
                assertThat(aws.kms("ann").listKeys().keys().getFirst().keyArn()).isEqualTo(key);
            }
        }
    }

    /** What may be wrong with a file, and what is said of it. */
    enum Fault {
        CHANGED_ROW("is damaged: " + TABLE + " has the SHA-256"),
        CHANGED_CODE("is damaged: code/"),
        MISSING_CODE("lacks [code/"),
        ADDED_ENTRY("has too many [added]"),
        NO_MANIFEST("has no manifest.json"),
        OTHER_FORMAT("has the format nearside-state 2, expected nearside-state 1"),
        NEWER_SCHEMA("has the schema versions [999]"),
        CUT_OFF("is not an exported state, or was cut off"),
        EMPTY("is not an exported state, or was cut off");

        private final String message;

        Fault(String message) {
            this.message = message;
        }
    }

    @ParameterizedTest
    @EnumSource
    void faultyFileIsRefusedAndChangesNothing(Fault fault) throws Exception {
        ControlPlaneConfig config = TestPlane.config(folder.resolve("data"), TestState.SQLITE);
        fill(config);
        Path faulty = spoil(export(config, "exported"), fault);
        ControlPlaneConfig target = TestPlane.config(folder.resolve("target"), TestState.SQLITE);

        assertThatThrownBy(() -> load(faulty, target))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(faulty.toString())
                .hasMessageContaining(fault.message)
                .message()
                .hasLineCount(1);
        try (TestPlane aws = new TestPlane(target)) {
            assertThat(aws.lambda.listFunctions().functions()).isEmpty();
        }
    }

    @Test
    void rowsThatTheDatabaseRefusesUndoTheWholeImport() throws Exception {
        ControlPlaneConfig config = TestPlane.config(folder.resolve("data"), TestState.SQLITE);
        fill(config);
        Map<String, byte[]> entries = entries(export(config, "exported"));
        // A version without its function, with a manifest that is right about it.
        entries.put(TABLE, new byte[0]);
        String manifest = new String(entries.get("manifest.json"), StandardCharsets.UTF_8);
        String was = manifest.replaceFirst("(?s).*\"" + TABLE + "\" : \"([0-9a-f]{64})\".*", "$1");
        String now = CodeDigest.hex(new byte[0]);
        entries.put("manifest.json", manifest.replace(was, now).getBytes(StandardCharsets.UTF_8));
        Path file = write(entries, "orphan");
        ControlPlaneConfig target = TestPlane.config(folder.resolve("target"), TestState.SQLITE);

        assertThatThrownBy(() -> load(file, target)).isInstanceOf(StateException.class);
        try (TestPlane aws = new TestPlane(target)) {
            assertThat(aws.cloudFront.listDistributions().distributionList().items())
                    .isEmpty();
        }
    }

    /** A function with a version, a distribution that uses it, an invalidation, a key value store and a stack. */
    private static Snapshot fill(ControlPlaneConfig config) throws IOException, InterruptedException {
        try (TestPlane aws = new TestPlane(config)) {
            FakeNode node = aws.node("n");
            aws.lambda.createFunction(TestPlane.function("hello")
                    .publish(true)
                    .description("caf\u00e9 \u2028 \\ \" 'quoted'")
                    .build());
            LambdaFunctionAssociation association = LambdaFunctionAssociation.builder()
                    .eventType("viewer-request")
                    .lambdaFunctionARN("arn:aws:lambda:us-east-1:000000000000:function:hello:1")
                    .build();
            String id = aws.cloudFront
                    .createDistribution(request -> request.distributionConfig(TestPlane.distribution("one")
                            .defaultCacheBehavior(TestPlane.behavior()
                                    .lambdaFunctionAssociations(
                                            all -> all.quantity(1).items(association))
                                    .build())
                            .build()))
                    .distribution()
                    .id();
            aws.cloudFront.createInvalidation(request -> request.distributionId(id)
                    .invalidationBatch(batch -> batch.callerReference("r")
                            .paths(paths -> paths.quantity(2).items("/a", "/b*"))));
            aws.cloudFront.createKeyValueStore(request -> request.name("store").comment("a comment"));
            saveStack(aws);
            node.follow(5_000);
            return node.snapshot();
        }
    }

    private static void saveStack(TestPlane aws) throws IOException, InterruptedException {
        URI stack = URI.create("http://127.0.0.1:" + aws.plane.apiAddress().getPort() + "/_nearside/stacks/shop");
        HttpRequest put = HttpRequest.newBuilder(stack)
                .PUT(HttpRequest.BodyPublishers.ofString(
                        "{\"revision\":0,\"busy\":false,\"record\":{\"resources\":{}}}"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(put, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    private Path export(ControlPlaneConfig config, String name) {
        Path file = folder.resolve(name);
        try (StoppedState state = StoppedState.open(config)) {
            state.exportTo(file);
        }
        return file;
    }

    private static void load(Path file, ControlPlaneConfig config) {
        try (StateImport imported = StateImport.open(file);
                StoppedState state = StoppedState.open(config)) {
            state.importFrom(imported);
        }
    }

    private Path spoil(Path exported, Fault fault) throws IOException {
        if (fault == Fault.CUT_OFF || fault == Fault.EMPTY) {
            byte[] whole = Files.readAllBytes(exported);
            int length = fault == Fault.EMPTY ? 0 : whole.length / 2;
            return Files.write(folder.resolve("faulty"), Arrays.copyOf(whole, length));
        }
        Map<String, byte[]> entries = entries(exported);
        String code = entries.keySet().stream()
                .filter(name -> name.startsWith("code/"))
                .findFirst()
                .orElseThrow();
        switch (fault) {
            case CHANGED_ROW -> replace(entries, TABLE, "hello", "hallo");
            case CHANGED_CODE -> entries.get(code)[10] ^= 1;
            case MISSING_CODE -> entries.remove(code);
            case ADDED_ENTRY -> entries.put("added", new byte[1]);
            case NO_MANIFEST -> entries.remove("manifest.json");
            case OTHER_FORMAT -> replace(entries, "manifest.json", "\"version\" : 1", "\"version\" : 2");
            case NEWER_SCHEMA -> replace(entries, "manifest.json", "\"schema\" : [ 1,", "\"schema\" : [ 999, 1,");
            case CUT_OFF, EMPTY -> throw new IllegalStateException("done above");
        }
        return write(entries, "faulty");
    }

    private static void replace(Map<String, byte[]> entries, String name, String from, String to) {
        String text = new String(entries.get(name), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        entries.put(name, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, byte[]> entries(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<ZipEntry> all = new ArrayList<>();
            zip.stream().forEach(all::add);
            for (ZipEntry entry : all) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    private Path write(Map<String, byte[]> entries, String name) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }
}
