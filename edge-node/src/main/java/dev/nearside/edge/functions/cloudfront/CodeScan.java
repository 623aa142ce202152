package dev.nearside.edge.functions.cloudfront;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words of a JavaScript text that are code, and not part of a string, a template, a comment or a regular expression.
 * Enough to find declarations; no parser. Where a slash may begin a division or a regular expression, the word before it
 * decides, as usual.
 */
final class CodeScan {

    /**
     * A word, a number, or one other character.
     *
     * @param depth brackets that are open around it
     * @param isText whether it is a string literal, quotes included
     */
    record Token(String text, int start, int end, int depth, boolean isText) {}

    /** After these a slash begins a regular expression, although they look like values. */
    private static final Set<String> BEFORE_EXPRESSIONS = Set.of(
            "return", "typeof", "instanceof", "in", "of", "new", "delete", "void", "throw", "case", "do", "else");

    private final String code;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int depth;

    private CodeScan(String code) {
        this.code = code;
    }

    static List<Token> tokens(String code) {
        CodeScan scan = new CodeScan(code);
        scan.run();
        return scan.tokens;
    }

    private void run() {
        while (at < code.length()) {
            char c = code.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (code.startsWith("//", at)) {
                skipPast("\n", at + 2);
            } else if (code.startsWith("/*", at)) {
                skipPast("*/", at + 2);
            } else if (c == '"' || c == '\'') {
                addUpTo(endOfString(c), true);
            } else if (c == '`') {
                template();
            } else if (c == '/' && beginsExpression()) {
                addUpTo(endOfRegularExpression(), false);
            } else if (Character.isJavaIdentifierStart(c) || Character.isDigit(c)) {
                addUpTo(endOfWord(), false);
            } else {
                bracket(c);
                addUpTo(at + 1, false);
            }
        }
    }

    private void bracket(char c) {
        if (c == '{' || c == '(' || c == '[') {
            depth++;
        } else if (c == '}' || c == ')' || c == ']') {
            depth--;
        }
    }

    private void addUpTo(int end, boolean isText) {
        tokens.add(new Token(code.substring(at, end), at, end, depth, isText));
        at = end;
    }

    private void skipPast(String mark, int from) {
        int found = code.indexOf(mark, from);
        at = found < 0 ? code.length() : found + mark.length();
    }

    private int endOfString(char quote) {
        int end = at + 1;
        while (end < code.length() && code.charAt(end) != quote) {
            end += code.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(code.length(), end + 1);
    }

    private int endOfWord() {
        int end = at + 1;
        while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The text of a template is skipped; what stands in its placeholders is code. */
    private void template() {
        at++;
        while (at < code.length() && code.charAt(at) != '`') {
            if (code.startsWith("${", at)) {
                at += 2;
                placeholder();
            } else {
                at += code.charAt(at) == '\\' ? 2 : 1;
            }
        }
        at = Math.min(code.length(), at + 1);
        tokens.add(new Token("``", at, at, depth, true));
    }

    private void placeholder() {
        int end = endOfPlaceholder();
        for (Token inner : tokens(code.substring(at, end))) {
            tokens.add(new Token(inner.text(), at + inner.start(), at + inner.end(), depth + 1, inner.isText()));
        }
        at = Math.min(code.length(), end + 1);
    }

    private int endOfPlaceholder() {
        int open = 1;
        int end = at;
        while (end < code.length()) {
            char c = code.charAt(end);
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (open == 0) {
                return end;
            }
            end++;
        }
        return end;
    }

    private boolean beginsExpression() {
        Token before = tokens.isEmpty() ? null : tokens.getLast();
        return before == null || !isValue(before);
    }

    private static boolean isValue(@Nullable Token token) {
        if (token == null || token.isText()) {
            return token != null;
        }
        char last = token.text().charAt(token.text().length() - 1);
        return (Character.isJavaIdentifierPart(last) && !BEFORE_EXPRESSIONS.contains(token.text()))
                || last == ')'
                || last == ']'
                || last == '}';
    }

    private int endOfRegularExpression() {
        boolean inClass = false;
        int end = at + 1;
        while (end < code.length() && code.charAt(end) != '\n') {
            char c = code.charAt(end);
            if (c == '\\') {
                end++;
            } else if (c == '[') {
                inClass = true;
            } else if (c == ']') {
                inClass = false;
            } else if (c == '/' && !inClass) {
                end++;
                while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
                    end++;
                }
                return end;
            }
            end++;
        }
        return Math.min(end, code.length());
    }
}
