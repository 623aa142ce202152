package dev.nearside.edge.functions.jvm;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What of the JDK a guest may use: named classes, and of them all members but the listed ones. Deny by default. */
final class AllowList {

    /** What a message says is allowed. */
    static final String SUMMARY = "see docs/java-functions.md for the classes of the JDK that functions may use";

    private static final String API_PACKAGE = "dev/nearside/function/";

    /** Packages without a class that reaches outside. */
    private static final Set<String> PACKAGES = Set.of("java/util/function/", "java/time/temporal/");

    /** Simple names by package; nested classes follow their outermost class. */
    private static final Map<String, Set<String>> CLASSES = Map.ofEntries(
            names("java/lang/", """
                    Object String StringBuilder StringBuffer CharSequence Character Byte Short Integer Long Float Double
                    Boolean Number Void Math StrictMath Iterable Comparable Runnable AutoCloseable Cloneable Appendable
                    Readable Enum Record Throwable StackTraceElement Class System Deprecated Override
                    FunctionalInterface SafeVarargs SuppressWarnings Error"""),
            names("java/util/", """
                    AbstractCollection AbstractList AbstractMap AbstractQueue AbstractSequentialList AbstractSet
                    ArrayDeque ArrayList Arrays Base64 BitSet Calendar Collection Collections Comparator Currency Date
                    Deque DoubleSummaryStatistics EnumMap EnumSet Enumeration GregorianCalendar HashMap HashSet
                    Hashtable HexFormat IdentityHashMap IntSummaryStatistics Iterator LinkedHashMap LinkedHashSet
                    LinkedList List ListIterator Locale LongSummaryStatistics Map NavigableMap NavigableSet Objects
                    Optional OptionalDouble OptionalInt OptionalLong PrimitiveIterator PriorityQueue Properties Queue
                    Random RandomAccess SequencedCollection SequencedMap SequencedSet Set SimpleTimeZone SortedMap
                    SortedSet Spliterator Spliterators Stack StringJoiner StringTokenizer TimeZone TreeMap TreeSet UUID
                    Vector WeakHashMap"""),
            names(
                    "java/util/stream/",
                    "BaseStream Stream IntStream LongStream DoubleStream Collector Collectors StreamSupport"),
            names("java/util/regex/", "Pattern Matcher MatchResult"),
            names("java/util/random/", "RandomGenerator"),
            names("java/util/zip/", "CRC32 CRC32C Adler32 Checksum"),
            names(
                    "java/util/concurrent/",
                    "Callable ConcurrentHashMap ConcurrentMap ConcurrentLinkedQueue ConcurrentLinkedDeque"
                            + " ConcurrentSkipListMap ConcurrentSkipListSet CopyOnWriteArrayList CopyOnWriteArraySet"
                            + " ThreadLocalRandom TimeUnit"),
            names("java/util/concurrent/atomic/", """
                    AtomicBoolean AtomicInteger AtomicIntegerArray AtomicLong AtomicLongArray AtomicReference
                    AtomicReferenceArray LongAdder LongAccumulator DoubleAdder DoubleAccumulator"""),
            names("java/time/", """
                    Clock DayOfWeek Duration Instant InstantSource LocalDate LocalDateTime LocalTime Month MonthDay
                    OffsetDateTime OffsetTime Period Year YearMonth ZoneId ZoneOffset ZonedDateTime"""),
            names("java/time/format/", "DateTimeFormatter FormatStyle ResolverStyle SignStyle TextStyle"),
            names(
                    "java/time/chrono/",
                    "ChronoLocalDate ChronoLocalDateTime ChronoZonedDateTime ChronoPeriod"
                            + " Chronology IsoChronology IsoEra Era"),
            names("java/text/", """
                    DateFormat DateFormatSymbols SimpleDateFormat Format FieldPosition ParsePosition Normalizer
                    CharacterIterator StringCharacterIterator AttributedCharacterIterator"""),
            names("java/math/", "BigInteger"),
            names("java/nio/", """
                    Buffer ByteBuffer ByteOrder CharBuffer DoubleBuffer FloatBuffer IntBuffer LongBuffer
                    ShortBuffer"""),
            names("java/nio/charset/", """
                    Charset StandardCharsets CharsetDecoder CharsetEncoder CoderResult CodingErrorAction"""),
            names("java/net/", "URI URLEncoder URLDecoder"),
            names("java/io/", """
                    Serializable Closeable Flushable InputStream OutputStream Reader Writer ByteArrayInputStream
                    ByteArrayOutputStream CharArrayReader CharArrayWriter StringReader StringWriter BufferedReader
                    BufferedWriter BufferedInputStream BufferedOutputStream FilterInputStream FilterOutputStream
                    InputStreamReader OutputStreamWriter DataInput DataInputStream DataOutput DataOutputStream
                    PrintStream PrintWriter"""),
            names("java/security/", "MessageDigest SecureRandom Key PublicKey PrivateKey KeyFactory Signature"),
            names("java/security/interfaces/", "RSAKey RSAPublicKey RSAPrivateKey ECKey ECPublicKey ECPrivateKey"),
            names("java/security/spec/", """
                    AlgorithmParameterSpec KeySpec EncodedKeySpec X509EncodedKeySpec PKCS8EncodedKeySpec
                    RSAPublicKeySpec ECPoint ECPublicKeySpec"""),
            names("javax/crypto/", "Mac Cipher SecretKey"),
            names("javax/crypto/spec/", "SecretKeySpec IvParameterSpec GCMParameterSpec"));

    /** Classes of which only these members may be used. */
    private static final Map<String, Set<String>> ONLY = Map.of(
            "java/lang/Class",
                    members("getName getSimpleName getTypeName getPackageName isInstance isInterface isArray isEnum"
                            + " isRecord isAssignableFrom cast getEnumConstants getSuperclass getComponentType"
                            + " desiredAssertionStatus hashCode equals toString getClass"),
            "java/lang/System", members("arraycopy identityHashCode currentTimeMillis nanoTime lineSeparator out err"),
            "java/util/stream/StreamSupport", Set.of());

    /** Members that no class may use that is of this type. */
    private static final Map<String, Set<String>> EXCEPT = Map.ofEntries(
            except("java/lang/Object", "wait notify notifyAll finalize"),
            except("java/lang/Integer", "getInteger"),
            except("java/lang/Long", "getLong"),
            except("java/lang/Boolean", "getBoolean"),
            except("java/lang/String", "splitWithDelimiters"),
            except("java/util/regex/Pattern", "splitWithDelimiters splitAsStream"),
            except("java/time/chrono/ChronoLocalDate", "datesUntil"),
            except("java/util/Locale", "setDefault"),
            except("java/util/TimeZone", "setDefault"),
            except("java/util/Properties", "loadFromXML storeToXML save list"),
            except("java/util/Random", "ints longs doubles"),
            except("java/util/random/RandomGenerator", "ints longs doubles of getDefault isDeprecated"),
            except("java/util/concurrent/TimeUnit", "sleep timedJoin timedWait"),
            except("java/util/stream/LongStream", "generate iterate"),
            except("java/util/stream/DoubleStream", "generate iterate"),
            except("java/util/stream/Stream", "gather"),
            except("java/math/BigInteger", "probablePrime nextProbablePrime isProbablePrime flipBit"),
            except("java/nio/ByteBuffer", "allocateDirect"),
            except("java/nio/charset/Charset", "<init>"),
            except("java/nio/charset/CharsetEncoder", "<init>"),
            except("java/nio/charset/CharsetDecoder", "<init>"),
            except("java/security/SecureRandom", "getInstanceStrong generateSeed getSeed reseed"),
            except("java/security/Signature", "<init>"),
            except("java/security/MessageDigest", "<init>"),
            except("java/io/PrintStream", "printf format"),
            except("java/io/PrintWriter", "printf format"));

    /** Of these classes only the constructors that a guard bounds. */
    private static final Map<Class<?>, Set<String>> BOUNDED_CONSTRUCTORS = Map.of(
            java.math.BigInteger.class, Set.of("(Ljava/lang/String;)V", "(Ljava/lang/String;I)V", "([B)V", "(I[B)V"),
            java.util.Locale.class, Set.of("(Ljava/lang/String;)V", "(Ljava/lang/String;Ljava/lang/String;)V"));

    private AllowList() {}

    private static Map.Entry<String, Set<String>> names(String packageName, String simpleNames) {
        return Map.entry(packageName, members(simpleNames));
    }

    private static Map.Entry<String, Set<String>> except(String owner, String members) {
        return Map.entry(owner, members(members));
    }

    private static Set<String> members(String names) {
        return Set.of(names.strip().split("\\s+"));
    }

    /** Whether a guest may name that class (with slashes). */
    static boolean allows(String name) {
        if (name.startsWith(API_PACKAGE)) {
            return true;
        }
        if (!name.startsWith("java/") && !name.startsWith("javax/crypto/")) {
            return false;
        }
        int slash = name.lastIndexOf('/') + 1;
        String packageName = name.substring(0, slash);
        if (PACKAGES.contains(packageName)) {
            return true;
        }
        int dollar = name.indexOf('$', slash);
        if (dollar >= 0 && ONLY.containsKey(name.substring(0, dollar))) {
            return false;
        }
        String outermost = dollar < 0 ? name.substring(slash) : name.substring(slash, dollar);
        Set<String> classes = CLASSES.getOrDefault(packageName, Set.of());
        boolean isThrown = outermost.endsWith("Exception") || outermost.endsWith("Error");
        return classes.contains(outermost) || (isThrown && !classes.isEmpty());
    }

    /** Whether a guest may read or write a static or inherited field of an allowed class. */
    static boolean allowsField(String owner, String name) {
        Set<String> only = ONLY.get(owner);
        return only == null || only.contains(name);
    }

    /** Whether a class of a guest's may extend that class, and so call its methods around their stand-ins. */
    static boolean allowsSubclasses(String name) {
        return !name.equals("java/math/BigInteger") && !name.equals("java/util/BitSet");
    }

    /** The classes that are named, without nested ones. */
    static Set<String> named() {
        Set<String> named = new TreeSet<>();
        CLASSES.forEach(
                (packageName, names) -> names.forEach(name -> named.add((packageName + name).replace('/', '.'))));
        return named;
    }

    /** Whether a guest may use a member of an allowed class, also by way of a class of its own. */
    static boolean allowsMember(String owner, String name, String descriptor) {
        if (name.startsWith("parallel") || name.equals("loadClass") || name.equals("defineClass")) {
            return false;
        }
        Set<String> only = ONLY.get(owner);
        if (only != null && !only.contains(name)) {
            return false;
        }
        Class<?> type = type(owner);
        for (Map.Entry<String, Set<String>> except : EXCEPT.entrySet()) {
            if (except.getValue().contains(name) && type(except.getKey()).isAssignableFrom(type)) {
                return false;
            }
        }
        return !isDangerousOverload(type, name, descriptor);
    }

    private static boolean isDangerousOverload(Class<?> type, String name, String descriptor) {
        boolean prints =
                java.io.PrintStream.class.isAssignableFrom(type) || java.io.PrintWriter.class.isAssignableFrom(type);
        if (prints && name.equals("<init>")) {
            return descriptor.startsWith("(Ljava/lang/String;"); // a file's name
        }
        if (name.equals("<init>") && BOUNDED_CONSTRUCTORS.containsKey(type)) {
            return !BOUNDED_CONSTRUCTORS.getOrDefault(type, Set.of()).contains(descriptor);
        }
        if (java.util.concurrent.ConcurrentHashMap.class.isAssignableFrom(type)) {
            return descriptor.startsWith("(J"); // runs on the threads of a pool
        }
        return Throwable.class.isAssignableFrom(type) && name.equals("printStackTrace") && descriptor.equals("()V");
    }

    /** Whether a class of the JDK or what it extends or implements has that method, whoever may call it. */
    static boolean declares(String owner, String name, String descriptor) {
        return METHODS.computeIfAbsent(owner, key -> methods(type(key))).contains(name + descriptor);
    }

    private static Set<String> methods(Class<?> type) {
        Set<String> methods = new HashSet<>();
        Set<Class<?>> seen = new HashSet<>();
        Deque<Class<?>> open = new ArrayDeque<>(List.of(type, Object.class));
        while (!open.isEmpty()) {
            Class<?> at = open.remove();
            if (!seen.add(at)) {
                continue;
            }
            for (Method method : at.getDeclaredMethods()) {
                methods.add(method.getName()
                        + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                                .descriptorString());
            }
            open.addAll(List.of(at.getInterfaces()));
            Class<?> above = at.getSuperclass();
            if (above != null) {
                open.add(above);
            }
        }
        return methods;
    }

    private static final Map<String, Set<String>> METHODS = new ConcurrentHashMap<>();
    private static final Map<String, Class<?>> TYPES = new HashMap<>();

    /** An allowed class. */
    static Class<?> type(String name) {
        synchronized (TYPES) {
            return TYPES.computeIfAbsent(name, AllowList::find);
        }
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(name.replace('/', '.'), false, AllowList.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new RefusedCodeException("there is no class " + name.replace('/', '.'));
        }
    }
}
