package dev.nearside.edge.functions.jvm;

import dev.nearside.edge.functions.jvm.guest.Console;
import dev.nearside.edge.functions.jvm.guest.Guards;
import dev.nearside.edge.functions.jvm.guest.KnownLocales;
import dev.nearside.edge.functions.jvm.guest.LocaleGuards;
import dev.nearside.edge.functions.jvm.guest.Meter;
import dev.nearside.edge.functions.jvm.guest.MeterControl;
import dev.nearside.edge.functions.jvm.guest.NumberGuards;
import dev.nearside.edge.functions.jvm.guest.RegexGuards;
import dev.nearside.edge.functions.jvm.guest.TextGuards;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The class loader of one execution environment: the upload's classes, metered, and its own copies of the engine's
 * templates. Of what is around it only the function API and the allowed part of the JDK can be seen.
 */
final class GuestLoader extends ClassLoader {

    private static final String API_PACKAGE = "dev.nearside.function.";
    private static final String TEMPLATES = Meter.class.getPackageName() + ".";
    private static final Set<String> SHARED = Set.of(MeterControl.class.getName(), KnownLocales.class.getName());
    private static final Map<String, byte[]> TEMPLATE_FILES = new TreeMap<>();

    static {
        registerAsParallelCapable();
        for (Class<?> template : List.of(
                Meter.class,
                Console.class,
                Guards.class,
                TextGuards.class,
                RegexGuards.class,
                NumberGuards.class,
                LocaleGuards.class)) {
            addTemplates(template.getSimpleName());
        }
        addTemplates("MeteredText");
        addTemplates("Stopped");
    }

    private final HandlerCode code;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();

    /** Of the upload's classes at most that many bytes are loaded; the JVM keeps what it knows of them off the heap. */
    GuestLoader(HandlerCode code, long maxBytes) {
        super(null);
        this.code = code;
        this.maxBytes = maxBytes;
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
        if (SHARED.contains(name) || name.startsWith(API_PACKAGE)) {
            return Class.forName(name, false, GuestLoader.class.getClassLoader());
        }
        byte[] template = TEMPLATE_FILES.get(name);
        if (template != null) {
            return defineClass(name, template, 0, template.length);
        }
        String internal = name.replace('.', '/');
        // Bootstrap methods resolve classes of these packages by this loader; no code of a guest's may name them.
        if (AllowList.allows(internal)
                || name.startsWith("java.lang.constant.")
                || name.startsWith("java.lang.invoke.")
                || name.startsWith("java.lang.runtime.")) {
            return Class.forName(name, false, getPlatformClassLoader());
        }
        byte[] metered = code.metered(internal).orElseThrow(() -> new ClassNotFoundException(name));
        if (bytes.addAndGet(metered.length) > maxBytes) {
            throw new RefusedCodeException("with " + name + " the classes in use have more than " + maxBytes
                    + " bytes, the function's memory");
        }
        return defineClass(name, metered, 0, metered.length);
    }
}
