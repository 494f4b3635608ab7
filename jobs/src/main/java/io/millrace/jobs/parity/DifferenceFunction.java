package io.millrace.jobs.parity;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Writes differences to a file, a JSON object per line. */
final class DifferenceFunction extends RichMapFunction<Difference, Difference> {
    private static final long serialVersionUID = 1L;

    private final String file;

    private transient JsonMapper json;
    private transient BufferedWriter writer;

    DifferenceFunction(Path file) {
        this.file = file.toString();
    }

    @Override
    public void open(OpenContext context) throws IOException {
        json = new JsonMapper();
        writer = Files.newBufferedWriter(Path.of(file), StandardCharsets.UTF_8);
    }

    @Override
    public Difference map(Difference difference) throws IOException {
        writer.write(json.writeValueAsString(difference));
        writer.newLine();
        return difference;
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
