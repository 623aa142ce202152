package dev.nearside.edge.functions.jvm;

import dev.nearside.kit.code.CodeBundle;
import dev.nearside.kit.code.CodeBundleException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one upload: at the root of the zip, or in jars in {@code lib/}. A class is checked and metered when an
 * environment first asks for it, then kept for all of them. Safe for use by many threads.
 */
final class HandlerCode {

    private static final int MAX_CLASS_BYTES = 4 * 1024 * 1024;

    private static final ClassHierarchyResolver OF_THE_JDK =
            ClassHierarchyResolver.ofClassLoading(HandlerCode.class.getClassLoader());

    private final Map<String, byte[]> classFiles = new HashMap<>();
    private final Map<String, ClassModel> models = new ConcurrentHashMap<>();
    private final Map<String, byte[]> metered = new ConcurrentHashMap<>();
    private final ClassFile parser = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(this::hierarchy));

    /** Finds the classes in it, which are within Lambda's limit together with those in its jars. */
    HandlerCode(CodeBundle bundle) throws CodeBundleException {
        this(bundle, CodeBundle.MAX_UNZIPPED_BYTES);
    }

    /** Finds the classes in it. */
    HandlerCode(CodeBundle bundle, long maxUnzippedBytes) throws CodeBundleException {
        add(bundle);
        long left = maxUnzippedBytes - length(bundle);
        for (Map.Entry<String, byte[]> file : bundle.files().entrySet()) {
            if (file.getKey().startsWith("lib/") && file.getKey().endsWith(".jar")) {
                CodeBundle jar = CodeBundle.fromZip(file.getValue(), left);
                left -= length(jar);
                add(jar);
            }
        }
    }

    private static long length(CodeBundle bundle) {
        return bundle.files().values().stream()
                .mapToLong(content -> content.length)
                .sum();
    }

    private void add(CodeBundle bundle) {
        bundle.files().forEach((path, content) -> {
            if (path.endsWith(".class") && !path.startsWith("META-INF/") && !isOurs(path)) {
                classFiles.putIfAbsent(path.substring(0, path.length() - ".class".length()), content);
            }
        });
    }

    /** Names that the loader takes from the node or the JDK, so that the upload's classes would only mislead the check. */
    private static boolean isOurs(String path) {
        return path.startsWith("java/") || path.startsWith("javax/crypto/") || path.startsWith("dev/nearside/");
    }

    /** Whether the upload has that class (with slashes). */
    boolean has(String name) {
        return classFiles.containsKey(name);
    }

    /**
     * The class file to define, if the upload has that class.
     *
     * @throws RefusedCodeException if it may not run
     */
    Optional<byte[]> metered(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        byte[] ready = metered.get(name);
        if (ready == null) {
            ready = meter(name);
            metered.put(name, ready);
        }
        return Optional.of(ready);
    }

    private byte[] meter(String name) {
        ClassModel model = model(name);
        try {
            new CodeCheck(this, model).check();
            return new Metering(this, parser).meter(model);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw new RefusedCodeException(dotted(name) + " cannot be metered: " + e.getMessage());
        }
    }

    private ClassModel model(String name) {
        return models.computeIfAbsent(name, key -> {
            byte[] content = classFiles.get(key);
            if (content == null || content.length > MAX_CLASS_BYTES) {
                throw new RefusedCodeException(dotted(key) + " is longer than " + MAX_CLASS_BYTES + " bytes");
            }
            try {
                ClassModel model = parser.parse(content);
                if (!model.thisClass().asInternalName().equals(key)) {
                    throw new RefusedCodeException(key + ".class holds the class "
                            + model.thisClass().asInternalName().replace('/', '.'));
                }
                return model;
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new RefusedCodeException(key + ".class is not a class file of Java 8 to 25: " + e.getMessage());
            }
        });
    }

    /** Whether that class of the upload itself declares that method. */
    boolean declares(String owner, String name, String descriptor) {
        if (!has(owner)) {
            return false;
        }
        for (MethodModel method : model(owner).methods()) {
            if (method.methodName().equalsString(name) && method.methodType().equalsString(descriptor)) {
                return true;
            }
        }
        return false;
    }

    /** Whether that class of the upload, or one of the upload's that it extends or implements, has that field. */
    boolean hasField(String owner, String name) {
        for (String type : lineage(owner)) {
            if (has(type)
                    && (declaresField(type, name) || interfaces(type).stream().anyMatch(i -> hasField(i, name)))) {
                return true;
            }
        }
        return false;
    }

    private boolean declaresField(String type, String name) {
        return model(type).fields().stream().anyMatch(field -> field.fieldName().equalsString(name));
    }

    /** A class, then its superclasses up to the first that is not the upload's, which is the last. */
    List<String> lineage(String name) {
        Set<String> lineage = new LinkedHashSet<>();
        String at = name;
        while (at != null) {
            if (!lineage.add(at)) {
                throw new RefusedCodeException(dotted(name) + " extends itself");
            }
            at = has(at)
                    ? model(at).superclass().map(ClassEntry::asInternalName).orElse(null)
                    : null;
        }
        return List.copyOf(lineage);
    }

    /** The methods that a class of the upload declares. */
    List<MethodModel> methods(String name) {
        return model(name).methods();
    }

    /** Whether that class of the upload is an interface. */
    boolean isInterface(String name) {
        return (model(name).flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0;
    }

    /** The interfaces that a class of the upload names. */
    List<String> interfaces(String name) {
        return model(name).interfaces().stream().map(ClassEntry::asInternalName).toList();
    }

    private ClassHierarchyResolver.@Nullable ClassHierarchyInfo hierarchy(ClassDesc type) {
        String descriptor = type.descriptorString();
        String name = descriptor.substring(1, descriptor.length() - 1);
        if (!has(name)) {
            return AllowList.allows(name) ? OF_THE_JDK.getClassInfo(type) : null;
        }
        ClassModel model = model(name);
        var _ = lineage(name); // refuses a circle, in which looking for a common superclass would never end
        if (isInterface(name)) {
            return ClassHierarchyResolver.ClassHierarchyInfo.ofInterface();
        }
        return ClassHierarchyResolver.ClassHierarchyInfo.ofClass(
                model.superclass().map(ClassEntry::asSymbol).orElse(null));
    }

    static String dotted(String name) {
        return name.replace('/', '.');
    }
}
