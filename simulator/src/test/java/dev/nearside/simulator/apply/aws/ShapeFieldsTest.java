package dev.nearside.simulator.apply.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.simulator.apply.template.Node;
import dev.nearside.simulator.apply.template.TemplateException;
import dev.nearside.simulator.apply.template.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/** Values of templates as shapes of the SDK. */
class ShapeFieldsTest {

    private static final ShapeFields FIELDS = new ShapeFields(Map.of("IPV6Enabled", "IsIPV6Enabled"));

    @Test
    void listsBecomeQuantitiesWithItemsAndNamesMayDifferInCase() {
        Value.Members members = members(Map.of(
                "aliases",
                new Value.Items(List.of(text("a"), text("b")), 1),
                "IPV6Enabled",
                text("TRUE"),
                "ViewerCertificate",
                members(Map.of("AcmCertificateArn", text("arn"))),
                "CustomErrorResponses",
                new Value.Items(List.of(), 1)));
        DistributionConfig config =
                (DistributionConfig) FIELDS.build(members, DistributionConfig.builder(), "DistributionConfig");
        assertThat(config.aliases().quantity()).isEqualTo(2);
        assertThat(config.aliases().items()).containsExactly("a", "b");
        assertThat(config.isIPV6Enabled()).isTrue();
        assertThat(config.viewerCertificate().acmCertificateArn()).isEqualTo("arn");
        assertThat(config.customErrorResponses().quantity()).isZero();
    }

    @Test
    void mapsNumbersAndBytesAreRead() {
        Value.Members members = members(Map.of(
                "Timeout",
                new Value.Text("7", Node.Kind.NUMBER, Value.Trait.PLAIN, 1),
                "Environment",
                members(Map.of("Variables", members(Map.of("A", text("1"), "B", text("x"))))),
                "Code",
                members(Map.of("ZipFile", new Value.Content(new byte[] {1, 2}, 1)))));
        CreateFunctionRequest request =
                (CreateFunctionRequest) FIELDS.build(members, CreateFunctionRequest.builder(), "");
        assertThat(request.timeout()).isEqualTo(7);
        assertThat(request.environment().variables()).isEqualTo(Map.of("A", "1", "B", "x"));
        assertThat(request.code().zipFile().asByteArray()).containsExactly(1, 2);
    }

    @Test
    void whatIsNotKnownYetFitsEverywhere() {
        Value unknown = new Value.Text("${X}", Node.Kind.TEXT, Value.Trait.UNKNOWN, 1);
        CreateFunctionRequest request = (CreateFunctionRequest)
                FIELDS.build(members(Map.of("Timeout", unknown, "Role", unknown)), CreateFunctionRequest.builder(), "");
        assertThat(request.timeout()).isNull();
        assertThat(request.role()).isEqualTo("${X}");
    }

    @Test
    void secretsAreNotQuoted() {
        Value secret = new Value.Text("hush", Node.Kind.TEXT, Value.Trait.SECRET, 4);
        assertThatThrownBy(() -> FIELDS.build(members(Map.of("Timeout", secret)), CreateFunctionRequest.builder(), ""))
                .isInstanceOfSatisfying(
                        TemplateException.class, e -> assertThat(e.line()).isEqualTo(4))
                .hasMessage("Timeout is another value, expected a number");
    }

    private static Value.Text text(String text) {
        return Value.Text.of(text, 1);
    }

    private static Value.Members members(Map<String, Value> members) {
        return new Value.Members(members, 1);
    }
}
