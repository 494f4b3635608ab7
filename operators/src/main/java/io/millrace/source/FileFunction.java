package io.millrace.source;

import io.millrace.record.Received;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.RuntimeContextInitializationContextAdapters;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Reads all files once it is told to: of their next rows the earliest comes first, so that files in
 * event-time order are one history in event-time order.
 */
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
    public void processElement(Long start, Context context, Collector<Received> out) {
        var readings = new ArrayList<FileReading>();
        try {
            for (int i = 0; i < files.length; i++) {
                int index = i;
                HistoryFile file = files[i];
                readings.add(
                        new FileReading(
                                file.name(), index, () -> open(file, index, config, decoder)));
            }
            merge(readings, out);
        } finally {
            readings.forEach(FileReading::close);
        }
    }

    private static void merge(List<FileReading> readings, Collector<Received> out) {
        var waiting = new PriorityQueue<FileReading>();
        readings.stream().filter(FileReading::hasNext).forEach(waiting::add);
        while (!waiting.isEmpty()) {
            FileReading first = waiting.remove();
            do {
                out.collect(first.take());
            } while (first.hasNext() && isBefore(first, waiting.peek()));
            if (first.hasNext()) {
                waiting.add(first);
            } else {
                first.close();
            }
        }
    }

    private static boolean isBefore(FileReading first, @Nullable FileReading other) {
        return other == null || first.compareTo(other) < 0;
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
