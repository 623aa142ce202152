package dev.nearside.control.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.control.TestPlane;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.InvalidTaggingException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResourceException;
import software.amazon.awssdk.services.cloudfront.model.Tag;

class DistributionTagsTest {

    @TempDir
    private Path data;

    private TestPlane aws;
    private Distribution distribution;

    @BeforeEach
    void start() {
        aws = new TestPlane(data);
        distribution = aws.cloudFront
                .createDistributionWithTags(r -> r.distributionConfigWithTags(with -> with.distributionConfig(
                                TestPlane.distribution("one").build())
                        .tags(tags -> tags.items(tag("team", "edge")))))
                .distribution();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void tagsAreAddedReplacedAndTakenAway() {
        String etag = etag();
        tag(distribution.arn(), List.of(tag("stage", "test"), tag("team", "core"), tag("empty", "")));
        assertThat(tags()).containsExactly(tag("empty", ""), tag("stage", "test"), tag("team", "core"));
        aws.cloudFront.untagResource(
                r -> r.resource(distribution.arn()).tagKeys(keys -> keys.items("team", "empty", "never")));
        assertThat(tags()).containsExactly(tag("stage", "test"));
        assertThat(etag()).isEqualTo(etag);
    }

    @ParameterizedTest
    @CsvSource({"aws:mine, v, aws:mine", "a<b, v, a<b", "k, v<, v<", "'', v, 1 to 128"})
    void tagThatBreaksARuleIsRefused(String key, String value, String words) {
        assertThatThrownBy(() -> tag(distribution.arn(), List.of(tag(key, value))))
                .isInstanceOf(InvalidTaggingException.class)
                .hasMessageContaining(words);
        assertThat(tags()).hasSize(1);
    }

    @Test
    void fiftyAreTheMost() {
        List<Tag> fifty =
                IntStream.range(0, 50).mapToObj(i -> tag("k" + i, "v")).toList();
        assertThatThrownBy(() -> tag(distribution.arn(), fifty))
                .isInstanceOf(InvalidTaggingException.class)
                .hasMessageContaining("51 tags, expected at most 50");
    }

    @Test
    void onlyADistributionHasTags() {
        assertThatThrownBy(() -> tag(distribution.arn() + "X", List.of(tag("k", "v"))))
                .isInstanceOf(NoSuchResourceException.class);
        assertThatThrownBy(() -> tag("arn:aws:lambda:us-east-1:000000000000:function:f", List.of(tag("k", "v"))))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("expected the ARN of a distribution");
    }

    private void tag(String arn, List<Tag> tags) {
        aws.cloudFront.tagResource(r -> r.resource(arn).tags(all -> all.items(tags)));
    }

    private List<Tag> tags() {
        return aws.cloudFront
                .listTagsForResource(r -> r.resource(distribution.arn()))
                .tags()
                .items();
    }

    private String etag() {
        return aws.cloudFront.getDistribution(r -> r.id(distribution.id())).eTag();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
