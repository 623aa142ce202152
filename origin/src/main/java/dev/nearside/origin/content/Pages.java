package dev.nearside.origin.content;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The site's HTML, put together from the layout, the articles and the addresses of its assets. */
final class Pages {

    private final Template layout = Template.named("layout.html");
    private final List<Article> articles = Article.all();
    private final UnaryOperator<String> assetAddress;

    /** Pages that refer to an asset by what {@code assetAddress} makes of its path. */
    Pages(UnaryOperator<String> assetAddress) {
        this.assetAddress = assetAddress;
    }

    String index() {
        String cards =
                IntStream.rangeClosed(1, articles.size()).mapToObj(this::card).collect(Collectors.joining("\n"));
        return page(
                "How far is far?",
                Template.named("index.html").filled(Map.of("cards", cards, "hero", assetAddress.apply(photo(1)))));
    }

    String about(long seed) {
        return page("About", Template.named("about.html").filled(Map.of("seed", String.valueOf(seed))));
    }

    String missing() {
        return page("Nothing here", Template.named("missing.html").filled(Map.of()));
    }

    String article(int number) {
        Article article = articles.get(number - 1);
        String paragraphs = article.paragraphs().stream()
                .map(text -> "<p>" + escaped(text) + "</p>")
                .collect(Collectors.joining("\n"));
        int next = number % articles.size() + 1;
        return page(
                article.title(),
                Template.named("article.html")
                        .filled(Map.of(
                                "number", String.valueOf(number),
                                "title", escaped(article.title()),
                                "summary", escaped(article.summary()),
                                "photo", assetAddress.apply(photo(number)),
                                "paragraphs", paragraphs,
                                "next", String.valueOf(next),
                                "next-title", escaped(articles.get(next - 1).title()))));
    }

    private String card(int number) {
        Article article = articles.get(number - 1);
        return """
                <li class="card"><a href="/articles/%d.html"><span class="number">%02d</span>\
                <h3>%s</h3><p>%s</p></a></li>""".formatted(number, number, escaped(article.title()), escaped(article.summary()));
    }

    private String page(String title, String content) {
        return layout.filled(Map.of(
                "title", escaped(title),
                "content", content,
                "css", assetAddress.apply("/assets/site.css"),
                "js", assetAddress.apply("/assets/app.js"),
                "logo", assetAddress.apply("/assets/logo.svg")));
    }

    private static String photo(int number) {
        return "/assets/photo-" + ((number - 1) % Site.PHOTOS + 1) + ".png";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
