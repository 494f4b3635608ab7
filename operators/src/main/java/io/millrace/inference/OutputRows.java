package io.millrace.inference;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.record.Score;
import io.millrace.registry.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a model says of the rows of a batch in one of its outputs. */
abstract class OutputRows implements AutoCloseable {
    private final String name;

    private OutputRows(String name) {
        this.name = name;
    }

    /**
     * Room for rows.
     *
     * @param run how many rows a run has
     */
    static OutputRows of(
            OrtEnvironment environment, OnnxSignature.Output output, int capacity, RunRows run) {
        return output.isPinnable()
                ? new Pinned(environment, output, capacity, run)
                : made(output, capacity);
    }

    /** Room for rows of which each run makes values of its own. */
    static OutputRows made(OnnxSignature.Output output, int capacity) {
        if (output.isMaps()) {
            return new Maps(output, capacity);
        }
        return output.spec().type() == ElementType.STRING
                ? new Texts(output, capacity)
                : new Numbers(output, capacity);
    }

    String name() {
        return name;
    }

    /**
     * Where a run over rows {@code from} to {@code to - 1} is to write, or null where it makes a
     * value of its own. It must be given back to {@link #release}.
     */
    @Nullable OnnxTensor tensor(int from, int to) throws OrtException {
        return null;
    }

    void release(OnnxTensor tensor, int from, int to) {}

    /**
     * Takes over what a run said of these rows.
     *
     * @param value what the run has made, or null where it has written into {@link #tensor}
     */
    abstract void accept(@Nullable OnnxValue value, int from, int to)
            throws OrtException, ScoringException;

    /** An element of a row; -1 is its last. */
    abstract double number(int row, int element);

    abstract Score.Output of(int row);

    @Override
    public void close() {}

    private static ScoringException other(String name, long rows, int count) {
        return new ScoringException(
                "The model's output '%s' has %d rows; it must have %d, one for each row of the run"
                        .formatted(name, rows, count));
    }

    /** Numbers that ONNX Runtime writes where they are read. */
    private static final class Pinned extends OutputRows {
        private final int width;
        private final TensorRows rows;
        private final RunRows run;

        /** What a run writes that is filled up. */
        private final TensorRows staged;

        Pinned(OrtEnvironment environment, OnnxSignature.Output output, int capacity, RunRows run) {
            super(output.spec().name());
            width = output.width();
            var type = CellType.of(output.spec().type());
            rows = new TensorRows(environment, type, output.shape(), width, capacity);
            this.run = run;
            staged = new TensorRows(environment, type, output.shape(), width, run.filledRows());
        }

        @Override
        OnnxTensor tensor(int from, int to) throws OrtException {
            return run.isFilledUp(to - from)
                    ? staged.tensor(0, staged.capacity())
                    : rows.tensor(from, to - from);
        }

        @Override
        void release(OnnxTensor tensor, int from, int to) {
            if (!run.isFilledUp(to - from)) {
                TensorRows.release(tensor, from);
            }
        }

        @Override
        void accept(@Nullable OnnxValue value, int from, int to) {
            if (run.isFilledUp(to - from)) {
                rows.copyFrom(staged, from, to);
            }
        }

        @Override
        double number(int row, int element) {
            return rows.get(row, element < 0 ? width - 1 : element);
        }

        @Override
        Score.Output of(int row) {
            double[] numbers = new double[width];
            for (int i = 0; i < width; i++) {
                numbers[i] = rows.get(row, i);
            }
            return Score.Output.ofNumbers(name(), numbers);
        }

        @Override
        public void close() {
            rows.close();
            staged.close();
        }
    }

    /** Numbers that a run has made, in an array for each row. */
    private static class Numbers extends OutputRows {
        private final ElementType type;
        final double[][] numbers;

        Numbers(OnnxSignature.Output output, int capacity) {
            super(output.spec().name());
            type = output.spec().type();
            numbers = new double[capacity][];
        }

        @Override
        void accept(@Nullable OnnxValue value, int from, int to)
                throws OrtException, ScoringException {
            OnnxTensor tensor = checked(value, name(), to - from);
            var cellType = CellType.of(type);
            ByteBuffer cells = tensor.getByteBuffer().order(ByteOrder.nativeOrder());
            int width = cells.remaining() / cellType.bytes() / (int) rows(tensor);
            for (int row = from; row < to; row++) {
                double[] ofRow = new double[width];
                for (int i = 0; i < width; i++) {
                    ofRow[i] = cellType.get(cells, (row - from) * width + i);
                }
                numbers[row] = ofRow;
            }
        }

        @Override
        double number(int row, int element) {
            double[] ofRow = numbers[row];
            int index = element < 0 ? ofRow.length - 1 : element;
            return index >= 0 && index < ofRow.length ? ofRow[index] : Double.NaN;
        }

        @Override
        Score.Output of(int row) {
            return Score.Output.ofNumbers(name(), numbers[row]);
        }
    }

    /** A number for each class, from a map for each row (ZipMap). */
    private static final class Maps extends Numbers {
        private final List<String> classes;

        Maps(OnnxSignature.Output output, int capacity) {
            super(output, capacity);
            classes = output.spec().classes();
        }

        @Override
        void accept(@Nullable OnnxValue value, int from, int to)
                throws OrtException, ScoringException {
            if (!(value instanceof OnnxSequence sequence)) {
                throw new IllegalStateException(name() + " was said to be a sequence of maps");
            }
            List<? extends OnnxValue> maps = sequence.getValue();
            try {
                if (maps.size() < to - from) {
                    throw other(name(), maps.size(), to - from);
                }
                for (int row = from; row < to; row++) {
                    numbers[row] = numbers((OnnxMap) maps.get(row - from));
                }
            } finally {
                maps.forEach(OnnxValue::close);
            }
        }

        private double[] numbers(OnnxMap map) throws OrtException, ScoringException {
            var byClass = new HashMap<String, Double>();
            for (Map.Entry<?, ?> entry : map.getValue().entrySet()) {
                byClass.put(
                        String.valueOf(entry.getKey()), ((Number) entry.getValue()).doubleValue());
            }
            double[] inOrder = new double[classes.size()];
            for (int i = 0; i < inOrder.length; i++) {
                Double number = byClass.get(classes.get(i));
                if (number == null) {
                    throw new ScoringException(
                            "The model's output '%s' says nothing of class %s; its classes are %s"
                                    .formatted(name(), classes.get(i), byClass.keySet()));
                }
                inOrder[i] = number;
            }
            return inOrder;
        }
    }

    /** Texts that a run has made: labels of classes. */
    private static final class Texts extends OutputRows {
        private final String[][] texts;

        Texts(OnnxSignature.Output output, int capacity) {
            super(output.spec().name());
            texts = new String[capacity][];
        }

        @Override
        void accept(@Nullable OnnxValue value, int from, int to)
                throws OrtException, ScoringException {
            OnnxTensor tensor = checked(value, name(), to - from);
            String[] flat = flat(tensor);
            int width = flat.length / (int) rows(tensor);
            for (int row = from; row < to; row++) {
                int start = (row - from) * width;
                texts[row] = Arrays.copyOfRange(flat, start, start + width);
            }
        }

        private static String[] flat(OnnxTensor tensor) throws OrtException {
            Object value = tensor.getValue();
            return value instanceof String[] row ? row : flat((Object[]) value);
        }

        private static String[] flat(Object[] nested) {
            return Arrays.stream(nested)
                    .flatMap(
                            one ->
                                    one instanceof Object[] deeper
                                            ? Arrays.stream(flat(deeper))
                                            : Stream.of((String) one))
                    .toArray(String[]::new);
        }

        @Override
        double number(int row, int element) {
            throw new IllegalStateException(name() + " is text and never the score");
        }

        @Override
        Score.Output of(int row) {
            return Score.Output.ofTexts(name(), List.of(texts[row]));
        }
    }

    private static OnnxTensor checked(@Nullable OnnxValue value, String name, int count)
            throws ScoringException {
        if (!(value instanceof OnnxTensor tensor)) {
            throw new IllegalStateException(name + " was said to be a tensor");
        }
        long rows = rows(tensor);
        if (rows < count) {
            throw other(name, rows, count);
        }
        return tensor;
    }

    private static long rows(OnnxTensor tensor) {
        long[] shape = tensor.getInfo().getShape();
        return shape.length == 0 ? 1 : shape[0];
    }
}
