package io.millrace.monitor;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Categories that are too many to be listed, in a Bloom filter: each of them is known, and one in a
 * thousand of those that are not is taken for known. Never changed once it is made.
 */
@SuppressWarnings(
        "UnstableApiUsage") // A filter is written in a format of its own, which is read back by a
// test.
final class KnownCategories {
    static final double TAKEN_FOR_KNOWN = 1e-3;

    private final BloomFilter<CharSequence> filter;

    private KnownCategories(BloomFilter<CharSequence> filter) {
        this.filter = filter;
    }

    static KnownCategories of(Collection<String> categories) {
        BloomFilter<CharSequence> filter =
                BloomFilter.create(
                        Funnels.stringFunnel(StandardCharsets.UTF_8),
                        categories.size(),
                        TAKEN_FOR_KNOWN);
        categories.forEach(filter::put);
        return new KnownCategories(filter);
    }

    boolean has(String category) {
        return filter.mightContain(category);
    }

    /** What {@link #read} takes: some 1.8 bytes for each category. */
    byte[] bytes() {
        var bytes = new ByteArrayOutputStream();
        try {
            filter.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be written", e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws IllegalArgumentException where the bytes are no filter
     */
    static KnownCategories read(byte[] bytes) {
        try {
            return new KnownCategories(
                    BloomFilter.readFrom(
                            new ByteArrayInputStream(bytes),
                            Funnels.stringFunnel(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "its known categories are no Bloom filter; they must be one of Guava", e);
        }
    }
}
