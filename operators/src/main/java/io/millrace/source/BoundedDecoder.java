package io.millrace.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Believes no length that is greater than the record itself. Avro allocates what a length says
 * before it looks for the bytes: five bytes ask for two gigabytes.
 */
final class BoundedDecoder extends Decoder {
    private final BinaryDecoder decoder;
    private final int recordBytes;

    BoundedDecoder(BinaryDecoder decoder, int recordBytes) {
        this.decoder = decoder;
        this.recordBytes = recordBytes;
    }

    private int length() throws IOException {
        return (int) bounded(decoder.readLong());
    }

    private long bounded(long length) throws IOException {
        if (length < 0 || length > recordBytes) {
            throw new IOException(
                    "a length is %d; it must be at most the record's %d bytes"
                            .formatted(length, recordBytes));
        }
        return length;
    }

    @Override
    public Utf8 readString(@Nullable Utf8 old) throws IOException {
        return new Utf8(readBytes());
    }

    @Override
    public String readString() throws IOException {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
        return ByteBuffer.wrap(readBytes());
    }

    private byte[] readBytes() throws IOException {
        byte[] bytes = new byte[length()];
        decoder.readFixed(bytes);
        return bytes;
    }

    @Override
    public long readArrayStart() throws IOException {
        return bounded(decoder.readArrayStart());
    }

    @Override
    public long arrayNext() throws IOException {
        return bounded(decoder.arrayNext());
    }

    @Override
    public long readMapStart() throws IOException {
        return bounded(decoder.readMapStart());
    }

    @Override
    public long mapNext() throws IOException {
        return bounded(decoder.mapNext());
    }

    @Override
    public void readNull() throws IOException {
        decoder.readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return decoder.readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return decoder.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return decoder.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return decoder.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return decoder.readDouble();
    }

    @Override
    public void skipString() throws IOException {
        decoder.skipFixed(length());
    }

    @Override
    public void skipBytes() throws IOException {
        decoder.skipFixed(length());
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        decoder.readFixed(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        decoder.skipFixed(length);
    }

    @Override
    public int readEnum() throws IOException {
        return decoder.readEnum();
    }

    @Override
    public long skipArray() throws IOException {
        return decoder.skipArray();
    }

    @Override
    public long skipMap() throws IOException {
        return decoder.skipMap();
    }

    @Override
    public int readIndex() throws IOException {
        return decoder.readIndex();
    }
}
