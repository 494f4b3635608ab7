package io.millrace.inference;

import io.millrace.record.Score;
import io.millrace.registry.ModelOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.ml.linalg.DenseVector;
import org.apache.flink.ml.servable.api.DataFrame;
import org.apache.flink.ml.servable.api.Row;
import org.apache.flink.ml.servable.api.TransformerServable;
import org.apache.flink.ml.servable.types.BasicType;
import org.apache.flink.ml.servable.types.DataType;
import org.apache.flink.ml.servable.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** Rows for a servable of flink-ml: a frame of one column, which each run makes anew. */
final class FlinkMlRows implements ScoringRows {
    private static final DataType VECTOR = DataTypes.VECTOR(BasicType.DOUBLE);

    private final TransformerServable<?> servable;
    private final String column;
    private final DenseVector[] features;
    private final List<ModelOutput> outputs;

    /** By output, then by row. */
    private final double[][][] said;

    FlinkMlRows(
            TransformerServable<?> servable,
            String column,
            int width,
            List<ModelOutput> outputs,
            int capacity) {
        this.servable = servable;
        this.column = column;
        this.features = new DenseVector[capacity];
        for (int row = 0; row < capacity; row++) {
            features[row] = new DenseVector(width);
        }
        this.outputs = outputs;
        this.said = new double[outputs.size()][capacity][];
    }

    @Override
    public @Nullable String put(int row, double[] values) {
        System.arraycopy(values, 0, features[row].values, 0, values.length);
        return null;
    }

    @Override
    public void run(int from, int to) throws ScoringException {
        List<Row> rows = new ArrayList<>(to - from);
        for (int row = from; row < to; row++) {
            rows.add(new Row(new ArrayList<>(List.of(features[row]))));
        }
        try {
            DataFrame answer =
                    servable.transform(
                            new DataFrame(
                                    new ArrayList<>(List.of(column)),
                                    new ArrayList<>(List.of(VECTOR)),
                                    rows));
            for (int i = 0; i < said.length; i++) {
                int index = answer.getIndex(outputs.get(i).name());
                for (int row = from; row < to; row++) {
                    said[i][row] = numbers(answer.collect().get(row - from).get(index));
                }
            }
        } catch (RuntimeException e) {
            throw new ScoringException("The model failed on this row: " + e.getMessage(), e);
        }
    }

    private static double[] numbers(Object cell) {
        return cell instanceof DenseVector vector
                ? vector.values
                : new double[] {((Number) cell).doubleValue()};
    }

    @Override
    public double score(int row) {
        int index = outputs.get(0).scoreIndex();
        double[] numbers = said[0][row];
        return numbers[index < 0 ? numbers.length - 1 : index];
    }

    @Override
    public List<Score.Output> outputs(int row) {
        return IntStream.range(1, said.length)
                .mapToObj(i -> Score.Output.ofNumbers(outputs.get(i).name(), said[i][row]))
                .toList();
    }

    @Override
    public void close() {
        // It holds nothing but memory of the heap.
    }
}
