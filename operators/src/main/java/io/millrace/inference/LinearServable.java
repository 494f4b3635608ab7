package io.millrace.inference;

import io.millrace.registry.SavedStage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.ml.linalg.DenseVector;
import org.apache.flink.ml.linalg.Vectors;
import org.apache.flink.ml.linalg.typeinfo.DenseVectorSerializer;
import org.apache.flink.ml.param.Param;
import org.apache.flink.ml.servable.api.DataFrame;
import org.apache.flink.ml.servable.api.Row;
import org.apache.flink.ml.servable.api.TransformerServable;
import org.apache.flink.ml.servable.types.BasicType;
import org.apache.flink.ml.servable.types.DataTypes;

/**
 * A linear classifier that flink-ml has saved, answering as flink-ml does. Safe for concurrent use.
 */
final class LinearServable implements TransformerServable<LinearServable> {

    /** What flink-ml makes of the product of features and coefficients. */
    enum Kind {
        LOGISTIC_REGRESSION(
                "org.apache.flink.ml.classification.logisticregression.LogisticRegressionModel") {
            @Override
            DenseVector raw(double product) {
                double probability = 1 - 1 / (1 + Math.exp(product));
                return Vectors.dense(1 - probability, probability);
            }
        },

        LINEAR_SVC("org.apache.flink.ml.classification.linearsvc.LinearSVCModel") {
            @Override
            DenseVector raw(double product) {
                return Vectors.dense(product, -product);
            }
        };

        private final String className;

        Kind(String className) {
            this.className = className;
        }

        abstract DenseVector raw(double product);

        static Kind of(SavedStage saved) {
            for (Kind kind : values()) {
                if (kind.className.equals(saved.className())) {
                    return kind;
                }
            }
            throw new UnfitModelException(
                    "flink-ml's %s cannot be served; it must be one of %s"
                            .formatted(
                                    saved.className(),
                                    Arrays.stream(values()).map(kind -> kind.className).toList()));
        }
    }

    private final Map<Param<?>, Object> params = new HashMap<>();
    private final Kind kind;
    private final String features;
    private final String prediction;
    private final String rawPrediction;
    private final double threshold;
    private final DenseVector coefficients;

    /**
     * The classifier as it was saved.
     *
     * @param data its one data file
     * @param width how many features it must have
     * @throws UnfitModelException when it is none, or has another number of features
     */
    LinearServable(SavedStage saved, byte[] data, int width) {
        this.kind = Kind.of(saved);
        this.features = saved.params().getOrDefault("featuresCol", "features");
        this.prediction = saved.params().getOrDefault("predictionCol", "prediction");
        this.rawPrediction = saved.params().getOrDefault("rawPredictionCol", "rawPrediction");
        this.threshold = threshold(saved);
        this.coefficients = coefficients(data, width);
    }

    private static double threshold(SavedStage saved) {
        String threshold = saved.params().getOrDefault("threshold", "0");
        try {
            return Double.parseDouble(threshold);
        } catch (NumberFormatException e) {
            throw new UnfitModelException(
                    "threshold is %s; it must be a number".formatted(threshold), e);
        }
    }

    /** The longest data file of so many features: a vector, and the number of its version. */
    static long bytesMax(int width) {
        return Integer.BYTES + (long) Double.BYTES * width + Long.BYTES;
    }

    private static DenseVector coefficients(byte[] data, int width) {
        long bytes = bytesMax(width);
        int count = data.length < Integer.BYTES ? -1 : ByteBuffer.wrap(data).getInt();
        if (count != width || (data.length != bytes && data.length != bytes - Long.BYTES)) {
            throw new UnfitModelException(
                    "The model's data has %d coefficients in %,d bytes; it must have %d, one for each of its features"
                            .formatted(count, data.length, width));
        }
        try {
            return new DenseVectorSerializer()
                    .deserialize(new DataInputViewStreamWrapper(new ByteArrayInputStream(data)));
        } catch (IOException e) {
            throw new UnfitModelException("The model's data cannot be read: " + e.getMessage(), e);
        }
    }

    String features() {
        return features;
    }

    /** How many numbers a row has in a column that it adds; 0 of another column. */
    int width(String column) {
        return column.equals(rawPrediction) ? 2 : column.equals(prediction) ? 1 : 0;
    }

    @Override
    public DataFrame transform(DataFrame input) {
        int column = input.getIndex(features);
        List<Double> predictions = new ArrayList<>();
        List<DenseVector> raw = new ArrayList<>();
        for (Row row : input.collect()) {
            double product = product(((DenseVector) row.get(column)).values);
            predictions.add(product >= threshold ? 1.0 : 0.0);
            raw.add(kind.raw(product));
        }
        input.addColumn(prediction, DataTypes.DOUBLE, predictions);
        input.addColumn(rawPrediction, DataTypes.VECTOR(BasicType.DOUBLE), raw);
        return input;
    }

    /**
     * From the first to the last, so that it has the same bits on any machine. flink-ml's own takes
     * other ways where the JVM has other modules.
     */
    private double product(double[] values) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * coefficients.values[i];
        }
        return sum;
    }

    @Override
    public Map<Param<?>, Object> getParamMap() {
        return params;
    }
}
