package dev.nearside.edge.functions.cloudfront;

import dev.nearside.edge.functions.cloudfront.CodeScan.Token;
import dev.nearside.kit.snapshot.CloudFrontFunction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.graalvm.polyglot.Source;

/**
 * The code of a function, as the guest compiles it: a function literal around the user's text, which stays on its own
 * lines and columns, and returns the handler. Imports become requires, since a function is no module.
 */
final class FunctionCode {

    /** Code that is not of its runtime; the message is for the user. */
    static final class UncompilableException extends Exception {
        UncompilableException(String message) {
            super(message);
        }
    }

    /** Declarations of runtime 1.0's future; a property may have such a name. */
    private static final Set<String> NOT_IN_1_0 = Set.of("let", "const", "class", "async", "await", "import");

    private static final Set<String> BEFORE_NAMES = Set.of(".", "#");
    private static final Set<String> AFTER_NAMES = Set.of(":", ")", ",", ";", "=", ".", "}");

    private FunctionCode() {}

    /** The source of a function literal that takes {@code require} and returns the handler. */
    static Source source(CloudFrontFunction function) throws UncompilableException {
        int bytes = function.code().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > CloudFrontFunctionLimits.MAX_CODE_BYTES) {
            throw new UncompilableException(
                    "the code has " + bytes + " bytes, expected at most " + CloudFrontFunctionLimits.MAX_CODE_BYTES);
        }
        boolean old = function.runtime().equals(CloudFrontFunction.RUNTIME_1_0);
        List<Token> tokens = CodeScan.tokens(function.code());
        String code;
        if (old) {
            refuseNewWords(function.code(), tokens);
            code = function.code();
        } else {
            code = withRequires(function.code(), tokens);
        }
        String literal = "(function (require) { 'use strict'; " + code
                + "\n;return typeof handler === 'function' ? handler : undefined; })";
        return Source.newBuilder("js", literal, function.name()).cached(true).buildLiteral();
    }

    private static void refuseNewWords(String code, List<Token> tokens) throws UncompilableException {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean isName = (i > 0 && BEFORE_NAMES.contains(tokens.get(i - 1).text()))
                    || (i + 1 < tokens.size()
                            && AFTER_NAMES.contains(tokens.get(i + 1).text()));
            if (!token.isText() && NOT_IN_1_0.contains(token.text()) && !isName) {
                throw new UncompilableException("SyntaxError: Token \"" + token.text() + "\" not supported in "
                        + CloudFrontFunction.RUNTIME_1_0 + " in line " + lineOf(code, token.start()));
            }
        }
    }

    private static String withRequires(String code, List<Token> tokens) throws UncompilableException {
        StringBuilder out = new StringBuilder(code);
        for (int i = tokens.size() - 1; i >= 0; i--) {
            Token token = tokens.get(i);
            boolean isStatement = token.text().equals("import")
                    && !token.isText()
                    && token.depth() == 0
                    && (i == 0 || !tokens.get(i - 1).text().equals("."))
                    && (i + 1 == tokens.size() || !tokens.get(i + 1).text().equals("("));
            if (isStatement) {
                Import found = Import.at(code, tokens, i);
                out.replace(token.start(), found.end(), found.asRequire());
            }
        }
        return out.toString();
    }

    static int lineOf(String code, int position) {
        return 1
                + (int) code.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    /**
     * One import of a whole module under a name: {@code import x from 'y'} or {@code import * as x from 'y'}.
     *
     * @param module as written, in its quotes
     * @param end the position after it
     */
    private record Import(String name, String module, int end, int lines) {

        static Import at(String code, List<Token> tokens, int index) throws UncompilableException {
            boolean isStar = text(tokens, index + 1).equals("*")
                    && text(tokens, index + 2).equals("as");
            int name = isStar ? index + 3 : index + 1;
            boolean isWhole = name + 2 < tokens.size()
                    && Character.isJavaIdentifierStart(text(tokens, name).charAt(0))
                    && text(tokens, name + 1).equals("from")
                    && tokens.get(name + 2).isText();
            if (!isWhole) {
                throw new UncompilableException("SyntaxError: the import in line "
                        + lineOf(code, tokens.get(index).start())
                        + " is not supported, expected: import NAME from 'MODULE'");
            }
            Token module = tokens.get(name + 2);
            int lines =
                    lineOf(code, module.end()) - lineOf(code, tokens.get(index).start());
            return new Import(text(tokens, name), module.text(), module.end(), lines);
        }

        private static String text(List<Token> tokens, int index) {
            return index < tokens.size() ? tokens.get(index).text() : "";
        }

        String asRequire() {
            return "const " + name + " = require(" + module + ");" + "\n".repeat(lines);
        }
    }
}
