package dev.nearside.simulator.apply.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are templates, and texts that are none: what is said, and of which line. */
class TemplateTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Resources:\n  A:\n    Type: T\n    DependsOn: B\n  B: {Type: T, DeletionPolicy: Retain}",
                "{\"Resources\": {\n\t\"A\": {\"Type\": \"T\", \"DependsOn\": [\"B\"]},\n\"B\": {\"Type\": \"T\",\n\"DeletionPolicy\": \"Retain\"}}}",
            })
    void yamlAndJsonAreTheSame(String text) {
        Template template = Template.of(TemplateText.parse(text));
        assertThat(template.resources()).containsOnlyKeys("A", "B");
        assertThat(Objects.requireNonNull(template.resources().get("A")).dependsOn())
                .containsExactly("B");
        assertThat(Objects.requireNonNull(template.resources().get("B")).keptOnDelete())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | 1 | the template is empty",
                "`- a` | 1 | the template is a list, expected names with values",
                "`a: [` | 1 | YAML: ",
                "`{\"Resources\": ` | 1 | JSON: ",
                "`{\"a\": 1}{` | 1 | there is more after the end",
                "`{\"a\": 1,\n\"a\": 2}` | 2 | the key a is there twice",
                "`a: 1\na: 2` | 2 | the key a is there twice",
                "`a: &x {b: 1}\nc: *x` | 0 | aliases of lists and mappings are not taken",
                "`a: !!java.io.File x` | 1 | YAML: Global tag is not allowed: tag:yaml.org,2002:java.io.File",
                "`? [a]\n: b` | 1 | a key is a list or a mapping",
                "`Resource: {}` | 1 | the section Resource is none of a template's",
                "`Resources: {}` | 1 | the template has no Resources",
                "`Description: x` | 0 | the template has no Resources",
                "`Resources: {a-b: {Type: T}}` | 1 | the logical id 'a-b', expected letters and digits",
                "`Resources:\n  A: {Properties: {}}` | 2 | A has no Type",
                "`Resources:\n  A: {Type: T, Kind: x}` | 2 | A has the attribute Kind",
                "`Resources:\n  A: {Type: T, DeletionPolicy: Snapshot}` | 2 | DeletionPolicy of A is 'Snapshot', expected Delete or Retain",
                "`Transform: Other\nResources: {A: {Type: T}}` | 1 | the macro Other is not known here",
                "`Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]\nResources: {A: {Type: T}}` | 1 | the macro AWS::LanguageExtensions is not known here",
                "`Resources:\n  A: {Type: 'AWS::Serverless::Function'}` | 2 | expected Transform: AWS::Serverless-2016-10-31",
                "`Globals: {Function: {Timeout: 3}}\nResources: {A: {Type: T}}` | 1 | Globals is SAM's",
            })
    void whatIsNoTemplateIsRefusedWithItsLine(String text, int line, String message) {
        assertThatThrownBy(() -> Template.of(TemplateText.parse(text.replace("\\n", "\n"))))
                .isInstanceOfSatisfying(
                        TemplateException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    @Test
    void deepAndLargeTextsAreRefused() throws Exception {
        assertThatThrownBy(() -> TemplateText.parse("a: " + "[".repeat(100) + "]".repeat(100)))
                .isInstanceOf(TemplateException.class);
        assertThatThrownBy(() -> TemplateText.parse("{\"a\": " + "[".repeat(100) + "]".repeat(100) + "}"))
                .isInstanceOf(TemplateException.class);
        Path large = Files.write(folder.resolve("large.yaml"), new byte[TemplateText.MAX_BYTES + 1]);
        assertThatThrownBy(() -> TemplateText.read(large))
                .hasMessage("the template has 1048577 bytes, expected at most 1048576");
        Path latin = Files.write(folder.resolve("latin.yaml"), "a: é".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TemplateText.read(latin)).hasMessage("the template is not UTF-8, expected UTF-8");
    }

    @Test
    void resourcesComeAfterWhatTheyNeed() {
        Template template = Template.of(TemplateText.parse("""
                Resources:
                  A: {Type: T, Properties: {x: !Sub '${B.Arn}'}}
                  B: {Type: T, Properties: {x: [!GetAtt C.Arn], y: !Ref 'AWS::Region'}}
                  C: {Type: T, DependsOn: D}
                  D: {Type: T, Properties: {x: {Ref: Parameter}}}
                """));
        ResourceGraph graph =
                new ResourceGraph(template.resources(), template.resources().keySet());
        assertThat(graph.order()).containsExactly("D", "C", "B", "A");
        assertThat(graph.needsOf("B")).containsExactly("C");
    }

    @Test
    void circlesAreNamedAndSoAreDependenciesOnNothing() {
        Template circle = Template.of(TemplateText.parse("""
                Resources:
                  A: {Type: T, Properties: {x: !Ref B}}
                  B: {Type: T, DependsOn: [A]}
                """));
        assertThatThrownBy(() -> new ResourceGraph(circle.resources(), Set.of("A", "B")).order())
                .hasMessage("resources need each other in a circle: A -> B -> A");
        Template nothing = Template.of(TemplateText.parse("Resources: {A: {Type: T, DependsOn: Z}}"));
        assertThatThrownBy(() -> new ResourceGraph(nothing.resources(), Set.of("A")))
                .hasMessage("DependsOn of A names Z, and there is no such resource");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{Type: String, AllowedValues: a} | a | AllowedValues of P is 'a', expected a list",
                "{Type: String, AllowedValues: [a, b]} | c | the parameter P is 'c', expected one of a, b",
                "{Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: letters} | A1 | expected what matches [a-z]+ (letters)",
                "{Type: String, AllowedPattern: '['} | a | AllowedPattern of P is no regular expression",
                "{Type: String, MinLength: 3} | ab | expected at least 3 characters",
                "{Type: String, MaxLength: 1} | ab | expected at most 1 characters",
                "{Type: Number} | x | the parameter P is 'x', expected a number",
                "{Type: Number, MinValue: 2} | 1 | expected at least 2",
                "{Type: Number, MaxValue: 2} | 2.5 | expected at most 2",
                "{Type: List<Number>} | `1,b` | expected a number",
                "{Type: String, NoEcho: true, MinLength: 9} | hush | the parameter P is not valid, expected at least 9",
                "{Type: 'AWS::SSM::Parameter::Value<String>'} | x | is of type 'AWS::SSM::Parameter::Value<String>', expected String",
                "{Default: x} | x | is of type '', expected String",
            })
    void valuesAreHeldToTheRulesOfTheirParameter(String declaration, String value, String message) {
        Template template =
                Template.of(TemplateText.parse("Parameters: {P: " + declaration + "}\nResources: {A: {Type: T}}"));
        assertThatThrownBy(() -> Parameters.of(template.parameters(), Map.of("P", value)))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(message);
    }

    @Test
    void parametersWithoutValuesAndValuesWithoutParametersAreNamed() {
        Template template = Template.of(
                TemplateText.parse("Parameters: {P: {Type: String}, Q: {Type: String}}\nResources: {A: {Type: T}}"));
        assertThatThrownBy(() -> Parameters.of(template.parameters(), Map.of()))
                .hasMessage("no value for the parameters P, Q, expected --parameter P=VALUE");
        assertThatThrownBy(() -> Parameters.of(template.parameters(), Map.of("R", "x")))
                .hasMessage("the template has no parameter R, expected P, Q");
        Template list = Template.of(TemplateText.parse(
                "Parameters: {P: {Type: CommaDelimitedList, Default: [a, b]}}\nResources: {A: {Type: T}}"));
        assertThatThrownBy(() -> Parameters.of(list.parameters(), Map.of()))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("Default of P");
    }
}
