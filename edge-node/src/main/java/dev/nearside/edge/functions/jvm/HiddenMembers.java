package dev.nearside.edge.functions.jvm;

import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for methods of the JDK that a class would give to an interface of the upload. A call by way of the interface
 * names the interface only, so that a check of the call cannot see where it ends.
 */
final class HiddenMembers {

    private record Key(String name, String descriptor) {
        static Key of(MethodModel method) {
            return new Key(
                    method.methodName().stringValue(), method.methodType().stringValue());
        }
    }

    private final HandlerCode code;
    private final Set<String> ofTheJdk = new LinkedHashSet<>();
    private final Set<Key> implemented = new HashSet<>();
    private final Map<Key, String> promised = new LinkedHashMap<>();

    private HiddenMembers(HandlerCode code) {
        this.code = code;
    }

    /** The first forbidden method that a class or interface of the upload hides, as an interface and its method. */
    static Optional<String> of(HandlerCode code, String type) {
        HiddenMembers members = new HiddenMembers(code);
        List<String> interfaces = new ArrayList<>();
        for (String above : code.lineage(type)) {
            if (!code.has(above)) {
                members.ofTheJdk.add(above);
            } else if (code.isInterface(above)) {
                interfaces.add(above);
            } else {
                members.implement(above);
                interfaces.addAll(code.interfaces(above));
            }
        }
        members.promise(interfaces);
        return members.forbidden();
    }

    /** The same for a class that the JDK makes for a lambda expression with these interfaces. */
    static Optional<String> ofLambda(HandlerCode code, Collection<String> interfaces) {
        HiddenMembers members = new HiddenMembers(code);
        members.ofTheJdk.add("java/lang/Object");
        members.promise(interfaces);
        return members.forbidden();
    }

    private void implement(String type) {
        for (MethodModel method : code.methods(type)) {
            if (isInherited(method)) {
                implemented.add(Key.of(method));
            }
        }
    }

    private void promise(Collection<String> interfaces) {
        Set<String> seen = new HashSet<>(interfaces);
        Deque<String> open = new ArrayDeque<>(interfaces);
        while (!open.isEmpty()) {
            String at = open.remove();
            if (!code.has(at)) {
                ofTheJdk.add(at);
                continue;
            }
            for (MethodModel method : code.methods(at)) {
                if (isInherited(method)) {
                    promised.putIfAbsent(Key.of(method), at);
                }
            }
            for (String above : code.interfaces(at)) {
                if (seen.add(above)) {
                    open.add(above);
                }
            }
        }
    }

    /** The JVM passes over private and static methods when it looks for what implements an interface's method. */
    private static boolean isInherited(MethodModel method) {
        return (method.flags().flagsMask() & (ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC)) == 0;
    }

    private Optional<String> forbidden() {
        for (Map.Entry<Key, String> promise : promised.entrySet()) {
            Key key = promise.getKey();
            if (!implemented.contains(key) && ofTheJdk.stream().anyMatch(jdk -> isForbidden(jdk, key))) {
                return Optional.of(HandlerCode.dotted(promise.getValue()) + "." + key.name());
            }
        }
        return Optional.empty();
    }

    private static boolean isForbidden(String jdk, Key key) {
        return AllowList.declares(jdk, key.name(), key.descriptor())
                && (!AllowList.allowsMember(jdk, key.name(), key.descriptor())
                        || Size.of(jdk, key.name(), MethodTypeDesc.ofDescriptor(key.descriptor())) != null);
    }
}
