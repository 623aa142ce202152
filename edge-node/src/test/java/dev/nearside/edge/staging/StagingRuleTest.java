package dev.nearside.edge.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nearside.edge.http.Fields;
import dev.nearside.edge.http.RequestHead;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleHeader;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.SingleWeight;
import dev.nearside.kit.snapshot.ContinuousDeploymentPolicy.Stickiness;
import dev.nearside.kit.time.Randomness;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StagingRuleTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final Stickiness STICKY = new Stickiness(300, 600, 7);

    // ---- by header ----

    @ParameterizedTest(name = "{0}: {1} -> staging {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "aws-cf-cd-stage, on, true",
                "AWS-CF-CD-Stage, on, true",
                "aws-cf-cd-stage, ON, false",
                "aws-cf-cd-stage, onward, false",
                "aws-cf-cd-stage, '', false",
                "aws-cf-cd-other, on, false",
                "-, -, false",
            })
    void fieldAndValueChoose(@Nullable String name, @Nullable String value, boolean staging) {
        StagingRule rule = rule(new SingleHeader("aws-cf-cd-stage", "on"), null);
        RequestHead request =
                request(name == null || value == null ? Fields.EMPTY : Fields.of("Host", "a.test", name, value));

        StagingRule.Choice choice = rule.choose(request, false, NOW, never());

        assertThat(choice.staging()).isEqualTo(staging);
        assertThat(choice.setCookie()).isNull();
        assertThat(choice.request()).isSameAs(request);
    }

    @Test
    void anyLineOfTheFieldMayHaveTheValue() {
        StagingRule rule = rule(new SingleHeader("aws-cf-cd-stage", "on"), null);

        assertThat(rule.choose(
                                request(Fields.of("aws-cf-cd-stage", "off", "aws-cf-cd-stage", "on")),
                                false,
                                NOW,
                                never())
                        .staging())
                .isTrue();
    }

    // ---- by weight ----

    @ParameterizedTest(name = "weight {0}, drawn {1} -> staging {2}")
    @CsvSource({
        "0, 0, false",
        "0.15, 0, true",
        "0.15, 0.1499, true",
        "0.15, 0.15, false",
        "0.15, 0.999, false",
        "0.01, 0.0099, true",
        "0.01, 0.01, false",
    })
    void drawnNumberBelowTheWeightChooses(double weight, double drawn, boolean staging) {
        StagingRule.Choice choice =
                rule(null, new SingleWeight(weight, null)).choose(request(Fields.EMPTY), false, NOW, drawing(drawn));

        assertThat(choice.staging()).isEqualTo(staging);
        assertThat(choice.setCookie()).isNull();
    }

    @Test
    void manyRequestsShareOutAsTheWeightSaysAndAlikeForTheSameSeed() {
        StagingRule rule = rule(null, new SingleWeight(0.15, null));

        assertThat(share(rule, 42)).isCloseTo(0.15, within(0.01)).isEqualTo(share(rule, 42));
    }

    // ---- sessions ----

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            nullValues = "-",
            value = {
                "no cookie,                              -,                    -,    -",
                "just begun,                             cd:7:s:0:0,           true, 300",
                "on the primary,                         cd:7:p:0:0,           false, 300",
                "a millisecond before too idle,          cd:7:s:299999:299999, true, 300",
                "too idle,                               cd:7:s:300000:300000, -,    -",
                "a millisecond before too old,           cd:7:s:599999:1,      true, 1",
                "too old though busy,                    cd:7:s:600000:1,      -,    -",
                "old and busy,                           cd:7:s:500000:1,      true, 100",
                "of another policy,                      other:7:s:0:0,        -,    -",
                "of another generation,                  cd:6:s:0:0,           -,    -",
                "from a clock a little ahead,            cd:7:s:-60000:-60000, true, 300",
                "from a clock far ahead,                 cd:7:s:-60001:-60001, -,    -",
                "begun after its last request,           cd:7:s:0:1000,        -,    -",
            })
    void sessionsGoOnUntilIdleOrOld(
            String what, @Nullable String cookie, @Nullable Boolean staging, @Nullable Long maxAge) {
        StagingRule rule = rule(null, new SingleWeight(0.15, STICKY));
        RequestHead request = request(
                cookie == null
                        ? Fields.of("Host", "a.test")
                        : Fields.of("Host", "a.test", "Cookie", "a=1; " + written(cookie) + "; b=2"));

        // Drawn anew, a session goes to the staging distribution, or to the primary if the old one was there.
        boolean anew = staging == null || !staging;
        StagingRule.Choice choice = rule.choose(request, false, NOW, drawing(anew ? 0.0 : 0.9));

        boolean expected = staging == null ? anew : staging;
        assertThat(choice.staging()).as(what).isEqualTo(expected);
        assertThat(choice.setCookie())
                .startsWith("nearside-cd-session=cd.7." + (expected ? "s." : "p."))
                .contains("; Max-Age=" + (maxAge == null ? 300 : maxAge) + ";")
                .doesNotContain("Secure");
        assertThat(choice.request().headers().first("cookie")).isEqualTo(cookie == null ? null : "a=1; b=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "cd.7.s.0", "cd.7.q.0.0", "cd.7.s.-.0", "cd.7.s.zzzzzzzzzzzzzzzz.0", "cd.7.s.0.0.0"})
    void whatNoNodeWroteIsNoSession(String value) {
        StagingRule.Choice choice = rule(null, new SingleWeight(0.15, STICKY))
                .choose(request(Fields.of("Cookie", StickySession.COOKIE + "=" + value)), false, NOW, drawing(0.9));

        assertThat(choice.staging()).isFalse();
        assertThat(choice.setCookie()).isNotNull();
    }

    @Test
    void cookieAloneIsTakenOutWithItsFieldAndGoesBackOverTlsOnly() {
        StagingRule rule = rule(null, new SingleWeight(0.15, STICKY));
        RequestHead request = request(Fields.of("Cookie", written("cd:7:s:0:0")));

        StagingRule.Choice choice = rule.choose(request, true, NOW + 1_000, never());

        assertThat(choice.request().headers()).isEqualTo(Fields.EMPTY);
        assertThat(choice.setCookie()).endsWith("; Path=/; Max-Age=300; HttpOnly; SameSite=Lax; Secure");
    }

    @Test
    void sessionStaysOverManyRequestsUntilItsMaximum() {
        StagingRule rule = rule(null, new SingleWeight(0.15, STICKY));
        String cookie = String.valueOf(
                rule.choose(request(Fields.EMPTY), false, NOW, drawing(0.0)).setCookie());
        for (int seconds = 100; seconds < 600; seconds += 100) {
            StagingRule.Choice next = rule.choose(
                    request(Fields.of("Cookie", cookie.substring(0, cookie.indexOf(';')))),
                    false,
                    NOW + seconds * 1000L,
                    drawing(0.9));
            assertThat(next.staging()).as("after %s s", seconds).isTrue();
            cookie = String.valueOf(next.setCookie());
        }

        assertThat(rule.choose(
                                request(Fields.of("Cookie", cookie.substring(0, cookie.indexOf(';')))),
                                false,
                                NOW + 600_000,
                                drawing(0.9))
                        .staging())
                .isFalse();
    }

    // ---- short ways ----

    /** From {@code policy:generation:side:started:seen}, the times in milliseconds before now. */
    private static String written(String session) {
        String[] parts = session.split(":", -1);
        StickySession made = new StickySession(
                parts[0],
                Long.parseLong(parts[1]),
                parts[2].equals("s"),
                NOW - Long.parseLong(parts[3]),
                NOW - Long.parseLong(parts[4]));
        String cookie = made.setCookie(STICKY, false);
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static double share(StagingRule rule, long seed) {
        RandomGenerator random = Randomness.seeded(seed);
        int chosen = 0;
        for (int i = 0; i < 20_000; i++) {
            chosen += rule.choose(request(Fields.EMPTY), false, NOW, random).staging() ? 1 : 0;
        }
        return chosen / 20_000.0;
    }

    private static StagingRule rule(@Nullable SingleHeader header, @Nullable SingleWeight weight) {
        return new StagingRule("E1", new ContinuousDeploymentPolicy("cd", true, "E2", header, weight));
    }

    private static RequestHead request(Fields headers) {
        return new RequestHead("GET", "/", "", headers);
    }

    private static RandomGenerator never() {
        return () -> {
            throw new AssertionError("a number was drawn");
        };
    }

    private static RandomGenerator drawing(double number) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("expected a fraction to be drawn");
            }

            @Override
            public double nextDouble() {
                return number;
            }
        };
    }
}
