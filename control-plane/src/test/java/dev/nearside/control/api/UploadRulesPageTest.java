package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nearside.control.TestPlane;
import dev.nearside.control.aws.AwsError;
import dev.nearside.kit.snapshot.Distribution.FunctionAssociation;
import dev.nearside.kit.snapshot.FunctionVersion;
import dev.nearside.kit.snapshot.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociation;
import software.amazon.awssdk.services.cloudfront.model.LambdaFunctionAssociations;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** The page of rules, held against the control plane: each row about uploads and associations is provoked here. */
class UploadRulesPageTest {

    private static final Path PAGE = Path.of("..", "docs", "rules.md");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern REPEATED = Pattern.compile("x×([0-9]+)");
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final String UNZIP =
            "Could not unzip uploaded file. Please check your file, then try to upload again. (";

    private record Row(String rule, String provocation, String message) {

        static Row of(String line) {
            String[] cells = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
            assertThat(cells).as(line).hasSize(4);
            return new Row(unquoted(cells[0]), unquoted(cells[2]), cells[3].strip());
        }

        private static String unquoted(String cell) {
            return cell.strip().replaceAll("^`|`$", "");
        }
    }

    private static List<Row> rows(String heading) throws IOException {
        return Arrays.stream(Files.readString(PAGE).split("\n## ", -1))
                .filter(part -> part.startsWith(heading))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("| `"))
                .map(Row::of)
                .toList();
    }

    private static Stream<DynamicTest> refused(String heading, String before, Consumer<Row> call) throws IOException {
        List<Row> rows = rows(heading);
        assertThat(rows).isNotEmpty();
        return rows.stream()
                .map(row -> DynamicTest.dynamicTest(row.rule() + " " + row.provocation(), () -> {
                    AwsError error = catchThrowableOfType(AwsError.class, () -> call.accept(row));
                    assertThat(error).as("nothing is refused").isNotNull();
                    assertThat(error.text()).isEqualTo(before + row.message() + (before.isEmpty() ? "" : ")"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> functionsAreRefusedAsThePageSays() throws IOException {
        return refused("Uploads: functions", "", row -> create(json(row)));
    }

    @TestFactory
    Stream<DynamicTest> zipsAreRefusedAsThePageSays() throws IOException {
        return refused(
                "Uploads: zips",
                UNZIP,
                row -> FunctionChecks.requireZip(SdkBytes.fromByteArray(Zips.with(row.provocation()))));
    }

    @TestFactory
    Stream<DynamicTest> associationsAreRefusedAsThePageSays() throws IOException {
        return refused("Associations", "", row -> associate(json(row), 5));
    }

    @TestFactory
    Stream<DynamicTest> reservedVariablesOfThePageAreRefused() throws IOException {
        String page = Files.readString(PAGE);
        String list = page.substring(page.indexOf("Reserved are "), page.indexOf("## Uploads: zips"));
        List<String> names = Pattern.compile("`([^`]+)`")
                .matcher(list)
                .results()
                .map(name -> name.group(1))
                .toList();
        assertThat(names).hasSize(12);
        return names.stream()
                .map(name -> name.endsWith("_") ? name + "ANYTHING" : name)
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Environment environment =
                            Environment.builder().variables(Map.of(name, "x")).build();
                    AwsError error = catchThrowableOfType(AwsError.class, () -> FunctionChecks.check(environment));
                    assertThat(error).isNotNull();
                    assertThat(error.text()).endsWith("Reserved keys used in this request: " + name);
                }));
    }

    @Test
    void whatTheRowsStartFromIsTaken() throws IOException {
        create(MAPPER.readTree("{\"Environment\":{\"LONG\":\"" + "x".repeat(4_092) + "\"}}"));
        assertThat(FunctionChecks.requireZip(TestPlane.zip("//"))).isNotEmpty();
        associate(MAPPER.readTree("{\"arn\":\"hello:1\",\"events\":[\"viewer-request\",\"viewer-response\"]}"), 5);
        associate(MAPPER.readTree("{\"arn\":\"large:1\",\"events\":[\"origin-request\"],\"includeBody\":true}"), 5);
    }

    @Test
    void viewerTimeoutIsThatOfTheAccount() throws IOException {
        JsonNode half = MAPPER.readTree("{\"arn\":\"half:1\",\"events\":[\"viewer-request\"]}");
        associate(half, 30);

        AwsError error = catchThrowableOfType(AwsError.class, () -> associate(half, 29));
        assertThat(error).isNotNull();
        assertThat(error.text()).contains("viewer-request event: 30 Max allowed: 29");
    }

    private static JsonNode json(Row row) {
        try {
            return MAPPER.readTree(
                    REPEATED.matcher(row.provocation()).replaceAll(x -> "x".repeat(Integer.parseInt(x.group(1)))));
        } catch (IOException e) {
            throw new AssertionError(row.provocation(), e);
        }
    }

    /** What LambdaFunctions checks of a function that is created. */
    private static void create(JsonNode members) {
        FunctionName.parse(text(members, "FunctionName", "hello"));
        Map<String, String> variables = new LinkedHashMap<>();
        members.path("Environment")
                .properties()
                .forEach(variable ->
                        variables.put(variable.getKey(), variable.getValue().asText()));
        FunctionChecks.check(Environment.builder().variables(variables).build());
        FunctionChecks.check(FunctionConfiguration.builder()
                .runtime(text(members, "Runtime", "nodejs20.x"))
                .handler(text(members, "Handler", "index.handler"))
                .role(text(members, "Role", TestPlane.ROLE))
                .description(text(members, "Description", ""))
                .timeout(members.path("Timeout").asInt(3))
                .memorySize(members.path("MemorySize").asInt(128))
                .build());
    }

    private static String text(JsonNode members, String name, String usual) {
        return members.has(name) ? members.get(name).textValue() : usual;
    }

    private static void associate(JsonNode asked, int maxViewerTimeoutSeconds) {
        String name = asked.get("arn").asText();
        String arn = asked.has("region") && asked.get("region").isNull()
                ? name
                : FUNCTION.replace("us-east-1", text(asked, "region", "us-east-1")) + name;
        List<LambdaFunctionAssociation> associations = new ArrayList<>();
        Stream<String> events = asked.has("events")
                ? StreamSupport.stream(asked.get("events").spliterator(), false).map(JsonNode::asText)
                : Stream.of("viewer-request");
        events.forEach(event -> associations.add(LambdaFunctionAssociation.builder()
                .eventType(event)
                .lambdaFunctionARN(arn)
                .includeBody(asked.path("includeBody").asBoolean())
                .build()));
        List<Resource> parts = new ArrayList<>();
        List<FunctionAssociation> mapped = new AssociationMapping(UploadRulesPageTest::published, parts)
                .map(
                        LambdaFunctionAssociations.builder()
                                .quantity(associations.size())
                                .items(associations)
                                .build(),
                        "/a/*");
        Map<String, FunctionVersion> versions = new LinkedHashMap<>();
        parts.forEach(part -> versions.put(((FunctionVersion) part).id(), (FunctionVersion) part));
        AssociatedFunctions.check(mapped, versions, maxViewerTimeoutSeconds);
    }

    /** Functions with one version each. */
    private static Optional<FunctionVersion> published(String arn, String name, long version) {
        if (version != 1) {
            return Optional.empty();
        }
        return switch (name) {
            case "hello" -> Optional.of(version(arn, "nodejs20.x", 128, 5));
            case "slow" -> Optional.of(version(arn, "nodejs20.x", 128, 31));
            case "half" -> Optional.of(version(arn, "nodejs22.x", 128, 30));
            case "large" -> Optional.of(version(arn, "python3.12", 256, 5));
            case "other" -> Optional.of(version(arn, "provided.al2023", 128, 5));
            default -> Optional.empty();
        };
    }

    private static FunctionVersion version(String arn, String runtime, int memoryMb, int timeoutSeconds) {
        return new FunctionVersion(
                arn, "name", "1", runtime, "index.handler", "0".repeat(64), 1, memoryMb, timeoutSeconds, Map.of());
    }

    /** Zips that no honest tool makes, by what the page calls them. */
    private static final class Zips {

        private static final int DIRECTORY_ENTRY_MODE = 40;

        static byte[] with(String what) {
            return switch (what) {
                case "nonsense" -> "nonsense".getBytes(StandardCharsets.US_ASCII);
                case "a folder" -> of("a/");
                case "a.js and ./a.js" -> of("a.js", "./a.js");
                case "lib and lib/a.js" -> of("lib", "lib/a.js");
                case "a link" -> withMode(0120777);
                case "a device" -> withMode(0020666);
                case "an entry that its directory does not list" -> withOtherDirectory();
                case "a bomb" -> TestPlane.zip(Map.of("bomb.js", new byte[9 * 1024 * 1024]));
                case "50001 folders" ->
                    of(Stream.iterate(0, i -> i + 1)
                            .limit(50_001)
                            .map(i -> i + "/")
                            .toArray(String[]::new));
                case "a huge package.json" -> TestPlane.zip(Map.of("package.json", new byte[1024 * 1024 + 1]));
                case "a deep package.json" ->
                    TestPlane.zip(Map.of("package.json", "[".repeat(65).getBytes(StandardCharsets.US_ASCII)));
                default -> of(what);
            };
        }

        private static byte[] of(String... paths) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (String path : paths) {
                files.put(path, new byte[0]);
            }
            return TestPlane.zip(files);
        }

        private static byte[] withMode(int mode) {
            byte[] zip = of("a.js");
            int entry = latin1(zip).lastIndexOf("PK\u0001\u0002");
            zip[entry + DIRECTORY_ENTRY_MODE] = (byte) mode;
            zip[entry + DIRECTORY_ENTRY_MODE + 1] = (byte) (mode >> 8);
            return zip;
        }

        private static byte[] withOtherDirectory() {
            byte[] zip = of("a.js");
            zip[latin1(zip).lastIndexOf("a.js")] = 'b';
            return zip;
        }

        private static String latin1(byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
