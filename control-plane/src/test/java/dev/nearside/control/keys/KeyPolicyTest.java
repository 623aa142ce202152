package dev.nearside.control.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.keys.KeyPolicy.Verdict;
import dev.nearside.kit.keys.EncryptionContext;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What key policies say, statement by statement. */
class KeyPolicyTest {

    private static final String ACCOUNT = "000000000000";
    private static final String KEY = "arn:aws:kms:us-east-1:000000000000:key/1";
    private static final String BOB = "arn:aws:iam::000000000000:user/bob";
    private static final KeyUse BOB_DECRYPTS = KeyUse.of(BOB, "Decrypt", "1");

    static Stream<Arguments> statements() {
        return Stream.of(
                Arguments.of(
                        "the account stands for all its users",
                        allow("arn:aws:iam::000000000000:root", "kms:*", ""),
                        Verdict.ALLOW),
                Arguments.of("so does its number", allow(ACCOUNT, "kms:*", ""), Verdict.ALLOW),
                Arguments.of("a user itself", allow(BOB, "kms:Decrypt", ""), Verdict.ALLOW),
                Arguments.of("another user", allow(BOB + "by", "kms:Decrypt", ""), Verdict.SILENT),
                Arguments.of("another account", allow("111111111111", "kms:*", ""), Verdict.SILENT),
                Arguments.of("actions in any case", allow("*", "KMS:decrypt", ""), Verdict.ALLOW),
                Arguments.of("actions by pattern", allow("*", "kms:De*t", ""), Verdict.ALLOW),
                Arguments.of("another action", allow("*", "kms:Encrypt", ""), Verdict.SILENT),
                Arguments.of(
                        "a condition that holds",
                        allow("*", "kms:*", when("StringEquals", "kms:EncryptionContext:app", "shop")),
                        Verdict.ALLOW),
                Arguments.of(
                        "a condition that does not",
                        allow("*", "kms:*", when("StringEquals", "kms:EncryptionContext:app", "Shop")),
                        Verdict.SILENT),
                Arguments.of(
                        "a context that is not there",
                        allow("*", "kms:*", when("StringLike", "kms:EncryptionContext:team", "*")),
                        Verdict.SILENT),
                Arguments.of(
                        "a condition on what may be missing",
                        allow("*", "kms:*", when("StringLikeIfExists", "kms:EncryptionContext:team", "x")),
                        Verdict.ALLOW),
                Arguments.of(
                        "a condition by pattern",
                        allow("*", "kms:*", when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/b?b")),
                        Verdict.ALLOW),
                Arguments.of(
                        "not through a service",
                        allow("*", "kms:*", when("StringEquals", "kms:ViaService", "lambda.us-east-1.amazonaws.com")),
                        Verdict.SILENT),
                Arguments.of(
                        "no key but these",
                        allow("*", "kms:*", when("ForAllValues:StringEquals", "kms:EncryptionContextKeys", "app")),
                        Verdict.ALLOW),
                Arguments.of(
                        "null for what is not there",
                        allow("*", "kms:*", when("Null", "kms:ViaService", "true")),
                        Verdict.ALLOW),
                Arguments.of(
                        "of another key",
                        allow("*", "kms:*", "")
                                .replace(
                                        "\"Resource\":\"*\"",
                                        "\"Resource\":\"arn:aws:kms:us-east-1:000000000000:key/2\""),
                        Verdict.SILENT),
                Arguments.of("a denial wins", deny(), Verdict.DENY));
    }

    private static String allow(String principal, String action, String condition) {
        return "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"" + principal + "\"},\"Action\":\""
                + action + "\",\"Resource\":\"*\"" + condition + "}}";
    }

    private static String when(String operator, String key, String value) {
        return ",\"Condition\":{\"" + operator + "\":{\"" + key + "\":[\"" + value + "\"]}}";
    }

    private static String deny() {
        return "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"},"
                + "{\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"" + BOB
                + "\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}]}";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void statements(String name, String policy, Verdict verdict) {
        KeyUse use = BOB_DECRYPTS.in(new EncryptionContext(Map.of("app", "shop")));

        assertThat(KeyPolicy.parse(policy).verdict(use, KEY, ACCOUNT)).as(name).isEqualTo(verdict);
    }

    @Test
    void lambdasOwnKeyIsUsedThroughLambdaOnly() {
        KeyPolicy policy = KeyPolicy.parse(KeyPolicy.ofLambda(ACCOUNT, Keyring.LAMBDA));

        assertThat(policy.verdict(BOB_DECRYPTS, KEY, ACCOUNT)).isEqualTo(Verdict.SILENT);
        assertThat(policy.verdict(BOB_DECRYPTS.via(Keyring.LAMBDA), KEY, ACCOUNT))
                .isEqualTo(Verdict.ALLOW);
        assertThat(policy.verdict(BOB_DECRYPTS.to("DescribeKey"), KEY, ACCOUNT)).isEqualTo(Verdict.ALLOW);
        assertThat(policy.verdict(BOB_DECRYPTS.to("DisableKey"), KEY, ACCOUNT)).isEqualTo(Verdict.SILENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "null",
                "[]",
                "{}",
                "{\"Statement\":[]}",
                "{\"Statement\":{\"Effect\":\"Maybe\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}}",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\"}}",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"bob\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Resource\":\"*\"}}",
                "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\"}}",
                "{\"Statement\":{\"Effect\":\"Allow\",\"NotPrincipal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}}"
            })
    void malformedPoliciesAreRefusedInOneLine(String policy) {
        assertThatThrownBy(() -> KeyPolicy.parse(policy))
                .isInstanceOfSatisfying(
                        KeyException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("MalformedPolicyDocumentException"))
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "[{\"StringEquals\":{\"kms:ViaService\":\"x\"}}]",
                "\"StringEquals\"",
                "{\"StringEquals\":null}",
                "{\"StringEquals\":[\"kms:ViaService\",\"x\"]}",
                "{\"StringEquals\":\"x\"}",
                "{\"StringEquals\":{}}",
                "{\"StringEquals\":{\"kms:ViaService\":null}}",
                "{\"StringEquals\":{\"kms:ViaService\":{}}}",
                "{\"StringEquals\":{\"kms:ViaService\":[]}}",
                "{\"StringEquals\":{\"kms:ViaService\":[\"x\",1]}}",
                "{\"StringEquals\":{\"kms:ViaService\":[[\"x\"]]}}"
            })
    void malformedConditionsAreNoMissingOnes(String condition) {
        assertThatThrownBy(() -> KeyPolicy.parse(allow("*", "kms:*", ",\"Condition\":" + condition)))
                .isInstanceOfSatisfying(
                        KeyException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("MalformedPolicyDocumentException"))
                .hasMessageContaining("ondition")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"DateLessThan;kms:ViaService", "StringEquals;aws:SourceIp", "ForSome:StringEquals;kms:ViaService"
            })
    void conditionsThatWouldBeIgnoredAreRefused(String condition) {
        String[] parts = condition.split(";", -1);

        assertThatThrownBy(() -> KeyPolicy.parse(allow("*", "kms:*", when(parts[0], parts[1], "x"))))
                .isInstanceOfSatisfying(
                        KeyException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("NotImplemented"));
    }
}
