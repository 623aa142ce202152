package dev.nearside.edge.functions.jvm;

import static dev.nearside.edge.functions.jvm.JavaWorkbench.compile;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.failureOf;
import static dev.nearside.edge.functions.jvm.JavaWorkbench.handler;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nearside.edge.functions.InvocationOutcome;
import dev.nearside.edge.functions.InvocationOutcome.FailureReason;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Class files that no compiler writes. The engine has one thread: each test shows that it is free again. */
@Timeout(60)
class ForgedClassesTest {

    private static final ClassDesc FORGED = ClassDesc.of("Forged");
    private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);

    private JavaWorkbench bench;

    @BeforeEach
    void open() {
        bench = new JavaWorkbench(new JavaEngineLimits(1, 3, 10, 10_000, 20_000_000_000L, 64 * 1024, 300));
    }

    @AfterEach
    void anotherFunctionRunsOnTheOneThread() {
        try (JavaWorkbench sameBench = bench) {
            assertThat(sameBench.answer("return \"fine\";")).isEqualTo("fine");
        }
    }

    /** Runs {@code Forged.run()} with that code in it. */
    private InvocationOutcome.Failed run(Consumer<CodeBuilder> code) {
        return run(ClassFile.of()
                .build(
                        FORGED,
                        type -> type.withMethodBody(
                                "run", NOTHING, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC, code)));
    }

    private InvocationOutcome.Failed run(byte[] forged) {
        Map<String, byte[]> files =
                compile(handler("", "Forged.run(); return 1;"), "class Forged { static void run() { } }");
        files.put("Forged.class", forged);
        return failureOf(bench.invoke(bench.load("Handler", files), "/", 500));
    }

    @Test
    void aLoopOfHandlersAloneEnds() {
        InvocationOutcome.Failed failed = run(code -> {
            Label handler = code.newLabel();
            Label thrown = code.newLabel();
            Label end = code.newLabel();
            code.aconst_null().goto_(thrown);
            code.labelBinding(handler).pop().aconst_null();
            code.labelBinding(thrown).checkcast(ConstantDescs.CD_Throwable).athrow();
            code.labelBinding(end).exceptionCatchAll(handler, end, handler);
        });

        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
    }

    @Test
    void aConstantThatIsComputedIsRefused() {
        assertThat(run(code -> code.loadConstant(DynamicConstantDesc.ofNamed(
                                        MethodHandleDesc.ofMethod(
                                                DirectMethodHandleDesc.Kind.STATIC,
                                                FORGED,
                                                "make",
                                                ConstantDescs.MTD_void.changeReturnType(ConstantDescs.CD_Object)),
                                        "x",
                                        ConstantDescs.CD_Object))
                                .pop()
                                .return_())
                        .message())
                .contains("a constant that is computed when it is loaded");
    }

    @Test
    void aMethodHandleAsAConstantIsRefused() {
        assertThat(run(code -> code.loadConstant(MethodHandleDesc.ofMethod(
                                        DirectMethodHandleDesc.Kind.STATIC, FORGED, "run", NOTHING))
                                .pop()
                                .return_())
                        .message())
                .contains("a method handle outside a lambda expression");
    }

    @Test
    void anotherBootstrapMethodIsRefused() {
        assertThat(run(code -> code.invokedynamic(DynamicCallSiteDesc.of(
                                        ConstantDescs.ofCallsiteBootstrap(FORGED, "link", ConstantDescs.CD_CallSite),
                                        "x",
                                        NOTHING))
                                .return_())
                        .message())
                .contains("a bootstrap method of its own");
    }

    @Test
    void theMeterCannotBeCalled() {
        assertThat(run(code -> code.lconst_0()
                                .invokestatic(
                                        JdkCalls.METER,
                                        "spend",
                                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long))
                                .return_())
                        .message())
                .contains("dev.nearside.edge.functions.jvm.guest.Meter");
    }

    @Test
    void aForbiddenMethodThroughAnOwnClassIsRefused() {
        assertThat(run(code -> code.aconst_null()
                                .checkcast(FORGED)
                                .invokevirtual(FORGED, "notifyAll", NOTHING)
                                .return_())
                        .message())
                .contains("java.lang.Object.notifyAll");
    }

    @Test
    void aClassThatExtendsItselfIsRefused() {
        byte[] circle = ClassFile.of()
                .build(
                        FORGED,
                        type -> type.withSuperclass(FORGED)
                                .withMethodBody(
                                        "run",
                                        NOTHING,
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                        code -> code.aconst_null()
                                                .checkcast(FORGED)
                                                .invokevirtual(FORGED, "printStackTrace", NOTHING)
                                                .return_()));

        assertThat(run(circle).message()).contains("extends itself");
    }

    @Test
    void aClassFileOfOldCompilersOrNoneIsRefused() {
        byte[] old = ClassFile.of()
                .build(
                        FORGED,
                        type -> type.withVersion(49, 0)
                                .withMethodBody(
                                        "run",
                                        NOTHING,
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                        CodeBuilder::return_));

        assertThat(run(old).message()).contains("expected one of Java 8 to 25");
        assertThat(run(new byte[] {1, 2, 3}).message()).contains("not a class file");
    }

    @Test
    void codeThatDoesNotVerifyDoesNotRun() {
        assertThat(run(code -> code.iconst_0().checkcast(FORGED).pop().return_())
                        .errorType())
                .isIn("java.lang.VerifyError", "Runtime.RefusedCode");
    }
}
