package dev.nearside.control.aws;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.utils.builder.Buildable;

/** What can be done with any SDK shape, because it carries its members as data. */
public final class Shapes {

    private Shapes() {}

    /**
     * Copies the members that both shapes have, for example a function's configuration into the response of the call
     * that made it.
     *
     * @return {@code to}
     */
    public static <B extends SdkPojo> B copy(SdkPojo from, B to) {
        Map<String, SdkField<?>> source = from.sdkFieldNameToField();
        for (SdkField<?> field : to.sdkFields()) {
            SdkField<?> same = source.get(field.memberName());
            if (same != null && same.marshallingType().equals(field.marshallingType())) {
                field.set(to, same.getValueOrDefault(from));
            }
        }
        return to;
    }

    /** The body of a marshalled message. */
    static byte[] body(SdkHttpFullRequest marshalled) {
        return marshalled
                .contentStreamProvider()
                .map(provider -> {
                    try (InputStream in = provider.newStream()) {
                        return in.readAllBytes();
                    } catch (IOException e) {
                        throw new IllegalStateException("bytes in memory cannot fail to be read", e);
                    }
                })
                .orElse(new byte[0]);
    }

    static SdkPojo build(SdkPojo builder) {
        return (SdkPojo) ((Buildable) builder).build();
    }
}
