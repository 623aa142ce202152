package dev.nearside.edge.functions.jvm;

import dev.nearside.kit.time.Randomness;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.text.Normalizer;
import java.text.SimpleDateFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Base64;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Has the JDK initialize what functions use. A class whose first user is a guest at the end of its stack fails to
 * initialize, and is lost to the whole process.
 */
final class WarmUp {

    private static final byte[] KEY = new byte[16];

    private WarmUp() {}

    /** Initializes the allowed classes, then does one thing of each kind for the classes behind them. */
    static void run() {
        for (String name : AllowList.named()) {
            try {
                Class.forName(name, true, AllowList.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("the allow-list names a class that is not there", e);
            }
        }
        require(texts() + times() + collections() + numbers());
        try {
            require(digests() + keys() + ciphers());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks an algorithm that each has", e);
        }
    }

    private static void require(int something) {
        if (something == 0) {
            throw new IllegalStateException("the JDK did nothing");
        }
    }

    private static int texts() {
        String text = String.format(
                        Locale.ROOT,
                        "%s %05d %x %.2f %e %tF %c %b",
                        "ä",
                        1,
                        2,
                        3.5,
                        4.5,
                        Date.from(Instant.EPOCH),
                        'c',
                        true)
                + Normalizer.normalize("ä", Normalizer.Form.NFD)
                + Normalizer.normalize("e\u0301", Normalizer.Form.NFKC)
                + "Straße".toUpperCase(Locale.ROOT)
                + "I".toLowerCase(Locale.forLanguageTag("tr"))
                + Pattern.compile("(?i)(?<word>\\p{L}+)[a-z&&[^b]]*(?=x)|\\b\\h", Pattern.UNICODE_CHARACTER_CLASS)
                        .matcher("x y")
                        .replaceAll("-")
                + String.join(",", "a b".split(" "))
                + URI.create("https://site.test:1/a?b=c#d").resolve("../e").normalize()
                + URLEncoder.encode("ä b", StandardCharsets.UTF_8)
                + URLDecoder.decode("%41+b", StandardCharsets.UTF_8)
                + Base64.getUrlEncoder().encodeToString(KEY)
                + HexFormat.of().formatHex(KEY)
                + UUID.nameUUIDFromBytes(KEY)
                + Currency.getInstance("EUR").getDisplayName(Locale.ROOT)
                + new String("ä".getBytes(StandardCharsets.UTF_16), StandardCharsets.ISO_8859_1)
                + StandardCharsets.UTF_8.newDecoder().charset()
                + Locale.forLanguageTag("en-GB").getDisplayName(Locale.ROOT)
                + Double.parseDouble("1.5e3")
                + Float.parseFloat("0x1p3");
        return text.length();
    }

    private static int times() {
        ZonedDateTime time = Instant.EPOCH.atZone(ZoneId.of("America/New_York"));
        String text = new SimpleDateFormat("EEE, dd MMM yyyy HH:mm:ss zzz", Locale.US).format(Date.from(Instant.EPOCH))
                + DateTimeFormatter.RFC_1123_DATE_TIME.format(time)
                + DateTimeFormatter.ISO_INSTANT.format(time)
                + DateTimeFormatter.ofPattern("EEEE d. MMMM uuuu VV zzzz O", Locale.ENGLISH)
                        .format(time)
                + DateTimeFormatter.ofLocalizedDateTime(FormatStyle.FULL)
                        .withLocale(Locale.US)
                        .format(time)
                + ZonedDateTime.parse("2024-02-29T12:00:00+01:00[Europe/Berlin]")
                        .withZoneSameInstant(ZoneOffset.UTC)
                + IsoChronology.INSTANCE.date(2024, 2, 29)
                + new GregorianCalendar(2024, 1, 29).getTime();
        return text.length();
    }

    private static int collections() {
        ConcurrentHashMap<String, Integer> map = new ConcurrentHashMap<>();
        map.merge("a", 1, Integer::sum);
        return Stream.of("b", "a")
                        .sorted()
                        .collect(Collectors.groupingBy(String::length))
                        .size()
                + IntStream.range(0, 3).boxed().collect(Collectors.toSet()).size()
                + new ConcurrentSkipListMap<>(map).size()
                + List.of(1, 2, 3).stream().distinct().skip(1).limit(1).toList().size()
                + map.reduceValues(Long.MAX_VALUE, Integer::sum);
    }

    private static int numbers() {
        return BigInteger.TWO
                        .pow(200)
                        .modPow(BigInteger.TEN, BigInteger.valueOf(97))
                        .toString(36)
                        .length()
                + Randomness.fast().nextInt(1, 2)
                + Randomness.secret().nextInt(1, 2);
    }

    private static int digests() throws GeneralSecurityException {
        int length = 0;
        for (String algorithm : List.of("MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-256")) {
            length += MessageDigest.getInstance(algorithm).digest(KEY).length;
        }
        for (String algorithm : List.of("HmacMD5", "HmacSHA1", "HmacSHA256", "HmacSHA384", "HmacSHA512")) {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(KEY, algorithm));
            length += mac.doFinal(KEY).length;
        }
        return length;
    }

    private static int keys() throws GeneralSecurityException {
        int length = 0;
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            length += KeyFactory.getInstance(algorithm).getAlgorithm().length();
        }
        for (String algorithm : List.of("SHA1withRSA", "SHA256withRSA", "RSASSA-PSS", "SHA256withECDSA", "Ed25519")) {
            length += Signature.getInstance(algorithm).getAlgorithm().length();
        }
        return length;
    }

    private static int ciphers() throws GeneralSecurityException {
        SecretKeySpec key = new SecretKeySpec(KEY, "AES");
        Cipher cbc = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cbc.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(KEY));
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, KEY));
        return cbc.doFinal(KEY).length
                + gcm.doFinal(KEY).length
                + Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding")
                        .getAlgorithm()
                        .length();
    }
}
