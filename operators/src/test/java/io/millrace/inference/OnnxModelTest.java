package io.millrace.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.record.Score;
import io.millrace.registry.ElementType;
import io.millrace.registry.ModelInput;
import io.millrace.registry.ModelOutput;
import io.millrace.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {

    @Test
    void aFileThatIsNoModelIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("model.onnx"), "not a model");
        assertThatThrownBy(() -> OnnxModel.load(file, Models.version("features", "score")))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageStartingWith(file + " is no model that ONNX Runtime can load: ");
    }

    @Test
    void aTruncatedModelIsRefused(@TempDir Path folder) throws IOException {
        byte[] bytes = Files.readAllBytes(Models.file("classes"));
        Path file =
                Files.write(folder.resolve("model.onnx"), Arrays.copyOf(bytes, bytes.length - 20));
        assertThatThrownBy(() -> OnnxModel.load(file, Models.version("features", "score")))
                .isInstanceOf(UnfitModelException.class);
    }

    @Test
    void anInputThatTheModelDoesNotHaveIsNamedBesideThoseItHas() {
        assertThatThrownBy(() -> OnnxModel.load(Models.file("sum"), Models.version("x", "score")))
                .isInstanceOf(UnfitModelException.class)
                .hasMessage("The model has no input 'x'; its inputs are [features]");
        assertThatThrownBy(
                        () ->
                                OnnxModel.load(
                                        Models.file("sum"), Models.version("features", "label")))
                .isInstanceOf(UnfitModelException.class)
                .hasMessage("The model has no output 'label'; its outputs are [score]");
    }

    @Test
    void numbersOfEveryTypeAndTextsByTheirCategory() throws Exception {
        var version =
                Models.version(
                        List.of(
                                input("amount", ElementType.FLOAT64),
                                input("items", ElementType.INT64),
                                input("few", ElementType.INT32),
                                input("online", ElementType.BOOL),
                                new ModelInput(
                                        "channel",
                                        ElementType.STRING,
                                        List.of(-1L, 1L),
                                        List.of("CHANNEL"),
                                        Map.of("CHANNEL", List.of("pos", "web", "app")))),
                        output("score", ElementType.FLOAT64, -1, 1));
        try (var model = OnnxModel.load(Models.file("kinds"), version);
                var rows = model.rows(4, Models.LONG_MILLIS)) {
            assertThat(model.inputWidth()).isEqualTo(5);
            assertThat(rows.put(0, new double[] {0.1, 10, 20, 1, 2})).isNull();
            assertThat(rows.put(1, new double[] {-0.5, 1L << 40, -3, 0, Double.NaN})).isNull();
            assertThat(rows.put(2, new double[] {0, 0.5, 0, 0, 0}))
                    .isEqualTo("ITEMS is 0.5; input 'items' must have a whole number");
            assertThat(rows.put(3, new double[] {0, 0, 0, Double.NaN, 0}))
                    .isEqualTo("ONLINE is NaN; input 'online' must have 0 or 1");
            assertThat(rows.put(3, new double[] {0, 0, 3e9, 0, 0})).startsWith("FEW is 3.0E9; ");
            assertThat(rows.put(3, new double[] {0, 0, 0, 0, 3}))
                    .isEqualTo(
                            "CHANNEL is 3.0; input 'channel' must have the number of one of 3"
                                    + " categories");
            rows.run(0, 4);
            assertThat(rows.score(0)).isEqualTo(0.1 + 10 + 20 + 1 + 200);
            assertThat(rows.score(1)).isEqualTo((1L << 40) - 3.5);
        }
    }

    private static ModelInput input(String name, ElementType type) {
        var feature = name.toUpperCase(Locale.ROOT);
        return new ModelInput(name, type, List.of(-1L, 1L), List.of(feature));
    }

    private static ModelOutput output(String name, ElementType type, Long... shape) {
        return new ModelOutput(name, type, List.of(shape), "a test");
    }

    private static ModelOutput output(String name, ElementType type, int rows, int width) {
        return output(name, type, (long) rows, (long) width);
    }

    @Test
    void anInputMayHaveNoDimensionBesideItsRowsOrSeveral() throws Exception {
        var flat =
                Models.version(
                        List.of(
                                new ModelInput(
                                        "b", ElementType.FLOAT32, List.of(-1L), List.of("B")),
                                new ModelInput(
                                        "a", ElementType.FLOAT32, List.of(-1L), List.of("A"))),
                        output("score", ElementType.FLOAT32, -1L));
        assertThat(scores("flat", flat, new double[] {1, 2}, new double[] {3, 4}))
                .containsExactly(3, 7);
        var image =
                Models.version(
                        List.of(
                                new ModelInput(
                                        "image",
                                        ElementType.FLOAT32,
                                        List.of(-1L, 2L, 3L),
                                        List.of("a", "b", "c", "d", "e", "f"))),
                        output("score", ElementType.FLOAT32, -1L));
        assertThat(scores("image", image, new double[] {1, 2, 3, 4, 5, 6})).containsExactly(21);
    }

    private static double[] scores(String file, ModelVersion version, double[]... features)
            throws ScoringException {
        try (var model = OnnxModel.load(Models.file(file), version);
                var rows = model.rows(features.length, Models.LONG_MILLIS)) {
            for (int row = 0; row < features.length; row++) {
                assertThat(rows.put(row, features[row])).isNull();
            }
            rows.run(0, features.length);
            return IntStream.range(0, features.length).mapToDouble(rows::score).toArray();
        }
    }

    @Test
    void theClassThatTheMetadataNamesIsTheScoreAndOtherOutputsTravelWithIt() throws Exception {
        var classes = List.of("genuine", "stolen", "forged");
        var version =
                Models.version(
                        Models.version("features", "probabilities").inputs(),
                        new ModelOutput(
                                "probabilities",
                                ElementType.FLOAT32,
                                List.of(-1L, 3L),
                                "how likely a theft is",
                                classes,
                                "stolen"),
                        output("class", ElementType.INT64, -1L),
                        output("label", ElementType.STRING, -1L),
                        output("embedding", ElementType.FLOAT32, -1, 5));
        try (var model = OnnxModel.load(Models.file("three-classes"), version);
                var rows = model.rows(2, Models.LONG_MILLIS)) {
            rows.put(0, new double[] {0, 1});
            rows.put(1, new double[] {2, 0});
            rows.run(0, 2);
            double e = Math.E;
            assertThat(rows.score(0)).isCloseTo(e / (e + 2), within(1e-6));
            assertThat(rows.score(1)).isCloseTo(1 / (e * e + 2), within(1e-6));
            assertThat(rows.outputs(0))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(
                            Score.Output.ofNumbers("class", new double[] {1}),
                            Score.Output.ofTexts("label", List.of("stolen")),
                            Score.Output.ofNumbers("embedding", new double[] {0, 1, 0, 1, 0}));
            assertThat(rows.outputs(1).get(1).texts()).containsExactly("genuine");
        }
    }

    @Test
    void aMapOfProbabilitiesIsReadByTheNamesOfTheClasses() throws Exception {
        var maps =
                new ModelOutput(
                        "score",
                        ElementType.FLOAT32,
                        List.of(-1L),
                        "how likely a theft is",
                        List.of("forged", "genuine", "stolen"),
                        "stolen");
        var version = Models.version(Models.version("features", "score").inputs(), maps);
        double[] scores = scores("maps", version, new double[] {0, 1}, new double[] {0, 0});
        assertThat(scores[0]).isCloseTo(Math.E / (Math.E + 2), within(1e-6));
        assertThat(scores[1]).isCloseTo(1 / 3.0, within(1e-6));
    }

    @Test
    void aClassThatTheMapDoesNotHaveIsNamedBesideThoseItHas() {
        var maps =
                new ModelOutput("score", ElementType.FLOAT32, List.of(-1L), "", List.of("1"), "1");
        var version = Models.version(Models.version("features", "score").inputs(), maps);
        assertThatThrownBy(() -> scores("maps", version, new double[] {0, 1}))
                .isInstanceOf(ScoringException.class)
                .hasMessageStartingWith(
                        "The model's output 'score' says nothing of class 1; its classes are ");
    }

    @Test
    void aModelOfAFixedNumberOfRowsScoresAnyNumber() throws Exception {
        var version = Models.version("features", "score");
        try (var model = OnnxModel.load(Models.file("three-rows"), version);
                var rows = model.rows(8, Models.LONG_MILLIS)) {
            for (int row = 0; row < 8; row++) {
                rows.put(row, new double[] {row, 0.5});
            }
            rows.run(0, 8);
            rows.run(4, 5);
            for (int row = 0; row < 8; row++) {
                assertThat(rows.score(row)).isEqualTo(row + 0.5);
            }
        }
    }

    @Test
    void whatTheMetadataLeavesOpenOrSaysOtherwiseIsRefused() {
        assertThatThrownBy(() -> Models.load("doubles"))
                .isInstanceOf(UnfitModelException.class)
                .hasMessageContaining("it must be a float32 tensor, as its metadata says");
        assertThatThrownBy(
                        () ->
                                OnnxModel.load(
                                        Models.file("three-classes"),
                                        Models.version("features", "probabilities")))
                .hasMessage(
                        "The model's output 'probabilities' has 3 numbers for each row; its"
                                + " metadata must name the class whose number is the score");
        assertThatThrownBy(() -> Models.load("maps"))
                .hasMessage(
                        "The model's output 'score' maps classes to numbers; its metadata must"
                                + " name the classes");
        var half =
                Models.version(
                        List.of(
                                new ModelInput(
                                        "a", ElementType.FLOAT32, List.of(-1L), List.of("A"))),
                        output("score", ElementType.FLOAT32, -1L));
        assertThatThrownBy(() -> OnnxModel.load(Models.file("flat"), half))
                .hasMessage(
                        "The model also takes [b]; its metadata must say which features these"
                                + " are");
        var narrow =
                Models.version(
                        List.of(
                                new ModelInput(
                                        "features",
                                        ElementType.FLOAT32,
                                        List.of(-1L, 1L),
                                        List.of("A"))),
                        output("score", ElementType.FLOAT32, -1, 1));
        assertThatThrownBy(() -> OnnxModel.load(Models.file("sum"), narrow))
                .hasMessage(
                        "The model's input 'features' has the shape [-1, 2]; it must have rows of"
                                + " the 1 features that its metadata names");
        var label =
                Models.version(
                        Models.version("features", "label").inputs(),
                        output("label", ElementType.STRING, -1L));
        assertThatThrownBy(() -> OnnxModel.load(Models.file("three-classes"), label))
                .hasMessage("The model's output 'label' is a text; a score must be a number");
    }

    /** Whatever the size of the run, and wherever it begins, a row gets the same bits. */
    @Property(tries = 50)
    void aScoreDoesNotDependOnTheRowsBesideIt(
            @ForAll @Size(min = 1, max = 40) List<@FloatRange(min = -5, max = 5) Float> features,
            @ForAll @IntRange(max = 39) int from)
            throws ScoringException {
        try (var model = Models.load("classes");
                var together = model.rows(features.size(), Models.LONG_MILLIS);
                var alone = model.rows(1, Models.LONG_MILLIS)) {
            for (int row = 0; row < features.size(); row++) {
                together.put(row, new double[] {features.get(row), 0.25});
            }
            together.run(0, features.size());
            if (from < features.size()) {
                together.run(from, features.size());
            }
            for (int row = 0; row < features.size(); row++) {
                alone.put(0, new double[] {features.get(row), 0.25});
                alone.run(0, 1);
                assertThat(together.score(row)).isEqualTo(alone.score(0));
            }
        }
    }
}
