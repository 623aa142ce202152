package dev.nearside.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackNameTest {

    @ParameterizedTest
    @CsvSource({
        "/home/shop/site.yaml, site",
        "/home/shop/template.yaml, shop",
        "/home/shop/.aws-sam/build/template.yaml, shop",
        "/home/shop/build/template.yaml, build",
        "/home/my_shop.v2/template.json, my-shop-v2",
        "/home/shop/2026.yml, stack-2026",
        "/template.yml, template",
    })
    void stackIsNamedAfterWhatAPersonNamed(String template, String name) {
        assertThat(StackName.of(Path.of(template))).isEqualTo(name);
    }
}
