package dev.nearside.edge.functions.jvm;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.DiscontinuedInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks one class before it is defined: everything that its code can reach must be allowed. */
final class CodeCheck {

    private static final int JAVA_8 = 52;

    /** Bootstrap methods of the JDK that run no other code than what they are given, by class. */
    private static final Map<String, Set<String>> BOOTSTRAPS = Map.of(
            "java/lang/invoke/LambdaMetafactory", Set.of("metafactory", "altMetafactory"),
            "java/lang/invoke/StringConcatFactory", Set.of("makeConcat", "makeConcatWithConstants"),
            "java/lang/runtime/ObjectMethods", Set.of("bootstrap"),
            "java/lang/runtime/SwitchBootstraps", Set.of("typeSwitch", "enumSwitch"));

    private static final ClassDesc ENUM_DESC = ClassDesc.of("java.lang.Enum$EnumDesc");
    private static final ClassDesc CLASS_DESC = ClassDesc.of("java.lang.constant.ClassDesc");

    private final HandlerCode code;
    private final ClassModel model;
    private final String self;

    CodeCheck(HandlerCode code, ClassModel model) {
        this.code = code;
        this.model = model;
        this.self = HandlerCode.dotted(model.thisClass().asInternalName());
    }

    /**
     * Checks the whole class.
     *
     * @throws RefusedCodeException at the first thing that is not allowed
     */
    void check() {
        if (model.majorVersion() < JAVA_8 || model.minorVersion() != 0) {
            throw new RefusedCodeException(self + " has the class file version " + model.majorVersion() + "."
                    + model.minorVersion() + ", expected one of Java 8 to 25 without preview features");
        }
        model.superclass().ifPresent(this::type);
        String above = model.superclass().map(ClassEntry::asInternalName).orElse("");
        if (!AllowList.allowsSubclasses(above)) {
            throw refused(HandlerCode.dotted(above), "a class that functions may not extend");
        }
        model.interfaces().forEach(this::type);
        for (FieldModel field : model.fields()) {
            type(field.fieldTypeSymbol());
        }
        for (MethodModel method : model.methods()) {
            check(method);
        }
        requireNothingHidden(HiddenMembers.of(code, model.thisClass().asInternalName()));
    }

    private void requireNothingHidden(Optional<String> hidden) {
        if (hidden.isPresent()) {
            throw refused(hidden.get(), "a name for a method of the JDK that functions may not call this way");
        }
    }

    private void check(MethodModel method) {
        String name = method.methodName().stringValue();
        if ((method.flags().flagsMask() & ClassFile.ACC_NATIVE) != 0) {
            throw refused(name, "a native method");
        }
        if (name.equals("finalize") && method.methodType().equalsString("()V")) {
            throw refused(name, "a finalizer");
        }
        types(method.methodTypeSymbol());
        method.code().ifPresent(this::check);
    }

    private void check(CodeModel body) {
        for (CodeElement element : body) {
            switch (element) {
                case InvokeInstruction i -> invoke(i);
                case FieldInstruction f -> {
                    type(f.typeSymbol());
                    field(f.owner().asInternalName(), f.name().stringValue());
                }
                case InvokeDynamicInstruction i -> dynamic(i);
                case ConstantInstruction.LoadConstantInstruction l -> constant(l.constantValue());
                case NewObjectInstruction n -> type(n.className());
                case NewReferenceArrayInstruction n -> type(n.componentType());
                case NewMultiArrayInstruction n -> type(n.arrayType());
                case TypeCheckInstruction t -> type(t.type());
                case ExceptionCatch c -> c.catchType().ifPresent(this::type);
                case DiscontinuedInstruction d -> throw refused(d.opcode().name(), "an instruction of old compilers");
                default -> {
                    // touches nothing outside the method's own frame
                }
            }
        }
    }

    private void invoke(InvokeInstruction call) {
        types(call.typeSymbol());
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        String descriptor = call.type().stringValue();
        if (call.opcode() == Opcode.INVOKESPECIAL || !JdkCalls.isReplaced(code, owner, name, descriptor)) {
            member(owner, name, descriptor);
        }
    }

    private void dynamic(InvokeDynamicInstruction call) {
        types(call.typeSymbol());
        DirectMethodHandleDesc bootstrap = call.bootstrapMethod();
        String owner = JdkCalls.internal(bootstrap.owner());
        if (!BOOTSTRAPS.getOrDefault(owner, Set.of()).contains(bootstrap.methodName())) {
            throw refused(HandlerCode.dotted(owner) + "." + bootstrap.methodName(), "a bootstrap method of its own");
        }
        if (owner.equals("java/lang/invoke/LambdaMetafactory")) {
            requireNothingHidden(HiddenMembers.ofLambda(code, interfaces(call)));
        }
        for (ConstantDesc argument : call.bootstrapArgs()) {
            if (argument instanceof DirectMethodHandleDesc handle) {
                handle(handle);
            } else if (!owner.equals("java/lang/runtime/SwitchBootstraps") || !isEnumLabel(argument)) {
                constant(argument);
            }
        }
    }

    /** Whether it is a constant of an enum, as compilers write the label of a switch. */
    private boolean isEnumLabel(ConstantDesc argument) {
        List<ConstantDesc> label = argumentsOf(ENUM_DESC, argument);
        if (label.size() != 2 || !(label.get(1) instanceof String)) {
            return false;
        }
        List<ConstantDesc> type = argumentsOf(CLASS_DESC, label.getFirst());
        if (type.size() != 1 || !(type.getFirst() instanceof String name)) {
            return false;
        }
        type(ClassDesc.of(name));
        return true;
    }

    /** What the constant gives to {@code of} of that class; empty if it does anything else. */
    private static List<ConstantDesc> argumentsOf(ClassDesc owner, ConstantDesc constant) {
        if (constant instanceof DynamicConstantDesc<?> dynamic
                && dynamic.bootstrapMethod().equals(ConstantDescs.BSM_INVOKE)
                && dynamic.bootstrapArgsList().getFirst() instanceof DirectMethodHandleDesc of
                && of.owner().equals(owner)
                && of.methodName().equals("of")) {
            return dynamic.bootstrapArgsList()
                    .subList(1, dynamic.bootstrapArgsList().size());
        }
        return List.of();
    }

    /** What the object of a lambda expression implements. */
    private static Set<String> interfaces(InvokeDynamicInstruction lambda) {
        Set<String> interfaces = new LinkedHashSet<>();
        interfaces.add(JdkCalls.internal(lambda.typeSymbol().returnType()));
        for (ConstantDesc argument : lambda.bootstrapArgs()) {
            if (argument instanceof ClassDesc marker) {
                interfaces.add(JdkCalls.internal(marker));
            }
        }
        return interfaces;
    }

    private void handle(DirectMethodHandleDesc handle) {
        String owner = JdkCalls.internal(handle.owner());
        String name = handle.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR ? "<init>" : handle.methodName();
        String descriptor = handle.lookupDescriptor();
        boolean replaced = handle.kind() != DirectMethodHandleDesc.Kind.SPECIAL
                && JdkCalls.isReplaced(code, owner, name, descriptor);
        if (!descriptor.startsWith("(")) {
            type(ClassDesc.ofDescriptor(descriptor));
            if (!code.hasField(owner, name)) {
                throw refused(name, "a handle of a field that is not the upload's");
            }
            return;
        }
        types(MethodTypeDesc.ofDescriptor(descriptor));
        if (!replaced) {
            member(owner, name, descriptor);
        }
    }

    private void constant(ConstantDesc constant) {
        switch (constant) {
            case ClassDesc type -> type(type);
            case MethodTypeDesc type -> types(type);
            case DirectMethodHandleDesc handle ->
                throw refused(handle.methodName(), "a method handle outside a lambda expression");
            case DynamicConstantDesc<?> dynamic ->
                throw refused(dynamic.constantName(), "a constant that is computed when it is loaded");
            default -> {
                // a number or a text
            }
        }
    }

    private void types(MethodTypeDesc method) {
        type(method.returnType());
        method.parameterList().forEach(this::type);
    }

    private void type(ClassEntry type) {
        type(type.asSymbol());
    }

    private void type(ClassDesc type) {
        ClassDesc element = type;
        while (element.isArray()) {
            element = element.componentType();
        }
        if (!element.isPrimitive()) {
            requireVisible(JdkCalls.internal(element));
        }
    }

    private void requireVisible(String name) {
        if (!code.has(name) && !AllowList.allows(name)) {
            throw new RefusedCodeException(self + " uses the class " + HandlerCode.dotted(name)
                    + ", which is neither in the upload nor allowed; " + AllowList.SUMMARY);
        }
    }

    private void field(String owner, String name) {
        requireVisible(owner);
        if (code.hasField(owner, name)) {
            return;
        }
        String outside = code.lineage(owner).getLast();
        if (!AllowList.allowsField(outside, name)) {
            throw refused(HandlerCode.dotted(outside) + "." + name, "something that functions may not");
        }
    }

    private void member(String owner, String name, String descriptor) {
        if (owner.startsWith("[")) {
            jdkMember("java/lang/Object", name, descriptor);
            return;
        }
        requireVisible(owner);
        Set<String> seen = new HashSet<>();
        for (String type : code.lineage(owner)) {
            if (!code.has(type)) {
                jdkMember(type, name, descriptor);
            } else if (code.declares(type, name, descriptor)) {
                return;
            } else {
                inherited(type, name, descriptor, seen);
            }
        }
    }

    /** A method that no superclass declares may come from any interface above. */
    private void inherited(String type, String name, String descriptor, Set<String> seen) {
        for (String above : code.interfaces(type)) {
            if (code.has(above)) {
                if (seen.add(above)) {
                    inherited(above, name, descriptor, seen);
                }
            } else {
                jdkMember(above, name, descriptor);
            }
        }
    }

    private void jdkMember(String owner, String name, String descriptor) {
        requireVisible(owner);
        boolean isThere = name.equals("<init>") || AllowList.declares(owner, name, descriptor);
        if (isThere && !owner.startsWith("dev/") && !AllowList.allowsMember(owner, name, descriptor)) {
            throw refused(HandlerCode.dotted(owner) + "." + name, "something that functions may not");
        }
    }

    private RefusedCodeException refused(String member, String what) {
        return new RefusedCodeException(self + " uses " + member + ", " + what + "; " + AllowList.SUMMARY);
    }
}
