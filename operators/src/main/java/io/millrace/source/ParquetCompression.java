package io.millrace.source;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compresses Parquet's pages without Hadoop's codecs, whose configuration would bring a dozen
 * libraries along: what pandas, Spark and DuckDB write.
 */
public final class ParquetCompression implements CompressionCodecFactory {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return new Compressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Decompressor(codec);
    }

    @Override
    public void release() {
        // Nothing is kept between pages.
    }

    private static byte[] read(BytesInput bytes) throws IOException {
        try (InputStream in = bytes.toInputStream()) {
            return in.readAllBytes();
        }
    }

    private static UnreadableFileException unknown(CompressionCodecName codec) {
        return new UnreadableFileException(
                "its pages are compressed with %s; they must be SNAPPY, ZSTD, GZIP or UNCOMPRESSED"
                        .formatted(codec));
    }

    private record Compressor(CompressionCodecName codec) implements BytesInputCompressor {

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            return switch (codec) {
                case UNCOMPRESSED -> bytes;
                case SNAPPY -> BytesInput.from(Snappy.compress(read(bytes)));
                case ZSTD -> BytesInput.from(Zstd.compress(read(bytes)));
                case GZIP -> {
                    var compressed = new ByteArrayOutputStream();
                    try (var gzip = new GZIPOutputStream(compressed)) {
                        bytes.writeAllTo(gzip);
                    }
                    yield BytesInput.from(compressed.toByteArray());
                }
                default -> throw unknown(codec);
            };
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {
            // Nothing is kept between pages.
        }
    }

    private record Decompressor(CompressionCodecName codec) implements BytesInputDecompressor {

        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            return BytesInput.from(decompressed(read(bytes), size));
        }

        private byte[] decompressed(byte[] bytes, int size) throws IOException {
            return switch (codec) {
                case UNCOMPRESSED -> bytes;
                case SNAPPY -> Snappy.uncompress(bytes);
                case ZSTD -> Zstd.decompress(bytes, size);
                case GZIP -> {
                    try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                        yield gzip.readNBytes(size);
                    }
                }
                default -> throw unknown(codec);
            };
        }

        @Override
        public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int size)
                throws IOException {
            byte[] bytes = new byte[compressed];
            input.get(bytes);
            output.put(decompressed(bytes, size));
        }

        @Override
        public void release() {
            // Nothing is kept between pages.
        }
    }
}
