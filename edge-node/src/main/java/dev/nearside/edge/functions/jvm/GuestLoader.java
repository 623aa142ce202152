package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.jvm.guest.Console;
import dev.nearside.edge.functions.jvm.guest.Guards;
import dev.nearside.edge.functions.jvm.guest.Meter;
import dev.nearside.edge.functions.jvm.guest.MeterControl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The class loader of one execution environment: the upload's classes, metered, and its own copies of the engine's
 * templates. Of what is around it only the function API and the allowed part of the JDK can be seen.
 */
final class GuestLoader extends ClassLoader {

    private static final String API_PACKAGE = "dev.nearside.function.";
    private static final String TEMPLATES = Meter.class.getPackageName() + ".";
    private static final String SHARED = MeterControl.class.getName();
    private static final Map<String, byte[]> TEMPLATE_FILES = new TreeMap<>();

    static {
        registerAsParallelCapable();
        for (Class<?> template : new Class<?>[] {Meter.class, Console.class, Guards.class}) {
            addTemplates(template.getSimpleName());
        }
        addTemplates("MeteredText");
        addTemplates("Stopped");
    }

    private final HandlerCode code;

    GuestLoader(HandlerCode code) {
        super(null);
        this.code = code;
    }

    /** Keeps a template's class file and those of its anonymous classes. */
    private static void addTemplates(String simpleName) {
        addTemplate(simpleName);
        for (int i = 1; addTemplate(simpleName + "$" + i); i++) {
            // the next one
        }
    }

    private static boolean addTemplate(String simpleName) {
        try (InputStream in = Meter.class.getResourceAsStream(simpleName + ".class")) {
            if (in != null) {
                TEMPLATE_FILES.put(TEMPLATES + simpleName, in.readAllBytes());
            }
            return in != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The door to this environment's meter; made before any code of the guest's runs. */
    MeterControl meter() {
        try {
            return (MeterControl)
                    loadClass(Meter.class.getName()).getMethod("control").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the meter's template is broken", e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? find(name) : loaded;
        }
    }

    private Class<?> find(String name) throws ClassNotFoundException {
        if (name.equals(SHARED) || name.startsWith(API_PACKAGE)) {
            return Class.forName(name, false, GuestLoader.class.getClassLoader());
        }
        byte[] template = TEMPLATE_FILES.get(name);
        if (template != null) {
            return defineClass(name, template, 0, template.length);
        }
        String internal = name.replace('.', '/');
        // Bootstrap methods resolve classes of these two packages by this loader; no code of a guest's may name them.
        if (AllowList.allows(internal)
                || name.startsWith("java.lang.invoke.")
                || name.startsWith("java.lang.runtime.")) {
            return Class.forName(name, false, getPlatformClassLoader());
        }
        byte[] metered = code.metered(internal).orElseThrow(() -> new ClassNotFoundException(name));
        return defineClass(name, metered, 0, metered.length);
    }
}
