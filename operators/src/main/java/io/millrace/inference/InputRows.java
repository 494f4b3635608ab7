package io.millrace.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.millrace.registry.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the rows of a batch give to one of a model's inputs. */
abstract class InputRows implements AutoCloseable {
    private final OnnxSignature.Input input;

    private InputRows(OnnxSignature.Input input) {
        this.input = input;
    }

    /**
     * Room for rows.
     *
     * @param run how many rows a tensor has
     */
    static InputRows of(
            OrtEnvironment environment, OnnxSignature.Input input, int capacity, RunRows run) {
        return input.spec().type() == ElementType.STRING
                ? new Texts(environment, input, capacity, run)
                : new Numbers(environment, input, capacity, run);
    }

    String name() {
        return input.spec().name();
    }

    /**
     * Copies what the input needs of a row's features.
     *
     * @return why it cannot take them, or null where it can
     */
    abstract @Nullable String put(int row, double[] features);

    /**
     * A tensor of rows {@code from} to {@code to - 1}, filled up with the last to {@link RunRows#of
     * as many as the run has}. It must be given back to {@link #release}.
     */
    abstract OnnxTensor tensor(int from, int to) throws OrtException;

    abstract void release(OnnxTensor tensor, int from, int to);

    @Override
    public abstract void close();

    String refusal(int element, double value, String must) {
        return "%s is %s; input '%s' must have %s"
                .formatted(input.spec().features().get(element), value, name(), must);
    }

    /** The dimensions with the number of features where one was left open. */
    private static long[] shape(OnnxSignature.Input input) {
        long[] shape = input.shape().clone();
        long known = 1;
        for (int i = 1; i < shape.length; i++) {
            known *= Math.max(1, shape[i]);
        }
        for (int i = 1; i < shape.length; i++) {
            if (shape[i] < 0) {
                shape[i] = input.columns().length / known;
            }
        }
        return shape;
    }

    private static final class Numbers extends InputRows {
        private final int[] columns;

        /** Whether they are the first ones, in order. */
        private final boolean isInOrder;

        private final TensorRows rows;
        private final RunRows run;

        /** What a run reads that is filled up. */
        private final TensorRows staged;

        Numbers(OrtEnvironment environment, OnnxSignature.Input input, int capacity, RunRows run) {
            super(input);
            columns = input.columns();
            isInOrder = Arrays.equals(columns, IntStream.range(0, columns.length).toArray());
            var type = CellType.of(input.spec().type());
            long[] shape = shape(input);
            rows = new TensorRows(environment, type, shape, columns.length, capacity);
            this.run = run;
            staged = new TensorRows(environment, type, shape, columns.length, run.filledRows());
        }

        @Override
        @Nullable String put(int row, double[] features) {
            CellType type = rows.type();
            if (type == CellType.FLOAT32) {
                // Of any number there is one.
                rows.putFloats(row, features, isInOrder ? null : columns);
                return null;
            }
            String refusal = null;
            for (int element = 0; element < columns.length; element++) {
                double value = features[columns[element]];
                if (!type.takes(value)) {
                    refusal =
                            refusal(
                                    element,
                                    value,
                                    type == CellType.BOOL ? "0 or 1" : "a whole number");
                    value = 0;
                }
                rows.put(row, element, value);
            }
            return refusal;
        }

        @Override
        OnnxTensor tensor(int from, int to) throws OrtException {
            if (!run.isFilledUp(to - from)) {
                return rows.tensor(from, to - from);
            }
            rows.copyTo(staged, from, to);
            return staged.tensor(0, staged.capacity());
        }

        @Override
        void release(OnnxTensor tensor, int from, int to) {
            if (!run.isFilledUp(to - from)) {
                TensorRows.release(tensor, from);
            }
        }

        @Override
        public void close() {
            rows.close();
            staged.close();
        }
    }

    /** Texts are copied by ONNX Runtime, for each run anew. */
    private static final class Texts extends InputRows {
        private final OrtEnvironment environment;
        private final int[] columns;
        private final String[][] categories;
        private final long[] shape;
        private final RunRows run;
        private final String[] texts;

        Texts(OrtEnvironment environment, OnnxSignature.Input input, int capacity, RunRows run) {
            super(input);
            this.environment = environment;
            this.columns = input.columns();
            this.categories =
                    input.spec().features().stream()
                            .map(feature -> input.spec().categories().get(feature))
                            .map(names -> (names == null ? List.<String>of() : names))
                            .map(names -> names.toArray(String[]::new))
                            .toArray(String[][]::new);
            this.shape = shape(input);
            this.run = run;
            this.texts = new String[capacity * columns.length];
        }

        @Override
        @Nullable String put(int row, double[] features) {
            String refusal = null;
            for (int element = 0; element < columns.length; element++) {
                double value = features[columns[element]];
                String[] names = categories[element];
                String text = "";
                // A missing category is the empty text, as exporters have it.
                if (!Double.isNaN(value)) {
                    if (value == (int) value && value >= 0 && value < names.length) {
                        text = names[(int) value];
                    } else {
                        refusal =
                                refusal(
                                        element,
                                        value,
                                        "the number of one of %d categories"
                                                .formatted(names.length));
                    }
                }
                texts[row * columns.length + element] = text;
            }
            return refusal;
        }

        @Override
        OnnxTensor tensor(int from, int to) throws OrtException {
            int count = run.of(to - from);
            int width = columns.length;
            var cells = new String[count * width];
            for (int i = 0; i < count; i++) {
                int row = Math.min(from + i, to - 1);
                System.arraycopy(texts, row * width, cells, i * width, width);
            }
            long[] exact = shape.clone();
            exact[0] = count;
            return OnnxTensor.createTensor(environment, cells, exact);
        }

        @Override
        void release(OnnxTensor tensor, int from, int to) {
            tensor.close();
        }

        @Override
        public void close() {
            // Nothing outlives a run.
        }
    }
}
