package io.millrace.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of rows, row after row, in memory that ONNX Runtime reads and writes where it lies.
 *
 * <p>A tensor over the first rows is made once for each number of rows: most runs are over the same
 * number, and making one costs as much as scoring a dozen rows of a small model.
 */
final class TensorRows implements AutoCloseable {
    private final OrtEnvironment environment;
    private final CellType type;
    private final long[] shape;
    private final int width;
    private final ByteBuffer cells;

    /** The same memory, and a row on its way there; of {@code float32}. */
    private final FloatBuffer floats;

    private final float[] line;

    private final @Nullable OnnxTensor[] overFirstRows;

    /**
     * Room for rows.
     *
     * @param shape the tensor's dimensions, of which the first is the number of rows
     * @param width how many elements a row has
     */
    TensorRows(OrtEnvironment environment, CellType type, long[] shape, int width, int capacity) {
        this.environment = environment;
        this.type = type;
        this.shape = shape;
        this.width = width;
        int bytes = Math.multiplyExact(Math.multiplyExact(capacity, width), type.bytes());
        // ONNX Runtime reads native order; a big-endian buffer would be scored as garbage,
        // silently.
        this.cells = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        this.floats = cells.asFloatBuffer();
        this.line = new float[type == CellType.FLOAT32 ? width : 0];
        this.overFirstRows = new OnnxTensor[capacity + 1];
    }

    int width() {
        return width;
    }

    int capacity() {
        return overFirstRows.length - 1;
    }

    CellType type() {
        return type;
    }

    void put(int row, int element, double value) {
        type.put(cells, row * width + element, value);
    }

    /**
     * Copies a row of {@code float32}: narrowed in a loop that the compiler makes vectors of, and
     * moved at once.
     *
     * @param columns which values the elements are; null where they are the first ones, in order
     */
    void putFloats(int row, double[] values, int @Nullable [] columns) {
        if (columns == null) {
            for (int element = 0; element < width; element++) {
                line[element] = (float) values[element];
            }
        } else {
            for (int element = 0; element < width; element++) {
                line[element] = (float) values[columns[element]];
            }
        }
        floats.put(row * width, line, 0, width);
    }

    double get(int row, int element) {
        return type.get(cells, row * width + element);
    }

    /** Copies some rows to the beginning of others, and fills these up with the last one. */
    void copyTo(TensorRows target, int from, int to) {
        int rowBytes = width * type.bytes();
        int rows = target.capacity();
        for (int i = 0; i < rows; i++) {
            int row = Math.min(from + i, to - 1);
            target.cells.put(i * rowBytes, cells, row * rowBytes, rowBytes);
        }
    }

    /** Takes over the first rows of another. */
    void copyFrom(TensorRows source, int from, int to) {
        int rowBytes = width * type.bytes();
        cells.put(from * rowBytes, source.cells, 0, (to - from) * rowBytes);
    }

    /**
     * The tensor over some rows.
     *
     * @return what must be given back to {@link #release}
     */
    OnnxTensor tensor(int from, int rows) throws OrtException {
        if (from > 0) {
            return made(from, rows);
        }
        OnnxTensor kept = overFirstRows[rows];
        if (kept == null) {
            kept = made(0, rows);
            overFirstRows[rows] = kept;
        }
        return kept;
    }

    /** Takes back a tensor of {@link #tensor}. */
    static void release(OnnxTensor tensor, int from) {
        if (from > 0) {
            tensor.close();
        }
    }

    private OnnxTensor made(int from, int rows) throws OrtException {
        long[] exact = shape.clone();
        exact[0] = rows;
        int rowBytes = width * type.bytes();
        ByteBuffer slice =
                cells.slice(from * rowBytes, rows * rowBytes).order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, slice, exact, type.onnx());
    }

    @Override
    public void close() {
        for (OnnxTensor tensor : overFirstRows) {
            if (tensor != null) {
                tensor.close();
            }
        }
    }
}
