package dev.nearside.origin.api;

import dev.nearside.origin.content.EntityTag;
import dev.nearside.origin.http.OriginRequest;
import dev.nearside.origin.http.Reply;
import dev.nearside.origin.seeded.OriginContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A shop's products, made up from the seed; cacheable for a short while. */
public final class Catalogue {

    private static final int PRODUCTS = 24;
    private static final String CACHE_CONTROL = "public, max-age=30, stale-while-revalidate=120";
    private static final List<String> QUALITIES = List.of("Pocket", "Brass", "Folding", "Alpine", "Harbour", "Night");
    private static final List<String> THINGS =
            List.of("Compass", "Sextant", "Map Case", "Telescope", "Pedometer", "Range Finder", "Globe", "Log Line");

    private final List<Product> products;

    /** Makes up all products of this seed. */
    public Catalogue(long seed) {
        List<Product> made = new ArrayList<>();
        for (int id = 1; id <= PRODUCTS; id++) {
            made.add(Product.of(seed, id));
        }
        products = List.copyOf(made);
    }

    /** The reply of {@code /api/products}. */
    public Reply list(OriginRequest request) {
        return cacheable(new Listing(products));
    }

    /** The reply of {@code /api/products/{id}}. */
    public Reply product(OriginRequest request) {
        String id = request.variable("id");
        Optional<Product> found = products.stream()
                .filter(product -> String.valueOf(product.id).equals(id))
                .findFirst();
        return found.map(Catalogue::cacheable)
                .orElseGet(() -> Json.error(
                        HttpResponseStatus.NOT_FOUND,
                        "product '" + id + "' does not exist, expected 1 to " + PRODUCTS));
    }

    private static Reply cacheable(Object value) {
        byte[] json = Json.bytes(value);
        return Reply.of(HttpResponseStatus.OK, "application/json", json)
                .with("cache-control", CACHE_CONTROL)
                .with("etag", EntityTag.of(json));
    }

    private record Listing(List<Product> products) {}

    /** One product; the price is in cents. */
    private record Product(int id, String name, int priceCents, int inStock) {

        static Product of(long seed, int id) {
            long key = OriginContent.key(seed, "/api/products/" + id);
            // Every pair of quality and thing comes once before any comes twice.
            String name =
                    QUALITIES.get((id + id / THINGS.size()) % QUALITIES.size()) + " " + THINGS.get(id % THINGS.size());
            return new Product(id, name, 900 + 100 * OriginContent.below(key, 0, 240), OriginContent.below(key, 1, 60));
        }
    }
}
