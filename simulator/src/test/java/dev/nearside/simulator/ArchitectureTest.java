package dev.nearside.simulator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The borders that design and style draw, held against the bytecode of every module. */
class ArchitectureTest {

    /** A module of the build, with the packages of ours that it may use. */
    enum Module {
        FUNCTION_API("function-api", "dev.nearside.function"),
        KIT("kit", "dev.nearside.kit", "dev.nearside.function"),
        EDGE_NODE("edge-node", "dev.nearside.edge", "dev.nearside.kit", "dev.nearside.function"),
        ORIGIN("origin", "dev.nearside.origin", "dev.nearside.kit"),
        CONTROL_PLANE("control-plane", "dev.nearside.control", "dev.nearside.kit", "dev.nearside.function"),
        SIMULATOR(
                "simulator",
                "dev.nearside.simulator",
                "dev.nearside.kit",
                "dev.nearside.function",
                "dev.nearside.edge",
                "dev.nearside.origin",
                "dev.nearside.control");

        private final String folder;
        private final String root;

        @SuppressWarnings("ImmutableEnumChecker") // ArchUnit wants an array
        private final String[] mayUse;

        Module(String folder, String root, String... others) {
            this.folder = folder;
            this.root = root;
            mayUse = new String[others.length + 1];
            mayUse[0] = root + "..";
            for (int i = 0; i < others.length; i++) {
                mayUse[i + 1] = others[i] + "..";
            }
        }

        /** Whether the module has classes to check; where it has sources, it must. */
        boolean exists() {
            return Files.isDirectory(Path.of("..", folder, "src", "main", "java"));
        }
    }

    private static final String CLOCKS = "dev.nearside.kit.time..";

    /** Methods that tell time, wait or draw random numbers; {@code <init>} stands for every constructor. */
    private static final Map<String, Set<String>> CLOCK_CALLS = Map.ofEntries(
            Map.entry("java.lang.System", Set.of("nanoTime", "currentTimeMillis")),
            Map.entry("java.lang.Thread", Set.of("sleep")),
            Map.entry("java.lang.Math", Set.of("random")),
            Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep")),
            Map.entry("java.util.concurrent.locks.LockSupport", Set.of("parkNanos", "parkUntil")),
            Map.entry("java.util.concurrent.ThreadLocalRandom", Set.of("current")),
            Map.entry("java.util.UUID", Set.of("randomUUID")),
            Map.entry("java.util.Random", Set.of("<init>")),
            Map.entry("java.util.SplittableRandom", Set.of("<init>")),
            Map.entry("java.security.SecureRandom", Set.of("<init>", "getInstance", "getInstanceStrong")),
            Map.entry("java.util.random.RandomGenerator", Set.of("getDefault", "of")),
            Map.entry("java.util.Date", Set.of("<init>")),
            Map.entry(
                    "java.time.Clock",
                    Set.of("systemUTC", "systemDefaultZone", "system", "tickMillis", "tickSeconds", "tickMinutes")),
            Map.entry("java.time.Instant", Set.of("now")),
            Map.entry("java.time.LocalDate", Set.of("now")),
            Map.entry("java.time.LocalTime", Set.of("now")),
            Map.entry("java.time.LocalDateTime", Set.of("now")),
            Map.entry("java.time.OffsetDateTime", Set.of("now")),
            Map.entry("java.time.ZonedDateTime", Set.of("now")),
            Map.entry("java.time.Year", Set.of("now")),
            Map.entry("java.time.YearMonth", Set.of("now")));

    private static JavaClasses everything;

    @BeforeAll
    static void readClasses() {
        // Sibling modules come as folders, or as jars once Maven has packaged them.
        everything = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.nearside");
    }

    @ParameterizedTest
    @EnumSource
    void moduleThatHasSourcesIsChecked(Module module) {
        assertThat(classesOf(module).isEmpty())
                .as("%s has sources and no classes on the class path, or the other way round", module.folder)
                .isEqualTo(!module.exists());
    }

    @ParameterizedTest
    @EnumSource
    void moduleUsesOnlyWhatLiesBelowIt(Module module) {
        check(
                module,
                noClasses()
                        .that()
                        .resideInAPackage(module.root + "..")
                        .should()
                        .dependOnClassesThat(
                                are(resideInAPackage("dev.nearside..")).and(not(resideInAnyPackage(module.mayUse)))));
    }

    @Test
    void functionApiDependsOnTheJdkAlone() {
        check(
                Module.FUNCTION_API,
                noClasses()
                        .that()
                        .resideInAPackage(Module.FUNCTION_API.root + "..")
                        .should()
                        .dependOnClassesThat(
                                not(resideInAnyPackage("java..", "dev.nearside.function..", "org.jspecify.."))));
    }

    @ParameterizedTest
    @EnumSource
    void packagesOfAModuleFormNoCycle(Module module) {
        check(module, slices().matching("dev.nearside.(**)").should().beFreeOfCycles());
    }

    @Test
    void onlyKitTimeReadsClocksAndDrawsRandomNumbers() {
        noClasses()
                .that(not(resideInAPackage(CLOCKS)))
                .should()
                .accessTargetWhere(tellsTimeOrDrawsNumbers())
                .because("the same node must run in virtual time: take a Time or a RandomGenerator instead")
                .check(everything);
    }

    @Test
    void clockRuleSeesWhatItForbids() {
        JavaClasses clocks = new ClassFileImporter().importPackages("dev.nearside.kit.time");
        assertThat(noClasses()
                        .should()
                        .accessTargetWhere(tellsTimeOrDrawsNumbers())
                        .evaluate(clocks)
                        .getFailureReport()
                        .getDetails())
                .anyMatch(found -> found.contains("System.nanoTime"))
                .anyMatch(found -> found.contains("SecureRandom.<init>"));
    }

    @Test
    void nobodyLogsOrPrintsAroundTheLog() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(everything);
        noClasses()
                .that(not(resideInAPackage("dev.nearside.simulator.cli..")))
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "is System.out or System.err",
                        access -> access.getTargetOwner().isEquivalentTo(System.class)
                                && List.of("out", "err")
                                        .contains(access.getTarget().getName())))
                .check(everything);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : everything) {
            boolean marked = type.getPackage()
                    .tryGetPackageInfo()
                    .map(info -> info.isAnnotatedWith(NullMarked.class))
                    .orElse(false);
            if (!marked) {
                unmarked.add(type.getPackageName());
            }
        }
        assertThat(unmarked)
                .as("packages without @NullMarked package-info.java")
                .isEmpty();
    }

    private static DescribedPredicate<JavaAccess<?>> tellsTimeOrDrawsNumbers() {
        return DescribedPredicate.describe(
                "tells time or draws random numbers",
                access -> CLOCK_CALLS
                        .getOrDefault(access.getTargetOwner().getName(), Set.of())
                        .contains(access.getTarget().getName()));
    }

    private static JavaClasses classesOf(Module module) {
        return everything.that(are(resideInAPackage(module.root + "..")));
    }

    /** Checks a rule where its module exists; a rule that then finds no classes fails by itself. */
    private static void check(Module module, ArchRule rule) {
        if (module.exists()) {
            rule.check(classesOf(module));
        }
    }
}
