package io.millrace.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.registry.ModelRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * The models of {@code models/exporters.py}: a registry of them, and what the library that trained
 * each says of some rows.
 */
final class ExportedModels {
    private static final Path ROOT =
            Models.file("exporters/mlp/1/model").resolve("../../..").normalize();

    private ExportedModels() {}

    static ModelRegistry registry(Path cache) {
        return ModelRegistry.inDirectory(ROOT, cache);
    }

    /** What the library says of a model's rows, beside them. */
    static JsonNode expected(String name) throws IOException {
        return new ObjectMapper().readTree(ROOT.resolve(name).resolve("1/expected.json").toFile());
    }

    static List<double[]> rows(JsonNode expected) {
        JsonNode rows = expected.path("rows");
        return IntStream.range(0, rows.size()).mapToObj(row -> numbers(rows.get(row))).toList();
    }

    private static double[] numbers(JsonNode row) {
        return StreamSupport.stream(row.spliterator(), false)
                .mapToDouble(ExportedModels::number)
                .toArray();
    }

    /** A number; a missing one is null there. */
    static double number(JsonNode number) {
        return number.isNull() ? Double.NaN : number.doubleValue();
    }
}
