package dev.nearside.control.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.kit.snapshot.CachePolicy;
import dev.nearside.kit.snapshot.Invalidation;
import dev.nearside.kit.snapshot.KeyGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {

    private static final long HOUR = 3_600_000;

    @Test
    void invalidationsAreForgottenAfterADay() {
        Catalog catalog = Catalog.EMPTY.invalidating(invalidation("I1", 0)).invalidating(invalidation("I2", HOUR));

        assertThat(ids(catalog.pruned(24 * HOUR))).containsExactly("I1", "I2");
        assertThat(ids(catalog.pruned(24 * HOUR + 1))).containsExactly("I2");
        assertThat(ids(catalog.pruned(26 * HOUR))).isEmpty();
    }

    @Test
    void oldestInvalidationsGoWhenThereAreTooMany() {
        Catalog catalog = Catalog.EMPTY;
        for (int i = 0; i < Catalog.MAX_INVALIDATIONS + 5; i++) {
            catalog = catalog.invalidating(invalidation("I" + i, i));
        }

        assertThat(ids(catalog))
                .hasSize(Catalog.MAX_INVALIDATIONS)
                .contains("I5")
                .doesNotContain("I4");
    }

    @Test
    void withdrawnDistributionTakesItsInvalidationsWithIt() {
        Catalog catalog = Catalog.EMPTY
                .deploying("E1", List.of(CachePolicy.RFC9111))
                .invalidating(invalidation("I1", 0))
                .withdrawing("E1");

        assertThat(catalog.snapshot("s", 1).resources()).isEmpty();
    }

    @Test
    void changedResourceIsReplacedWhereverItIsUsed() {
        KeyGroup before = new KeyGroup("G1", "signers", List.of());
        KeyGroup after = new KeyGroup("G1", "renamed", List.of());
        Catalog catalog = Catalog.EMPTY
                .deploying("E1", List.of(before))
                .deploying("E2", List.of(CachePolicy.RFC9111))
                .deploying("E3", List.of(CachePolicy.RFC9111, before));

        assertThat(catalog.users(before.key())).containsExactly("E1", "E3");
        assertThat(catalog.replacing(after).distributions())
                .containsEntry("E1", List.of(after))
                .containsEntry("E2", List.of(CachePolicy.RFC9111))
                .containsEntry("E3", List.of(CachePolicy.RFC9111, after));
    }

    private static Catalog.Dated invalidation(String id, long createdMillis) {
        return new Catalog.Dated(new Invalidation(id, "E1", List.of("/*")), createdMillis);
    }

    private static List<String> ids(Catalog catalog) {
        return catalog.snapshot("s", 1).all(Invalidation.class).stream()
                .map(Invalidation::id)
                .toList();
    }
}
