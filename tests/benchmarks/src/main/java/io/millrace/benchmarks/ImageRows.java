package io.millrace.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * The events of Crayfish's benchmark (Horchidan et al., EDBT 2024): an id, a time, and 784 random
 * numbers in place of an image of 28 x 28.
 */
final class ImageRows {
    private static final int PIXELS = 784;
    private static final long START_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private ImageRows() {}

    private static float[] pixels(int row) {
        var random = new SplittableRandom(row);
        var pixels = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = (float) random.nextDouble();
        }
        return pixels;
    }

    static byte[] json(int row) {
        var json = new StringBuilder(12 * PIXELS);
        json.append("{\"id\":").append(row);
        json.append(",\"timestamp\":").append(START_MILLIS + row);
        char before = '[';
        json.append(",\"data\":");
        for (float pixel : pixels(row)) {
            json.append(before).append(pixel);
            before = ',';
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] avro(int row) {
        var floats = ByteBuffer.allocate(PIXELS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(pixels(row));
        var bytes = new ByteArrayOutputStream(floats.capacity() + 2 * Long.BYTES);
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        try {
            encoder.writeLong(row);
            encoder.writeLong(START_MILLIS + row);
            encoder.writeBytes(floats);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
