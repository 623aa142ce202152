package dev.nearside.simulator.apply.template;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the text of a template, YAML or JSON. */
public final class TemplateText {

    /** CloudFormation's own limit for templates that lie in S3. */
    static final int MAX_BYTES = 1024 * 1024;

    /** How deep values may lie in each other. */
    static final int MAX_DEPTH = 64;

    private TemplateText() {}

    /**
     * Reads a file.
     *
     * @throws TemplateException if it is no template
     * @throws IOException if it cannot be read
     */
    public static Node.Mapping read(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MAX_BYTES) {
            throw new TemplateException(0, "the template has " + bytes + " bytes, expected at most " + MAX_BYTES);
        }
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException _) {
            throw new TemplateException(0, "the template is not UTF-8, expected UTF-8");
        }
    }

    /** Reads a text, as JSON if it begins like it. */
    public static Node.Mapping parse(String text) {
        String begin = text.stripLeading();
        Node root = begin.startsWith("{") ? JsonText.parse(text) : YamlText.parse(text);
        return Node.mapping(root, "the template");
    }
}
