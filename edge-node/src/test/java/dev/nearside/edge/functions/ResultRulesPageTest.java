package dev.nearside.edge.functions;

import static dev.nearside.function.EventType.ORIGIN_REQUEST;
import static dev.nearside.function.EventType.ORIGIN_RESPONSE;
import static dev.nearside.function.EventType.VIEWER_REQUEST;
import static dev.nearside.function.EventType.VIEWER_RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nearside.function.EdgeEvent;
import dev.nearside.function.EdgeHeaders;
import dev.nearside.function.EdgeRequest;
import dev.nearside.function.EventType;
import dev.nearside.kit.http.HeaderNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The page of rules, held against the node: each row of its tables about results is provoked here, and the message must
 * be the page's. In rows {@code x×5} stands for five letters.
 */
class ResultRulesPageTest {

    private static final Path PAGE = Path.of("..", "docs", "rules.md");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern REPEATED = Pattern.compile("x×([0-9]+)");

    /** A row of the page: {@code | `rule` | what AWS says | event | sets or returns `JSON` | message |}. */
    private record Row(String rule, EventType event, boolean sets, String json, String message) {

        static Row of(String line) {
            String[] cells = line.substring(1, line.lastIndexOf('|')).split("\\|", -1);
            assertThat(cells).as(line).hasSize(5);
            String provocation = cells[3].strip();
            return new Row(
                    unquoted(cells[0]),
                    EventType.of(cells[2].strip()),
                    provocation.startsWith("sets "),
                    unquoted(provocation.substring(provocation.indexOf('`'))),
                    cells[4].strip());
        }

        private static String unquoted(String cell) {
            return cell.strip().replaceAll("^`|`$", "");
        }
    }

    private static List<Row> rows() throws IOException {
        return section("Results: ")
                .filter(line -> line.startsWith("| `"))
                .map(Row::of)
                .toList();
    }

    /** The lines of the page under headings that begin so. */
    private static Stream<String> section(String heading) throws IOException {
        return Arrays.stream(Files.readString(PAGE).split("\n## ", -1))
                .filter(part -> part.startsWith(heading))
                .flatMap(String::lines);
    }

    @TestFactory
    Stream<DynamicTest> messageIsThatOfThePage() throws IOException {
        return rows().stream()
                .map(row ->
                        DynamicTest.dynamicTest(row.event().wireName() + " " + row.rule() + " " + row.json(), () -> {
                            InvalidResultException refused =
                                    catchThrowableOfType(InvalidResultException.class, () -> answer(row));
                            assertThat(refused).as("nothing is refused").isNotNull();
                            assertThat(refused).hasMessage(row.message() + " (rule " + row.rule() + ")");
                            assertThat(refused.rule().id()).isEqualTo(row.rule());
                        }));
    }

    @Test
    void everyRuleHasARow() throws IOException {
        assertThat(rows())
                .extracting(Row::rule)
                .containsAll(
                        Arrays.stream(ResultRule.values()).map(ResultRule::id).toList());
    }

    /** The page's list of read-only headers, each added, changed and deleted on its event. */
    @TestFactory
    Stream<DynamicTest> readOnlyHeadersOfThePageStayAsTheyAre() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (EventType event : EventType.values()) {
            readOnlyOnThePage(event).forEach(header -> {
                tests.add(readOnly(event, header, null, "1"));
                tests.add(readOnly(event, header, "1", "2"));
                tests.add(readOnly(event, header, "1", null));
            });
        }
        return tests.stream();
    }

    private static Stream<String> readOnlyOnThePage(EventType event) throws IOException {
        return section("Headers that are read-only")
                .filter(line -> line.startsWith("| " + event.wireName() + " |"))
                .flatMap(ResultRulesPageTest::quoted);
    }

    private static Stream<String> disallowedOnThePage() throws IOException {
        return section("Headers that are disallowed")
                .filter(line -> line.startsWith("`"))
                .flatMap(ResultRulesPageTest::quoted);
    }

    private static DynamicTest readOnly(
            EventType event, String header, @Nullable String before, @Nullable String after) {
        String did = before == null ? "adds" : after == null ? "deletes" : "changes";
        return DynamicTest.dynamicTest(event.wireName() + " " + did + " " + header, () -> {
            InvalidResultException refused = catchThrowableOfType(
                    InvalidResultException.class,
                    () -> HeaderRules.check(event, headers(header, before), headers(header, after)));
            assertThat(refused).isNotNull();
            assertThat(refused.rule()).isEqualTo(ResultRule.HEADER_READ_ONLY);
            assertThat(refused.getMessage()).contains(did + " the header '" + header.toLowerCase(Locale.ROOT) + "'");
            HeaderRules.check(event, headers(header, before), headers(header, before));
        });
    }

    private static EdgeHeaders headers(String header, @Nullable String value) {
        EdgeHeaders others = EdgeHeaders.empty().with("X-Other", "1");
        return value == null ? others : others.with(header, value);
    }

    /** The page's list of disallowed headers, each added on each event; a star stands for anything. */
    @TestFactory
    Stream<DynamicTest> disallowedHeadersOfThePageAreRefusedAndHidden() throws IOException {
        return disallowedOnThePage()
                .map(header -> header.replace("*", "Sample"))
                .flatMap(header -> Stream.of(EventType.values())
                        .map(event -> DynamicTest.dynamicTest(event.wireName() + " adds " + header, () -> {
                            InvalidResultException refused = catchThrowableOfType(
                                    InvalidResultException.class,
                                    () -> HeaderRules.check(event, EdgeHeaders.empty(), headers(header, "1")));
                            assertThat(refused).isNotNull();
                            assertThat(refused.rule()).isEqualTo(ResultRule.HEADER_DISALLOWED);
                            assertThat(HeaderRules.isDisallowed(header)).isTrue();
                        })));
    }

    @Test
    void listsOfThePageAreWhole() throws IOException {
        for (EventType event : EventType.values()) {
            assertThat(readOnlyOnThePage(event).map(header -> header.toLowerCase(Locale.ROOT)))
                    .containsExactlyInAnyOrderElementsOf(HeaderRules.readOnly(event));
        }
        assertThat(disallowedOnThePage()
                        .map(header -> header.toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList())
                .hasToString(HeaderNames.HIDDEN_FROM_FUNCTIONS.toString());
    }

    private static Stream<String> quoted(String line) {
        return Pattern.compile("`([^`]+)`").matcher(line).results().map(match -> match.group(1));
    }

    private static void answer(Row row) throws IOException, InvalidResultException {
        EdgeEvent event = event(row.event());
        String json = REPEATED.matcher(row.json()).replaceAll(x -> "x".repeat(Integer.parseInt(x.group(1))));
        if (row.sets()) {
            JsonNode cf = MAPPER.readTree(EventCodec.encode(event)).at("/Records/0/cf");
            JsonNode given = cf.get(row.event().isRequest() ? "request" : "response");
            json = merged(given, MAPPER.readTree(json)).toString();
        }
        Events.judged(event, json.replace("'", "\\u0027"));
    }

    private static EdgeEvent event(EventType type) {
        EdgeEvent usual = Events.of(
                type,
                EdgeHeaders.empty().with("Host", "shop.test"),
                EdgeHeaders.empty().with("Via", "1.1 origin.test"));
        EdgeRequest request = usual.request();
        EdgeRequest.Body body = type.isRequest() ? new EdgeRequest.Body(true, "read-only", "base64", "aGVs") : null;
        return Events.with(
                type,
                new EdgeRequest(
                        request.clientIp(),
                        request.method(),
                        request.uri(),
                        request.querystring(),
                        request.headers(),
                        body,
                        request.origin()),
                usual.response());
    }

    /** A JSON merge patch (RFC 7396). */
    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        ObjectNode merged = target instanceof ObjectNode object ? object : MAPPER.createObjectNode();
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                merged.remove(change.getKey());
            } else {
                JsonNode old = merged.path(change.getKey());
                merged.set(change.getKey(), merged(old, change.getValue()));
            }
        });
        return merged;
    }

    @Test
    void rowsTellOfAllEvents() throws IOException {
        assertThat(rows())
                .extracting(Row::event)
                .contains(VIEWER_REQUEST, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_RESPONSE);
    }
}
