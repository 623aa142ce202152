package dev.nearside.edge.functions.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interfaces of the upload that declare what a class gets from the JDK. */
class HiddenMembersTest {

    private static void define(String type, Map<String, byte[]> files) throws CodeBundleException {
        assertThat(new HandlerCode(CodeBundle.of(files)).metered(type)).isPresent();
    }

    private static void define(String type, String source) throws CodeBundleException {
        define(type, JavaWorkbench.compile(source));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "interface P { void forEach(long t, BiConsumer<? super String, ? super String> a); }"
                        + " class M extends java.util.concurrent.ConcurrentHashMap<String, String> implements P { }",
                "interface P { void printStackTrace(); } class M extends Exception implements P { }",
                "interface P { IntStream ints(); } class M extends Random implements P { }",
                "interface P { java.io.PrintStream printf(String f, Object... a); }"
                        + " class M extends java.io.PrintStream implements P { M() { super(System.out); } }",
                "interface P { void ensureCapacity(int n); } class M extends ArrayList<String> implements P { }",
                "interface P { IntStream ints(); } interface Q extends P { } class L extends Random { }"
                        + " class M extends L implements Q { }",
                "interface P extends Collection<String> { Stream<String> parallelStream(); }"
                        + " abstract class M implements P { }"
            })
    void aClassThatGetsAForbiddenMethodForItsInterfaceIsRefused(String source) {
        assertThatThrownBy(() -> define("M", source))
                .isInstanceOf(RefusedCodeException.class)
                .hasMessageContaining("M uses P.")
                .hasMessageContaining("a name for a method of the JDK");
    }

    @Test
    void aSuperclassMayNameTheInterface() throws CodeBundleException {
        String source = "interface P { IntStream ints(); } abstract class A implements P { }"
                + " class M extends A { public IntStream ints() { return IntStream.of(1); } }";

        define("A", source);
        define("M", source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "interface P { int size(); } class M extends ArrayList<String> implements P { }",
                "interface P { IntStream ints(); } class M extends Random implements P {"
                        + " @Override public IntStream ints() { return IntStream.empty(); } }",
                "interface P { default int parallels() { return 2; } default void notify(String s) { } }"
                        + " class M implements P { int n() { notify(\"x\"); return parallels(); } }",
                "interface P { int parallels(); } abstract class M implements P { int n() { return parallels(); } }"
            })
    void namesAloneDoNotMatter(String source) throws CodeBundleException {
        define("M", source);
    }

    @Test
    void aPrivateMethodDoesNotStandInTheWay() {
        Map<String, byte[]> files = JavaWorkbench.compile("""
                interface Par<K, V> { void forEach(long t, BiConsumer<? super K, ? super V> a); }
                class M<K, V> extends java.util.concurrent.ConcurrentHashMap<K, V> { }
                """);
        ClassDesc map = ClassDesc.of("java.util.concurrent.ConcurrentHashMap");
        files.put(
                "M.class",
                ClassFile.of()
                        .build(
                                ClassDesc.of("M"),
                                type -> type.withSuperclass(map)
                                        .withInterfaceSymbols(ClassDesc.of("Par"))
                                        .withMethodBody(
                                                "forEach",
                                                ConstantDescs.MTD_void.insertParameterTypes(
                                                        0,
                                                        ConstantDescs.CD_long,
                                                        ClassDesc.of("java.util.function.BiConsumer")),
                                                ClassFile.ACC_PRIVATE,
                                                code -> code.return_())));

        assertThatThrownBy(() -> define("M", files)).hasMessageContaining("M uses Par.forEach");
    }

    @Test
    void anInterfaceMayNotNameWhatEachObjectHas() {
        Map<String, byte[]> files = JavaWorkbench.compile("interface W { }");
        files.put(
                "W.class",
                ClassFile.of()
                        .build(
                                ClassDesc.of("W"),
                                type -> type.withFlags(ClassFile.ACC_INTERFACE | ClassFile.ACC_ABSTRACT)
                                        .withMethod(
                                                "wait",
                                                ConstantDescs.MTD_void,
                                                ClassFile.ACC_PUBLIC | ClassFile.ACC_ABSTRACT,
                                                method -> {})));

        assertThatThrownBy(() -> define("W", files)).hasMessageContaining("W uses W.wait");
    }

    @Test
    void aLambdaMayNotGetOneFromAnInterfaceOfTheJdk() throws CodeBundleException {
        Map<String, byte[]> files = JavaWorkbench.compile(
                "interface Marker { }", "class M { Object f() { return (Supplier<String> & Marker) () -> null; } }");
        Map<String, byte[]> par = JavaWorkbench.compile("interface Par { Stream<String> parallelStream(); }");

        define("M", files);
        assertThat(HiddenMembers.ofLambda(
                        new HandlerCode(CodeBundle.of(par)), java.util.List.of("java/util/Collection", "Par")))
                .contains("Par.parallelStream");
    }
}
