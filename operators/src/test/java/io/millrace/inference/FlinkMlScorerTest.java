package io.millrace.inference;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FlinkMlScorerTest extends ScorerContract {
    @TempDir private Path folder;

    @Override
    Scorer load() throws Exception {
        Path data = SavedModels.data(folder.resolve("model.data"), 1, 1);
        return FlinkMlModel.load(data, SavedModels.logisticRegression(), ModelDevice.PROCESSOR);
    }
}
