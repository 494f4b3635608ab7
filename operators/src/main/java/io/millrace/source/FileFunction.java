package io.millrace.source;

import io.millrace.record.Received;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.RuntimeContextInitializationContextAdapters;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Reads whole files, one after the other, by their numbers. */
final class FileFunction extends ProcessFunction<Long, Received> {
    private static final long serialVersionUID = 1L;

    private final SourceConfig config;
    private final HistoryFile[] files;
    private final RowDecoder decoder;

    FileFunction(SourceConfig config, List<HistoryFile> files, RowFormat lines) {
        this.config = config;
        this.files = files.toArray(HistoryFile[]::new);
        this.decoder = new RowDecoder(config, lines);
    }

    @Override
    public void open(OpenContext context) throws Exception {
        decoder.open(
                RuntimeContextInitializationContextAdapters.deserializationAdapter(
                        getRuntimeContext()));
    }

    @Override
    public void processElement(Long number, Context context, Collector<Received> out) {
        int index = number.intValue();
        try (RowFile rows = open(files[index], index, config, decoder)) {
            for (Received row = rows.next(); row != null; row = rows.next()) {
                out.collect(row);
            }
        } catch (IOException e) {
            throw new UnreadableFileException(
                    "%s cannot be read to its end: %s"
                            .formatted(files[index].name(), e.getMessage()),
                    e);
        }
    }

    static RowFile open(HistoryFile file, int index, SourceConfig config, RowDecoder decoder)
            throws IOException {
        return switch (file.format()) {
            case CSV -> new CsvFile(file, index, config);
            case JSON -> new JsonLinesFile(file, index, decoder);
            case AVRO -> new AvroFile(file, index, config);
            case PARQUET -> new ParquetFile(file, index, config);
        };
    }
}
