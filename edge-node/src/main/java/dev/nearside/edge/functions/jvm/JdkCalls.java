package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.jvm.guest.Console;
import dev.nearside.edge.functions.jvm.guest.Guards;
import dev.nearside.edge.functions.jvm.guest.Meter;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Emits a guest's call of a method, with what keeps the JDK's work within bounds: a price, or a stand-in. */
final class JdkCalls {

    static final ClassDesc METER = desc(Meter.class);
    static final ClassDesc CONSOLE = desc(Console.class);
    private static final ClassDesc GUARDS = desc(Guards.class);

    private static final Set<String> GUARDED_OWNERS = Set.of(
            "java/lang/String",
            "java/util/regex/Pattern",
            "java/util/regex/Matcher",
            "java/util/Collections",
            "java/util/stream/Stream",
            "java/util/stream/IntStream",
            "java/util/stream/LongStream",
            "java/util/stream/StreamSupport",
            "java/io/PrintStream",
            "java/math/BigInteger");

    /** Names of stand-ins with their descriptors. */
    private static final Set<String> GUARDS_OFFERED = new HashSet<>();

    static {
        for (Method method : Guards.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())) {
                GUARDS_OFFERED.add(method.getName()
                        + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                                .descriptorString());
            }
        }
    }

    /** Methods and constructors of the JDK whose last number says how much is to be allocated. */
    private static final Set<String> SIZED =
            Set.of("<init>", "allocate", "copyOf", "copyOfRange", "ensureCapacity", "setLength", "indent", "setSize");

    private static final Set<String> PAIRS = Set.of("removeAll", "retainAll", "containsAll");
    private static final Set<String> SEARCHES = Set.of("indexOf", "lastIndexOf", "contains");

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

    private static @Nullable MethodTypeDesc guard(String owner, String name, String descriptor) {
        if (!GUARDED_OWNERS.contains(owner)) {
            return null;
        }
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(descriptor);
        if (GUARDS_OFFERED.contains(name + descriptor) && isStatic(owner, name)) {
            return type;
        }
        MethodTypeDesc withReceiver = type.insertParameterTypes(0, ClassDesc.ofInternalName(owner));
        return GUARDS_OFFERED.contains(name + withReceiver.descriptorString()) ? withReceiver : null;
    }

    private static boolean isStatic(String owner, String name) {
        return switch (owner) {
            case "java/math/BigInteger", "java/util/regex/Matcher", "java/io/PrintStream" -> false;
            case "java/lang/String" -> name.equals("format");
            case "java/util/regex/Pattern" -> name.equals("compile") || name.equals("matches");
            default -> true;
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
            MethodTypeDesc guard = guard(owner, name, descriptor);
            if (guard != null) {
                out.invokestatic(GUARDS, name, guard);
                return;
            }
        }
        charge(out, opcode, target, code.declares(owner, name, descriptor));
        switch (opcode) {
            case INVOKESTATIC -> out.invokestatic(target.owner(), name, target.type(), target.isInterface());
            case INVOKEINTERFACE -> out.invokeinterface(target.owner(), name, target.type());
            case INVOKESPECIAL -> out.invokespecial(target.owner(), name, target.type(), target.isInterface());
            default -> out.invokevirtual(target.owner(), name, target.type());
        }
    }

    private static void charge(CodeBuilder out, Opcode opcode, Target target, boolean declared) {
        String owner = internal(target.owner());
        MethodTypeDesc type = target.type();
        int count = type.parameterCount();
        if (count == 0) {
            return;
        }
        ClassDesc last = type.parameterType(count - 1);
        boolean onReceiver = opcode != Opcode.INVOKESTATIC && count == 1 && !last.isPrimitive();
        if (last.equals(ConstantDescs.CD_int) && isSized(owner, target.name()) && !declared) {
            out.dup().invokestatic(METER, "size", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));
        } else if (owner.equals("java/math/BigInteger") && target.name().equals("<init>") && count == 1) {
            out.dup().invokestatic(GUARDS, "digits", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object));
        } else if (onReceiver && PAIRS.contains(target.name())) {
            pair(out, "pair");
        } else if (onReceiver
                && SEARCHES.contains(target.name())
                && (owner.equals("java/lang/String") || owner.startsWith("java/lang/StringBu"))) {
            pair(out, "search");
        } else if (onReceiver && target.name().equals("append") && owner.startsWith("java/lang/StringBu")) {
            pair(out, "append");
        }
    }

    private static boolean isSized(String owner, String name) {
        boolean isValue = name.equals("<init>")
                && (owner.equals("java/util/concurrent/atomic/AtomicInteger")
                        || (owner.startsWith("java/lang/") && !owner.startsWith("java/lang/StringBu")));
        return SIZED.contains(name) && !isValue;
    }

    private static void pair(CodeBuilder out, String guard) {
        out.dup2()
                .invokestatic(
                        GUARDS,
                        guard,
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_Object));
    }

    /** A method to be called. */
    record Target(ClassDesc owner, String name, MethodTypeDesc type, boolean isInterface) {}
}
