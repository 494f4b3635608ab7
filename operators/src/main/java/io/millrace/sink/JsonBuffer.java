package io.millrace.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object after the other into a buffer that it reuses.
 *
 * <p>Any value can be written: text that is not well-formed UTF-16 has its lone surrogates replaced
 * by U+FFFD, NaN is null. What it writes of a finite number reads back to the same bits.
 */
final class JsonBuffer {
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .rootValueSeparator((String) null)
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build();
    private static final char REPLACEMENT = '\uFFFD';

    /** Below this, a double is written without an exponent. */
    private static final long MAX_WHOLE = 10_000_000;

    private final char[] whole = new char[16];

    /** Room for a text as ids and names are long. */
    private final char[] characters = new char[256];

    private final ByteArrayBuilder bytes = new ByteArrayBuilder(1_024);
    private final JsonGenerator json;
    private final IsoTime isoTime = new IsoTime();

    JsonBuffer() throws IOException {
        json = FACTORY.createGenerator(bytes);
    }

    void begin() throws IOException {
        bytes.reset();
        json.writeStartObject();
    }

    byte[] end() throws IOException {
        json.writeEndObject();
        json.flush();
        return bytes.toByteArray();
    }

    void text(SerializableString name, @Nullable String value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            write(value);
        }
    }

    private void write(String value) throws IOException {
        int length = value.length();
        if (length > characters.length) {
            json.writeString(wellFormed(value));
            return;
        }
        value.getChars(0, length, characters, 0);
        if (hasSurrogate(characters, length)) {
            json.writeString(wellFormed(value));
        } else {
            json.writeString(characters, 0, length);
        }
    }

    /** Of an array, where each character is read without asking the text how it keeps them. */
    private static boolean hasSurrogate(char[] characters, int length) {
        for (int i = 0; i < length; i++) {
            if (Character.isSurrogate(characters[i])) {
                return true;
            }
        }
        return false;
    }

    void text(SerializableString name, SerializableString value) throws IOException {
        json.writeFieldName(name);
        json.writeString(value);
    }

    /**
     * Fields that were encoded before, of an object that has others already.
     *
     * @param fields with a comma before each
     */
    void further(SerializableString fields) throws IOException {
        json.writeRaw(fields);
    }

    /** As {@link #text}, of bytes that are known to be UTF-8. */
    void utf8(SerializableString name, byte[] value, int length) throws IOException {
        json.writeFieldName(name);
        json.writeUTF8String(value, 0, length);
    }

    void base64(SerializableString name, byte[] value, int length) throws IOException {
        json.writeFieldName(name);
        json.writeBinary(value, 0, length);
    }

    void time(SerializableString name, long epochMillis) throws IOException {
        json.writeFieldName(name);
        byte[] iso = isoTime.apply(epochMillis);
        json.writeRawUTF8String(iso, 0, iso.length);
    }

    void flag(SerializableString name, boolean value) throws IOException {
        json.writeFieldName(name);
        json.writeBoolean(value);
    }

    void number(SerializableString name, long value) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(value);
    }

    void number(SerializableString name, double value) throws IOException {
        json.writeFieldName(name);
        write(value);
    }

    private void write(double value) throws IOException {
        long floor = (long) value;
        if (floor == value && Math.abs(floor) < MAX_WHOLE && isNotNegativeZero(value)) {
            writeWhole(floor);
        } else if (Double.isNaN(value)) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    void numbers(SerializableString name, SerializableString[] names, double[] values)
            throws IOException {
        json.writeFieldName(name);
        json.writeStartObject();
        for (int i = 0; i < names.length; i++) {
            number(names[i], values[i]);
        }
        json.writeEndObject();
    }

    /** Begins a list of objects. */
    void beginObjects(SerializableString name) throws IOException {
        json.writeFieldName(name);
        json.writeStartArray();
    }

    void beginObject() throws IOException {
        json.writeStartObject();
    }

    /** Begins an object that is a field's value. */
    void beginObject(SerializableString name) throws IOException {
        json.writeFieldName(name);
        json.writeStartObject();
    }

    void endObject() throws IOException {
        json.writeEndObject();
    }

    void endObjects() throws IOException {
        json.writeEndArray();
    }

    void numbers(SerializableString name, double[] values) throws IOException {
        json.writeFieldName(name);
        json.writeStartArray();
        for (double value : values) {
            write(value);
        }
        json.writeEndArray();
    }

    void texts(SerializableString name, List<String> values) throws IOException {
        json.writeFieldName(name);
        json.writeStartArray();
        for (String value : values) {
            write(value);
        }
        json.writeEndArray();
    }

    /** Some of the names, as a list of texts. */
    void names(SerializableString name, SerializableString[] names, int[] places)
            throws IOException {
        json.writeFieldName(name);
        json.writeStartArray();
        for (int place : places) {
            json.writeString(names[place]);
        }
        json.writeEndArray();
    }

    /** Counts are whole numbers; writing one as a double would cost four times as much. */
    private void writeWhole(long value) throws IOException {
        int at = whole.length;
        whole[--at] = '0';
        whole[--at] = '.';
        long rest = Math.abs(value);
        do {
            whole[--at] = (char) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        if (value < 0) {
            whole[--at] = '-';
        }
        json.writeNumber(whole, at, whole.length - at);
    }

    private static boolean isNotNegativeZero(double value) {
        return value != 0 || Double.doubleToRawLongBits(value) == 0;
    }

    /** The text with each lone surrogate replaced, which no UTF-8 could hold. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceLoneSurrogates(text);
            }
        }
        return text;
    }

    private static String replaceLoneSurrogates(String text) {
        var mended = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                mended.append(c).append(text.charAt(++i));
            } else {
                mended.append(Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        return mended.toString();
    }
}
