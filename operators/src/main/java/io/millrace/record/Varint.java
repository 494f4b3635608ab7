package io.millrace.record;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A 64-bit number in one to ten bytes, seven bits each, the low ones first; and bytes behind their
 * length.
 */
public final class Varint {

    private Varint() {}

    public static void write(long value, DataOutputView out) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    public static long read(DataInputView in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = in.readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("A varint is longer than 10 bytes; it must hold 64 bits");
    }

    /** Maps small numbers of either sign to small unsigned ones. */
    public static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    public static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    public static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
        write(bytes.length, out);
        out.write(bytes);
    }

    public static byte[] readBytes(DataInputView in) throws IOException {
        byte[] bytes = new byte[(int) read(in)];
        in.readFully(bytes);
        return bytes;
    }
}
