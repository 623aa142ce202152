package dev.nearside.edge.functions.jvm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attribute;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rewrites a class so that it cannot run on for ever: it asks the meter at the start of every method, before every jump
 * back, and first thing in every handler of exceptions.
 *
 * <p>Handlers are entered by a detour at the end of the method, where no handler covers the question: what the meter
 * throws there leaves the method, whatever it catches. Locks are left out, for an environment has one thread, and a lock
 * on an object of the JDK would reach into other environments. References to methods of the JDK become methods of the
 * class, so that the JDK cannot loop over itself without a step.
 */
final class Metering {

    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
    private static final int REFERENCE_BYTES = 4;

    private final HandlerCode code;
    private final ClassFile classFile;

    Metering(HandlerCode code, ClassFile classFile) {
        this.code = code;
        this.classFile = classFile.withOptions(
                ClassFile.DebugElementsOption.DROP_DEBUG,
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.AttributesProcessingOption.DROP_UNSTABLE_ATTRIBUTES);
    }

    /** The class file to define instead. */
    byte[] meter(ClassModel model) {
        Bridges bridges = new Bridges(code, model);
        return classFile.transformClass(model, new ClassTransform() {
            @Override
            public void accept(ClassBuilder out, ClassElement element) {
                if (element instanceof MethodModel method) {
                    out.transformMethod(method, (methodOut, part) -> {
                        switch (part) {
                            case AccessFlags flags ->
                                methodOut.withFlags(flags.flagsMask() & ~ClassFile.ACC_SYNCHRONIZED);
                            case CodeModel body -> methodOut.transformCode(body, new Body(bridges));
                            default -> methodOut.with(part);
                        }
                    });
                } else {
                    out.with(element);
                }
            }

            @Override
            public void atEnd(ClassBuilder out) {
                bridges.addTo(out);
            }
        });
    }

    private static void meter(CodeBuilder out, String method, ClassDesc... parameters) {
        out.invokestatic(JdkCalls.METER, method, MethodTypeDesc.of(CD_void, parameters));
    }

    /** One step. */
    static void spend(CodeBuilder out) {
        meter(out, "spend");
    }

    /** Rewrites one method's body. */
    private final class Body implements CodeTransform {

        private record Detour(Label from, Label handler) {}

        private final Bridges bridges;
        private final Set<Label> behind = new HashSet<>();
        private final List<Detour> detours = new ArrayList<>();

        Body(Bridges bridges) {
            this.bridges = bridges;
        }

        @Override
        public void atStart(CodeBuilder out) {
            spend(out);
        }

        @Override
        public void atEnd(CodeBuilder out) {
            for (Detour detour : detours) {
                out.labelBinding(detour.from());
                spend(out);
                out.goto_(detour.handler());
            }
        }

        @Override
        public void accept(CodeBuilder out, CodeElement element) {
            switch (element) {
                case LabelTarget target -> {
                    behind.add(target.label());
                    out.with(target);
                }
                case ExceptionCatch caught -> {
                    Detour detour = new Detour(out.newLabel(), caught.handler());
                    detours.add(detour);
                    out.with(ExceptionCatch.of(detour.from(), caught.tryStart(), caught.tryEnd(), caught.catchType()));
                }
                case BranchInstruction branch -> {
                    spendIfBack(out, behind.contains(branch.target()));
                    out.with(branch);
                }
                case TableSwitchInstruction table -> {
                    spendIfBack(out, isBack(table.defaultTarget(), table.cases()));
                    out.with(table);
                }
                case LookupSwitchInstruction lookup -> {
                    spendIfBack(out, isBack(lookup.defaultTarget(), lookup.cases()));
                    out.with(lookup);
                }
                case MonitorInstruction monitor -> leaveOut(out, monitor);
                case InvokeInstruction call ->
                    JdkCalls.emit(
                            code,
                            out,
                            call.opcode(),
                            new JdkCalls.Target(
                                    call.owner().asSymbol(),
                                    call.name().stringValue(),
                                    call.typeSymbol(),
                                    call.isInterface()));
                case FieldInstruction field -> field(out, field);
                case InvokeDynamicInstruction call -> dynamic(out, call);
                case NewPrimitiveArrayInstruction array -> {
                    out.dup().loadConstant(array.typeKind().slotSize() == 2 ? 8 : bytes(array.typeKind()));
                    meter(out, "array", CD_int, CD_int);
                    out.with(array);
                }
                case NewReferenceArrayInstruction array -> {
                    out.dup().loadConstant(REFERENCE_BYTES);
                    meter(out, "array", CD_int, CD_int);
                    out.with(array);
                }
                case NewMultiArrayInstruction array -> multiArray(out, array);
                case Attribute<?> _ -> {
                    // frames are made anew, annotations cannot be seen
                }
                default -> out.with(element);
            }
        }

        private boolean isBack(Label defaultTarget, List<SwitchCase> cases) {
            return behind.contains(defaultTarget)
                    || cases.stream().map(SwitchCase::target).anyMatch(behind::contains);
        }

        private void spendIfBack(CodeBuilder out, boolean isBack) {
            if (isBack) {
                spend(out);
            }
        }

        private void leaveOut(CodeBuilder out, MonitorInstruction monitor) {
            if (monitor.opcode() == Opcode.MONITORENTER) {
                out.invokestatic(OBJECTS, "requireNonNull", MethodTypeDesc.of(CD_Object, CD_Object));
            }
            out.pop();
        }

        private void field(CodeBuilder out, FieldInstruction field) {
            if (field.owner().asInternalName().equals("java/lang/System")) {
                out.invokestatic(JdkCalls.CONSOLE, "out", MethodTypeDesc.of(ClassDesc.of("java.io.PrintStream")));
            } else {
                out.with(field);
            }
        }

        private void dynamic(CodeBuilder out, InvokeDynamicInstruction call) {
            DirectMethodHandleDesc bootstrap = call.bootstrapMethod();
            if (bootstrap.owner().displayName().equals("LambdaMetafactory")) {
                out.invokedynamic(bridges.bridged(call));
                return;
            }
            out.with(call);
            if (bootstrap.owner().displayName().equals("StringConcatFactory")) {
                out.dup();
                meter(out, "text", CD_String);
            }
        }

        private void multiArray(CodeBuilder out, NewMultiArrayInstruction array) {
            int[] dimensions = new int[array.dimensions()];
            for (int i = dimensions.length - 1; i >= 0; i--) {
                dimensions[i] = out.allocateLocal(TypeKind.INT);
                out.istore(dimensions[i]);
            }
            out.lconst_1();
            for (int dimension : dimensions) {
                out.iload(dimension);
                out.invokestatic(JdkCalls.METER, "times", MethodTypeDesc.of(CD_long, CD_long, CD_int));
            }
            out.loadConstant(8);
            meter(out, "arrays", CD_long, CD_int);
            for (int dimension : dimensions) {
                out.iload(dimension);
            }
            out.with(array);
        }

        private static int bytes(TypeKind kind) {
            return switch (kind) {
                case BOOLEAN, BYTE -> 1;
                case CHAR, SHORT -> 2;
                default -> 4;
            };
        }
    }
}
