package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.record.FeatureVector;
import io.millrace.record.Score;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each family of models as its exporter writes it, beside what the library that trained it says.
 */
class ExportedModelsTest {
    /**
     * Takes the mean of five distances. ONNX Runtime adds an odd number of elements in an order
     * that depends on where they lie in memory, hence on the row's place in its batch.
     */
    private static final String INEXACT = "local-outlier-factor";

    @TempDir private static Path cache;

    /** Each is loaded once, whatever is asked of it. */
    private Scorer model = Models.sum();

    @AfterEach
    void close() {
        model.close();
    }

    static List<String> names() {
        return registry().models();
    }

    private static ModelRegistry registry() {
        return ExportedModels.registry(cache);
    }

    @Test
    void everyLibraryIsThere() throws IOException {
        var libraries = new ArrayList<String>();
        for (String name : names()) {
            String by = ExportedModels.expected(name).path("by").textValue();
            libraries.add(by.substring(0, by.indexOf(' ')));
        }
        assertThat(libraries)
                .contains("scikit-learn", "xgboost", "lightgbm", "catboost", "torch")
                .hasSize(68);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aModelSaysWhatTheLibraryThatTrainedItSays(String name) throws IOException {
        JsonNode expected = ExportedModels.expected(name);
        double tolerance = expected.path("tolerance").doubleValue();
        ModelVersion version = load(name);
        List<Said> said = said(expected, rows(expected).size());
        for (int row = 0; row < said.size(); row++) {
            double score = ExportedModels.number(expected.path("scores").get(row).get(0));
            assertThat(said.get(row).score())
                    .as("row %d", row)
                    .isCloseTo(score, within(tolerance * Math.max(1, Math.abs(score))));
            for (int i = 0; i < version.outputs().size(); i++) {
                JsonNode known = expected.path(version.outputs().get(i).name()).get(row);
                compare(said.get(row), i, known, tolerance);
            }
        }
    }

    private static void compare(Said said, int output, JsonNode expected, double tolerance) {
        List<Double> numbers = said.numbers().get(output);
        List<String> texts = said.texts().get(output);
        assertThat(numbers.size() + texts.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).isTextual()) {
                assertThat(texts.get(i)).isEqualTo(expected.get(i).textValue());
            } else {
                double number = ExportedModels.number(expected.get(i));
                assertThat(numbers.get(i))
                        .isCloseTo(number, within(tolerance * Math.max(1, Math.abs(number))));
            }
        }
    }

    /** All but one, whose bits depend on where a row lies. */
    static List<String> exactNames() {
        return names().stream().filter(name -> !name.equals(INEXACT)).toList();
    }

    @ParameterizedTest
    @MethodSource("exactNames")
    void aRowGetsTheSameBitsWhateverTheBatch(String name) throws IOException {
        JsonNode expected = ExportedModels.expected(name);
        load(name);
        List<Said> together = said(expected, rows(expected).size());
        for (int batchRows : new int[] {1, 2, 3, 7}) {
            assertThat(said(expected, batchRows))
                    .as("in batches of %d", batchRows)
                    .isEqualTo(together);
        }
    }

    @Test
    void aMeanOfAnOddNumberOfElementsIsTheSameButForItsLastBits() throws IOException {
        JsonNode expected = ExportedModels.expected(INEXACT);
        load(INEXACT);
        List<Said> together = said(expected, rows(expected).size());
        List<Said> alone = said(expected, 1);
        for (int row = 0; row < together.size(); row++) {
            assertThat(alone.get(row).score()).isCloseTo(together.get(row).score(), within(1e-6));
            assertThat(alone.get(row).numbers()).isEqualTo(together.get(row).numbers());
        }
    }

    private ModelVersion load(String name) {
        ModelRegistry registry = registry();
        ModelVersion version = registry.version(name, "1");
        model.close();
        model = ModelCheck.load(registry, version, ModelDevice.PROCESSOR);
        return version;
    }

    /** What an engine says of a row; equal to the bit, or not equal. */
    private record Said(Double score, List<List<Double>> numbers, List<List<String>> texts) {
        static Said of(MicroBatch batch, int row) {
            List<Score.Output> outputs = batch.outputs(row);
            return new Said(
                    batch.value(row),
                    outputs.stream()
                            .map(output -> DoubleStream.of(output.numbers()).boxed().toList())
                            .toList(),
                    outputs.stream().map(Score.Output::texts).toList());
        }
    }

    private List<Said> said(JsonNode expected, int batchRows) {
        var said = new ArrayList<Said>();
        try (var batch = new MicroBatch(model, batchRows, Models.LONG_MILLIS)) {
            List<FeatureVector> rows = rows(expected);
            for (FeatureVector row : rows) {
                batch.add(row);
                if (batch.isFull() || said.size() + batch.rows() == rows.size()) {
                    batch.score();
                    for (int i = 0; i < batch.rows(); i++) {
                        assertThat(batch.refusal(i)).isNull();
                        said.add(Said.of(batch, i));
                    }
                    batch.clear();
                }
            }
        }
        return said;
    }

    private static List<FeatureVector> rows(JsonNode expected) {
        List<double[]> rows = ExportedModels.rows(expected);
        return IntStream.range(0, rows.size())
                .mapToObj(row -> Models.vector(row, rows.get(row)))
                .toList();
    }
}
