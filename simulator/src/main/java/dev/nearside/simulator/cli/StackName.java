package dev.nearside.simulator.cli;

import java.nio.file.Path;

/** The name of a stack of which only the template is named. */
final class StackName {

    private static final int MAX = 128;
    private static final Path BUILT = Path.of(".aws-sam", "build");

    private StackName() {}

    /**
     * The file's name without its ending, or the folder's if the file is just called a template: for what {@code sam build}
     * leaves in {@code .aws-sam/build} the project's.
     */
    static String of(Path template) {
        Path whole = template.toAbsolutePath().normalize();
        String file = String.valueOf(whole.getFileName());
        String base = file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
        Path folder = whole.getParent();
        if (folder != null && folder.endsWith(BUILT)) {
            folder = folder.resolve("../..").normalize();
        }
        if (base.equals("template") && folder != null && folder.getFileName() != null) {
            base = folder.getFileName().toString();
        }
        String name = base.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String letterFirst = name.matches("[A-Za-z].*") ? name : "stack-" + name;
        return letterFirst.substring(0, Math.min(letterFirst.length(), MAX)).replaceAll("-+$", "");
    }
}
