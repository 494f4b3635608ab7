package io.millrace.jobs.backfill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** How a training set is written. */
public enum TrainingSetFormat {
    CSV {
        @Override
        TrainingSetFile create(Path file, TrainingSetColumns columns) throws IOException {
            return new CsvTrainingSet(file, columns);
        }
    },
    PARQUET {
        @Override
        TrainingSetFile create(Path file, TrainingSetColumns columns) throws IOException {
            return new ParquetTrainingSet(file, columns);
        }
    };

    /** The file's name, whichever training set it is. */
    public String fileName() {
        return "training-set." + name().toLowerCase(Locale.ROOT);
    }

    abstract TrainingSetFile create(Path file, TrainingSetColumns columns) throws IOException;
}
