package dev.nearside.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of rules in tables of three columns: id, rule, and the tests of that rule or why there are none. */
record RuleBook(List<Row> rows) {

    private static final Pattern ROW = Pattern.compile("\\| ([a-z]+-[0-9]+) \\| (.+) \\| (.+) \\|");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]*)\\.([a-z][A-Za-z0-9]*)`");
    private static final Pattern ANNOTATION = Pattern.compile("@(Test|ParameterizedTest|TestFactory)\\b");
    private static final String NOT_OFFERED = "Not offered: ";

    RuleBook {
        rows = List.copyOf(rows);
    }

    /** One rule. */
    record Row(String id, String rule, String testedBy) {}

    /** The rows of a page; heads of tables are none. */
    static RuleBook of(String page) {
        return new RuleBook(page.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| id "))
                .map(RuleBook::row)
                .toList());
    }

    private static Row row(String line) {
        Matcher matcher = ROW.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + line + "' is no row, expected | id-1 | rule | tests |");
        }
        return new Row(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    /** The test sources below some folders, by the names of their classes; several where two have the same name. */
    static Map<String, List<String>> sources(Stream<Path> folders) {
        return folders.flatMap(RuleBook::testClasses)
                .collect(Collectors.groupingBy(
                        file -> file.getFileName().toString().replace(".java", ""),
                        Collectors.mapping(RuleBook::text, Collectors.toList())));
    }

    private static Stream<Path> testClasses(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith("Test.java")).toList().stream();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + folder, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    /** One sentence for each thing that does not hold. */
    List<String> faults(Map<String, List<String>> sources) {
        List<String> faults = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Row row : rows) {
            if (!ids.add(row.id)) {
                faults.add(row.id + " is there twice");
            }
            List<MatchResult> tests = TEST.matcher(row.testedBy).results().toList();
            if (tests.isEmpty() && !row.testedBy.startsWith(NOT_OFFERED)) {
                faults.add(row.id + " names no test and does not begin with '" + NOT_OFFERED + "'");
            }
            for (MatchResult test : tests) {
                List<String> found = sources.getOrDefault(test.group(1), List.of());
                if (found.size() != 1) {
                    faults.add(row.id + " names " + test.group(1) + ", of which there are " + found.size()
                            + ", expected one");
                } else if (!isTest(found.getFirst(), test.group(2))) {
                    faults.add(row.id + " names " + test.group() + ", which is no test of that class");
                }
            }
        }
        return faults;
    }

    /** Whether a class has a method of that name with an annotation of a test, with no empty line between the two. */
    private static boolean isTest(String source, String method) {
        Matcher declared = Pattern.compile("\\b(void|Stream<DynamicTest>) " + method + "\\(")
                .matcher(source);
        while (declared.find()) {
            int begin = source.lastIndexOf("\n\n", declared.start());
            if (ANNOTATION
                    .matcher(source.substring(Math.max(0, begin), declared.start()))
                    .find()) {
                return true;
            }
        }
        return false;
    }
}
