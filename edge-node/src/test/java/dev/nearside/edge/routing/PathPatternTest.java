package dev.nearside.edge.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "*, /, true",
        "*, /a/b, true",
        "/a, /a, true",
        "/a, /a/, false",
        "a, /a, true",
        "/a, /A, false",
        "/images/*, /images/, true",
        "/images/*, /images/a/b.jpg, true",
        "/images/*, /images, false",
        "images/*.jpg, /images/a/b.jpg, true",
        "*.jpg, /a/b.jpg, true",
        "*.jpg, /a/b.jpeg, false",
        "/a??.jpg, /ant.jpg, true",
        "/a??.jpg, /abe.jpg, true",
        "/a??.jpg, /at.jpg, false",
        "/a??.jpg, /aunt.jpg, false",
        "/a*.jpg, /.jpg, false",
        "/*/b/*, /a/b/c, true",
        "/*/b/*, /b/c, false",
        "/*a*b*, /xxaxxbxx, true",
        "/*a*b*, /xxbxxaxx, false",
        "/a**b, /ab, true",
        "/a.c, /abc, false",
        "/a$, /a, false",
        "/[ab], /a, false",
        "/[ab], /[ab], true",
        "?a, /xa, true",
        "/a?, /a, false",
        "/a*?, /a, false",
        "/a*?, /ab, true",
    })
    void matchesAsCloudFrontDoes(String pattern, String path, boolean matches) {
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(matches);
    }

    @Test
    void workStaysBoundedForHostilePatterns() {
        // A matcher that tries every way to share the path among the stars would not end before the sun does.
        PathPattern pattern = PathPattern.of("/" + "*a".repeat(100) + "*b");

        assertThat(pattern.matches("/" + "a".repeat(5_000))).isFalse();
        assertThat(pattern.matches("/" + "a".repeat(5_000) + "b")).isTrue();
        assertThat(PathPattern.of("/" + "*".repeat(250) + "z").matches("/" + "a".repeat(5_000)))
                .isFalse();
    }
}
