package dev.nearside.origin.content;

import dev.nearside.origin.http.Body;
import dev.nearside.origin.http.Delivery;
import dev.nearside.origin.http.HttpDates;
import dev.nearside.origin.http.OriginRequest;
import dev.nearside.origin.http.Reply;
import dev.nearside.origin.seeded.OriginContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A small site about distance: all its files, built once from a seed and held. */
public final class Site {

    /** How many pictures there are; article n shows picture n modulo this. */
    static final int PHOTOS = 8;

    private static final String PAGE_CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=300";
    private static final String ASSET_CACHE_CONTROL = "public, max-age=31536000, immutable";
    private static final String MISSING_CACHE_CONTROL = "public, max-age=10";
    private static final String HTML = "text/html; charset=utf-8";
    private static final Instant FIRST_EDITION = Instant.parse("2026-01-05T09:00:00Z");

    private final Map<String, StoredFile> files = new HashMap<>();
    private final String lastModified;
    private final StoredFile missing;

    /** Builds every page and asset of this seed. */
    public Site(long seed) {
        int minutes = OriginContent.below(OriginContent.key(seed, "/"), 0, 30 * 24 * 60);
        lastModified = HttpDates.format(FIRST_EDITION.plus(Duration.ofMinutes(minutes)));
        int hue = OriginContent.below(OriginContent.key(seed, "/assets/site.css"), 0, 360);
        for (int n = 1; n <= PHOTOS; n++) {
            String path = "/assets/photo-" + n + ".png";
            addAsset(path, "image/png", Picture.png(OriginContent.key(seed, path)));
        }
        Map<String, String> colours =
                Map.of("hue", String.valueOf(hue), "second-hue", String.valueOf((hue + 40) % 360));
        addAsset(
                "/assets/site.css",
                "text/css; charset=utf-8",
                Template.named("site.css").filled(colours));
        addAsset(
                "/assets/app.js",
                "text/javascript; charset=utf-8",
                Template.named("app.js").filled(Map.of()));
        addAsset("/assets/logo.svg", "image/svg+xml", Template.named("logo.svg").filled(colours));

        Pages pages = new Pages(this::versioned);
        addPage("/index.html", pages.index());
        files.put("/", file("/index.html"));
        addPage("/about.html", pages.about(seed));
        List<Article> articles = Article.all();
        for (int n = 1; n <= articles.size(); n++) {
            addPage("/articles/" + n + ".html", pages.article(n));
        }
        missing = stored(HTML, MISSING_CACHE_CONTROL, bytes(pages.missing()));
    }

    /** The reply for a path: the file that is there, or the page that says there is none. */
    public Reply page(OriginRequest request) {
        StoredFile file = files.get(request.path());
        return file != null ? file.reply(HttpResponseStatus.OK) : missing.reply(HttpResponseStatus.NOT_FOUND);
    }

    private void addAsset(String path, String type, String text) {
        addAsset(path, type, bytes(text));
    }

    private void addAsset(String path, String type, byte[] content) {
        files.put(path, stored(type, ASSET_CACHE_CONTROL, content));
    }

    private void addPage(String path, String html) {
        files.put(path, stored(HTML, PAGE_CACHE_CONTROL, bytes(html)));
    }

    private StoredFile stored(String type, String cacheControl, byte[] content) {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CACHE_CONTROL, cacheControl)
                .set(HttpHeaderNames.ETAG, EntityTag.of(content))
                .set(HttpHeaderNames.LAST_MODIFIED, lastModified)
                .set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
        return new StoredFile(headers, content);
    }

    /** An asset's address with its version, because what may be kept for a year must change its name with its content. */
    private String versioned(String path) {
        String etag = file(path).headers.get(HttpHeaderNames.ETAG);
        return path + "?v=" + etag.substring(1, 9);
    }

    private StoredFile file(String path) {
        StoredFile file = files.get(path);
        if (file == null) {
            throw new IllegalStateException("the site has no " + path);
        }
        return file;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Content with the fields that every reply for it starts from. */
    private record StoredFile(HttpHeaders headers, byte[] content) {
        Reply reply(HttpResponseStatus status) {
            return new Reply(status, new DefaultHttpHeaders().set(headers), new Body.Held(content), Delivery.PLAIN);
        }
    }
}
