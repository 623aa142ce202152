package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.jvm.guest.Console;
import dev.nearside.edge.functions.jvm.guest.Guards;
import dev.nearside.edge.functions.jvm.guest.LocaleGuards;
import dev.nearside.edge.functions.jvm.guest.Meter;
import dev.nearside.edge.functions.jvm.guest.NumberGuards;
import dev.nearside.edge.functions.jvm.guest.RegexGuards;
import dev.nearside.edge.functions.jvm.guest.TextGuards;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Emits a guest's call of a method, with what keeps the JDK's work within bounds: a price, or a stand-in. */
final class JdkCalls {

    static final ClassDesc METER = desc(Meter.class);
    static final ClassDesc CONSOLE = desc(Console.class);
    private static final ClassDesc GUARDS = desc(Guards.class);
    private static final ClassDesc TEXTS = desc(TextGuards.class);
    private static final ClassDesc NUMBERS = desc(NumberGuards.class);
    private static final ClassDesc LOCALES = desc(LocaleGuards.class);

    private static final Set<String> GUARDED_OWNERS = Set.of(
            "java/lang/String",
            "java/lang/StringBuilder",
            "java/lang/StringBuffer",
            "java/util/BitSet",
            "java/util/Locale",
            "java/util/Locale$Builder",
            "java/util/regex/Pattern",
            "java/util/regex/Matcher",
            "java/util/Collections",
            "java/util/stream/Stream",
            "java/util/stream/IntStream",
            "java/util/stream/LongStream",
            "java/util/stream/StreamSupport",
            "java/io/PrintStream",
            "java/math/BigInteger");

    /** Where the stand-ins are, by name with descriptor. */
    private static final Map<String, ClassDesc> GUARDS_OFFERED = new HashMap<>();

    static {
        for (Class<?> guards :
                List.of(Guards.class, TextGuards.class, RegexGuards.class, NumberGuards.class, LocaleGuards.class)) {
            for (Method method : guards.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())) {
                    GUARDS_OFFERED.put(
                            method.getName()
                                    + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                                            .descriptorString(),
                            desc(guards));
                }
            }
        }
    }

    private static final Set<String> PAIRS = Set.of("removeAll", "retainAll", "containsAll");
    private static final Set<String> SEARCHES = Set.of("indexOf", "lastIndexOf", "contains");

    private static final Set<String> TEXT_TYPES =
            Set.of("java/lang/String", "java/lang/StringBuilder", "java/lang/StringBuffer", "java/lang/Appendable");

    /** Methods of builders that add a text which may be the builder itself, or a part of it. */
    private static final Set<String> ADDITIONS = Set.of("append", "insert", "replace", "concat");

    private static final MethodTypeDesc TWO_OBJECTS =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_Object);

    private JdkCalls() {}

    private static ClassDesc desc(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    static String internal(ClassDesc type) {
        String descriptor = type.descriptorString();
        return descriptor.startsWith("[") ? descriptor : descriptor.substring(1, descriptor.length() - 1);
    }

    /** Whether a call that is no call of a superclass's method gets a stand-in, so that the method itself is not run. */
    static boolean isReplaced(HandlerCode code, String owner, String name, String descriptor) {
        return isStackTrace(code, owner, name, descriptor) || guard(owner, name, descriptor) != null;
    }

    private static boolean isStackTrace(HandlerCode code, String owner, String name, String descriptor) {
        if (!name.equals("printStackTrace") || !descriptor.equals("()V")) {
            return false;
        }
        String outside = owner;
        for (String type : code.lineage(owner)) {
            if (code.declares(type, name, descriptor)) {
                return false;
            }
            outside = type;
        }
        return !code.has(outside)
                && (outside.endsWith("Throwable") || outside.endsWith("Exception") || outside.endsWith("Error"));
    }

    private record Guard(ClassDesc owner, MethodTypeDesc type) {}

    private static @Nullable Guard guard(String owner, String name, String descriptor) {
        if (!GUARDED_OWNERS.contains(owner)) {
            return null;
        }
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(descriptor);
        ClassDesc offered = GUARDS_OFFERED.get(name + descriptor);
        if (offered != null && isStatic(owner, name)) {
            return new Guard(offered, type);
        }
        MethodTypeDesc withReceiver = type.insertParameterTypes(0, ClassDesc.ofInternalName(owner));
        offered = GUARDS_OFFERED.get(name + withReceiver.descriptorString());
        return offered == null ? null : new Guard(offered, withReceiver);
    }

    private static boolean isStatic(String owner, String name) {
        return switch (owner) {
            case "java/lang/String" -> name.equals("format");
            case "java/util/regex/Pattern" -> name.equals("compile") || name.equals("matches");
            case "java/util/Locale" -> true;
            default -> owner.startsWith("java/util/stream/") || owner.equals("java/util/Collections");
        };
    }

    /** Emits the call that has that owner, name and type. */
    static void emit(HandlerCode code, CodeBuilder out, Opcode opcode, Target target) {
        String owner = internal(target.owner());
        String name = target.name();
        String descriptor = target.type().descriptorString();
        if (opcode != Opcode.INVOKESPECIAL) {
            if (isStackTrace(code, owner, name, descriptor)) {
                out.invokestatic(
                        CONSOLE,
                        "printStackTrace",
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Throwable));
                return;
            }
            Guard guard = guard(owner, name, descriptor);
            if (guard != null) {
                out.invokestatic(guard.owner(), name, guard.type());
                return;
            }
        }
        charge(code, out, opcode, target);
        switch (opcode) {
            case INVOKESTATIC -> out.invokestatic(target.owner(), name, target.type(), target.isInterface());
            case INVOKEINTERFACE -> out.invokeinterface(target.owner(), name, target.type());
            case INVOKESPECIAL -> out.invokespecial(target.owner(), name, target.type(), target.isInterface());
            default -> out.invokevirtual(target.owner(), name, target.type());
        }
    }

    private static void charge(HandlerCode code, CodeBuilder out, Opcode opcode, Target target) {
        MethodTypeDesc type = target.type();
        int count = type.parameterCount();
        String owner = outside(code, target);
        if (count == 0 || owner == null) {
            return;
        }
        String name = target.name();
        boolean isConstructor = name.equals("<init>");
        boolean onReceiver = opcode != Opcode.INVOKESTATIC && !isConstructor;
        boolean onText = TEXT_TYPES.contains(owner);
        Size size = Size.of(owner, name, type);
        if (size != null) {
            List<Integer> kept = keep(out, type, size.parameter() + 1);
            out.dup().loadConstant(size.bytes());
            out.invokestatic(
                    METER,
                    "array",
                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int));
            putBack(out, type, size.parameter() + 1, kept);
        } else if (isConstructor && owner.equals("java/math/BigInteger")) {
            chargeDigits(out, type);
        } else if (isConstructor && owner.equals("java/util/Locale")) {
            chargeLocale(out, type);
        } else if (onReceiver && name.equals("addAll")) {
            chargeAddition(out, type, "addAll");
        } else if (onReceiver && ADDITIONS.contains(name) && onText) {
            chargeAddition(out, type, "append");
        } else if (onReceiver && count == 1 && isReference(type, 0) && PAIRS.contains(name)) {
            out.dup2().invokestatic(GUARDS, "pair", TWO_OBJECTS);
        } else if (onReceiver && count == 1 && isReference(type, 0) && SEARCHES.contains(name) && onText) {
            out.dup2().invokestatic(TEXTS, "search", TWO_OBJECTS);
        }
    }

    /** The class whose method it may be, as far as it is not the upload's; null if the upload declares the method. */
    private static @Nullable String outside(HandlerCode code, Target target) {
        String owner = internal(target.owner());
        if (owner.startsWith("[")) {
            return null;
        }
        String last = owner;
        for (String type : code.lineage(owner)) {
            boolean isPair = PAIRS.contains(target.name()) || target.name().equals("addAll");
            if (!isPair && code.declares(type, target.name(), target.type().descriptorString())) {
                return null;
            }
            last = type;
        }
        return last;
    }

    private static void chargeDigits(CodeBuilder out, MethodTypeDesc type) {
        boolean withRadix = type.parameterList().getLast().equals(ConstantDescs.CD_int);
        if (withRadix) {
            out.dup2()
                    .invokestatic(
                            NUMBERS,
                            "digits",
                            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int));
        } else {
            out.dup()
                    .invokestatic(NUMBERS, "digits", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object));
        }
    }

    private static void chargeLocale(CodeBuilder out, MethodTypeDesc type) {
        if (type.parameterCount() == 1) {
            out.dup();
        } else {
            out.dup2();
        }
        out.invokestatic(LOCALES, "admit", type);
    }

    /** The receiver and the first of the arguments that is an object. */
    private static void chargeAddition(CodeBuilder out, MethodTypeDesc type, String guard) {
        int added = 0;
        while (added < type.parameterCount() && !isReference(type, added)) {
            added++;
        }
        if (added == type.parameterCount()) {
            return;
        }
        List<Integer> kept = keep(out, type, 0);
        out.dup().aload(kept.get(added));
        out.invokestatic(guard.equals("append") ? TEXTS : GUARDS, guard, TWO_OBJECTS);
        putBack(out, type, 0, kept);
    }

    private static boolean isReference(MethodTypeDesc type, int parameter) {
        return !type.parameterType(parameter).isPrimitive();
    }

    /** Moves the arguments from that one on into variables; the first is the first in the answer. */
    private static List<Integer> keep(CodeBuilder out, MethodTypeDesc type, int from) {
        List<Integer> slots = new ArrayList<>();
        for (int i = type.parameterCount() - 1; i >= from; i--) {
            TypeKind kind = TypeKind.from(type.parameterType(i));
            int slot = out.allocateLocal(kind);
            out.storeLocal(kind, slot);
            slots.addFirst(slot);
        }
        return slots;
    }

    private static void putBack(CodeBuilder out, MethodTypeDesc type, int from, List<Integer> slots) {
        for (int i = from; i < type.parameterCount(); i++) {
            out.loadLocal(TypeKind.from(type.parameterType(i)), slots.get(i - from));
        }
    }

    /** A method to be called. */
    record Target(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface) {}
}
