package io.millrace.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders as a training job leaves them: what can be registered. */
final class Candidates {
    static final String GOLDEN =
            """
            AMOUNT,NIGHT,score
            1.5,0,0.25
            NaN,1.0,7.5e-01
            """;

    private Candidates() {}

    static Path write(Path folder, byte[] model) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.onnx"), model);
        Files.writeString(folder.resolve("golden.csv"), GOLDEN);
        Files.writeString(folder.resolve("metadata.json"), metadata("", model));
        return folder;
    }

    /**
     * @param naming members before the others, as {@code "version": "7",}
     */
    static String metadata(String naming, byte[] model) {
        var golden = GOLDEN.getBytes(StandardCharsets.UTF_8);
        return """
        {%s"digest": "%s", "bytes": %d,
         "inputs": [{"name": "features", "type": "float32", "shape": [-1, 2],
                     "features": ["AMOUNT", "NIGHT"]}],
         "output": {"name": "score", "type": "float32", "shape": [-1, 1], "meaning": "fraud"},
         "golden": {"digest": "%s", "bytes": %d},
         "metrics": {"roc_auc": 0.9},
         "noted": {"by whoever": "trained it"}}
        """
                .formatted(
                        naming, Sha256.of(model), model.length, Sha256.of(golden), golden.length);
    }
}
