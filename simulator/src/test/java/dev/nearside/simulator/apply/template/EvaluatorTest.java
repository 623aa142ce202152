package dev.nearside.simulator.apply.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.simulator.apply.template.Value.Trait;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions of templates, each a row: the text in a template, and what becomes of it. */
class EvaluatorTest {

    private static final String TEMPLATE = """
            Parameters:
              Name: {Type: String, Default: shop}
              Hosts: {Type: CommaDelimitedList, Default: 'a.test, b.test'}
              Token: {Type: String, NoEcho: true, Default: hush}
            Mappings:
              Sizes: {prod: {memory: 512, hosts: [x, y]}, dev: {memory: 128}, odd: {self: !FindInMap [Sizes, odd, self]}}
            Conditions:
              IsShop: !Equals [!Ref Name, shop]
              IsOther: !Not [!Condition IsShop]
              Both: !And [!Condition IsShop, !Equals ['1', '1']]
              Either: !Or [!Condition IsOther, !Condition Both]
              Round: !Condition Trip
              Trip: !Condition Round
            Resources:
              Probe:
                Type: T
                Properties:
                  Value: %s
            """;

    /** Everything has the attribute Arn, and resources of the name New are not made yet. */
    private static final class Known implements References {
        @Override
        public Value.Text ref(String id, int line) {
            return id.equals("New")
                    ? new Value.Text("${New}", Node.Kind.TEXT, Trait.UNKNOWN, line)
                    : Value.Text.of("id-" + id, line);
        }

        @Override
        public Value.Text attribute(String id, String attribute, int line) {
            return Value.Text.of(id + "/" + attribute, line);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "!Ref Name | shop",
                "!Ref Other | id-Other",
                "{Ref: 'AWS::Region'} | us-east-1",
                "!Ref AWS::AccountId | 123456789012",
                "!Sub '${AWS::Partition}.${AWS::URLSuffix}' | aws.amazonaws.com",
                "!Ref AWS::StackName | stack",
                "!GetAtt Fn.Arn | Fn/Arn",
                "{'Fn::GetAtt': [Fn, Arn]} | Fn/Arn",
                "!GetAtt Site.Meta.Arn | Site/Meta.Arn",
                "!Sub '${Name}-${Fn.Arn}-${!Literal}-$x' | shop-Fn/Arn-${Literal}-$x",
                "!Sub ['${a}/${Name}', {a: !Ref Name}] | shop/shop",
                "!Join ['-', [a, !Ref Name, 3]] | a-shop-3",
                "!Join [',', !Ref Hosts] | a.test,b.test",
                "!Select [1, !Ref Hosts] | b.test",
                "!Select ['0', !Split ['/', 'a/b']] | a",
                "!If [IsShop, yes-it-is, no] | yes-it-is",
                "!If [IsOther, a, b] | b",
                "!If [Either, a, b] | a",
                "!FindInMap [Sizes, prod, memory] | 512",
                "!Select [1, !FindInMap [Sizes, prod, hosts]] | y",
                "!Base64 abc | YWJj",
                "!Select [0, !GetAZs ''] | us-east-1a",
                "!If [IsShop, !Sub '${Name}!', no] | shop!",
                "true | true",
                "012345678901 | 012345678901",
                "2012-10-17 | 2012-10-17",
            })
    void functionGives(String written, String expected) {
        assertThat(value(written))
                .isInstanceOfSatisfying(
                        Value.Text.class, text -> assertThat(text.text()).isEqualTo(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "!Foo x | the function Fn::Foo is not offered here, expected one of Ref",
                "!ImportValue other | the function Fn::ImportValue is not offered here",
                "{'Fn::Transform': {Name: Macro}} | the function Fn::Transform is not offered here",
                "{'Fn::Sub': a, Other: b} | Fn::Sub stands among other names",
                "!Ref AWS::Nothing | the pseudo parameter AWS::Nothing is not known",
                "!GetAtt Fn | Fn::GetAtt has 'Fn', expected RESOURCE.ATTRIBUTE",
                "!Join [a] | Fn::Join has a list, expected a list of 2",
                "!Join [a, b] | Fn::Join has something that is no list",
                "!Select [2, !Ref Hosts] | Fn::Select has the index 2, expected 0 to 1",
                "!Select [x, !Ref Hosts] | Fn::Select has the index x",
                "!Split ['', a] | the delimiter of Fn::Split is empty",
                "!FindInMap [Sizes, test, memory] | Fn::FindInMap finds nothing under Sizes.test.memory",
                "!If [Missing, a, b] | there is no condition Missing",
                "!If [Round, a, b] | conditions go in a circle: Round -> Trip -> Round",
                "!Sub [a] | Fn::Sub has a list, expected a list of 2",
                "null | null is no value",
                "'{{resolve:ssm:/token}}' | dynamic references ('{{resolve:…}}') are not offered here",
                "!Sub '{{resolve:secretsmanager:${Name}}}' | dynamic references",
            })
    void whatCannotBeIsRefusedWithItsLine(String written, String message) {
        assertThatThrownBy(() -> value(written))
                .isInstanceOfSatisfying(
                        TemplateException.class, e -> assertThat(e.line()).isBetween(9, 18))
                .hasMessageContaining(message);
    }

    @Test
    void mappingsHoldNoFunctions() {
        assertThatThrownBy(() -> value("!FindInMap [Sizes, odd, self]"))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("a mapping holds")
                .hasMessageContaining("expected a text or a list of texts");
    }

    @Test
    void conditionsAreNotDeepWithoutEnd() {
        StringBuilder text = new StringBuilder("Conditions:\n  C0: !Equals [a, a]\n");
        for (int i = 1; i <= 20_000; i++) {
            text.append("  C").append(i).append(": !Condition C").append(i - 1).append('\n');
        }
        Template template = Template.of(TemplateText.parse(text + "Resources: {A: {Type: T, Condition: C20000}}"));
        Evaluator evaluator = new Evaluator(
                template,
                Parameters.of(template.parameters(), Map.of()),
                new Pseudo("us-east-1", "123456789012", "stack"),
                new Known());
        assertThatThrownBy(() -> evaluator.holds("C20000", 1))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("more than 100 deep");
    }

    @Test
    void noValueIsAsIfItWereNotThere() {
        Value value = value("{a: !Ref AWS::NoValue, b: [!If [IsOther, x, !Ref AWS::NoValue], y]}");
        assertThat(Value.leaves(value, (_, leaf) -> leaf.toString())).isEqualTo(Map.of("b[0]", "y"));
    }

    @Test
    void whatHoldsASecretIsSecretHoweverItIsPutTogether() {
        for (String written : new String[] {
            "!Ref Token",
            "!Sub 'x-${Token}'",
            "!Join ['', [a, !Ref Token]]",
            "!Base64 {Ref: Token}",
            "!Select [0, !Split ['u', !Ref Token]]"
        }) {
            assertThat(value(written)).as(written).isInstanceOfSatisfying(Value.Text.class, text -> {
                assertThat(text.trait()).isEqualTo(Trait.SECRET);
                assertThat(text.toString()).doesNotContain("hush");
            });
        }
    }

    @Test
    void whatHoldsAResourceToComeIsUnknown() {
        for (String written : new String[] {"!Ref New", "!Sub 'x-${New}-${Token}'", "!Split ['-', !Ref New]"}) {
            assertThat(Value.isKnown(value(written))).as(written).isFalse();
        }
        assertThat(Value.isKnown(value("{a: [!Ref Old]}"))).isTrue();
    }

    @Test
    void textsThatGrowWithoutEndAreRefused() {
        String big = "x".repeat(100_000);
        String many = "!Join ['-', [" + "a, ".repeat(60_000) + "a]]";
        assertThat(value(many)).isInstanceOf(Value.Text.class);
        String grown = "!Sub ['" + "${a}".repeat(60) + "', {a: '" + big + "'}]";
        assertThatThrownBy(() -> value(grown)).hasMessageContaining("expected at most 4194304");
    }

    private static Value value(String written) {
        Template template = Template.of(TemplateText.parse(TEMPLATE.replace("%s", written)));
        Parameters parameters = Parameters.of(template.parameters(), Map.of());
        Evaluator evaluator =
                new Evaluator(template, parameters, new Pseudo("us-east-1", "123456789012", "stack"), new Known());
        Value.Members members = evaluator.members(
                Objects.requireNonNull(template.resources().get("Probe")).properties());
        Value value = members.get("Value");
        return value == null ? new Value.Nothing(0) : value;
    }
}
