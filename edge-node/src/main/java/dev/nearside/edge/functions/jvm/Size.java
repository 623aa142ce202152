package dev.nearside.edge.functions.jvm;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much a method or constructor of the JDK allocates.
 *
 * @param parameter the one that counts the elements
 * @param bytes length of an element
 */
record Size(int parameter, int bytes) {

    private static final int LONG = 8;
    private static final int REFERENCE = 4;
    private static final int CHAR = 2;

    /** A hash table has up to three places for each element that it is to hold. */
    private static final int PLACES = 8;

    private static final Set<String> TABLES =
            Set.of("newHashMap", "newHashSet", "newKeySet", "newLinkedHashMap", "newLinkedHashSet", "newWeakHashMap");

    /** Null if that member of a class of the JDK allocates nothing that a number among its arguments decides. */
    static @Nullable Size of(String owner, String name, MethodTypeDesc type) {
        int first = type.parameterList().indexOf(ConstantDescs.CD_int);
        int last = type.parameterList().lastIndexOf(ConstantDescs.CD_int);
        if (last < 0) {
            return null;
        }
        if (TABLES.contains(name)) {
            return new Size(first, PLACES);
        }
        return switch (name) {
            case "<init>" -> ofConstructor(owner, first, last);
            case "copyOf", "copyOfRange" ->
                owner.equals("java/util/Arrays") ? new Size(last, elementBytes(type.parameterType(0))) : null;
            case "allocate" -> owner.startsWith("java/nio/") ? new Size(first, unit(owner)) : null;
            case "ensureCapacity", "setLength", "setSize" ->
                new Size(first, owner.startsWith("java/lang/StringBu") ? CHAR : LONG);
            default -> null;
        };
    }

    private static @Nullable Size ofConstructor(String owner, int first, int last) {
        if (owner.startsWith("java/lang/StringBu")) {
            return new Size(first, CHAR);
        }
        if (owner.equals("java/util/BitSet")) {
            return new Size(first, 1);
        }
        if (owner.startsWith("java/util/concurrent/atomic/Atomic") && owner.endsWith("Array")) {
            return new Size(first, unit(owner));
        }
        if (owner.startsWith("java/io/")) {
            boolean isView = owner.equals("java/io/ByteArrayInputStream") || owner.equals("java/io/CharArrayReader");
            return isView ? null : new Size(last, CHAR);
        }
        Class<?> type = AllowList.type(owner);
        return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)
                ? new Size(first, PLACES)
                : null;
    }

    private static int unit(String owner) {
        if (owner.contains("Long") || owner.contains("Double")) {
            return LONG;
        }
        if (owner.contains("Char") || owner.contains("Short")) {
            return CHAR;
        }
        return owner.contains("Byte") ? 1 : REFERENCE;
    }

    private static int elementBytes(ClassDesc array) {
        return switch (array.descriptorString()) {
            case "[B", "[Z" -> 1;
            case "[C", "[S" -> CHAR;
            case "[J", "[D" -> LONG;
            default -> REFERENCE;
        };
    }
}
