package dev.nearside.origin.content;

import java.util.List;
import java.util.regex.Pattern;

/** One text of the site. */
record Article(String title, String summary, List<String> paragraphs) {

    private static final Pattern ARTICLE_START = Pattern.compile("(?m)^== ");
    private static final Pattern BLANK_LINE = Pattern.compile("\\n\\s*\\n");

    /** All articles in the order of their numbers, which begin with 1. */
    static List<Article> all() {
        return ARTICLE_START
                .splitAsStream(Template.named("articles.txt").text())
                .filter(block -> !block.isBlank())
                .map(Article::of)
                .toList();
    }

    /** A block is the title, the summary and the paragraphs, with blank lines between. */
    private static Article of(String block) {
        List<String> parts =
                BLANK_LINE.splitAsStream(block.strip()).map(String::strip).toList();
        return new Article(parts.getFirst(), parts.get(1), parts.subList(2, parts.size()));
    }
}
