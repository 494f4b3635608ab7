package io.millrace.source;

import io.millrace.record.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Files of a topic's rows in, what was received out: a history that has an end. */
public final class FileStage {
    private static final String JSON = "json";
    private static final String TIMESTAMP_FORMAT = "timestamp-format.standard";

    private final SourceConfig config;
    private final List<HistoryFile> files;
    private final RowFormat lines;

    /**
     * A source that is not yet attached; each file has been opened once.
     *
     * @param topic the settings of the topic whose rows the files hold
     * @throws UnreadableFileException where a file is not there, or not what it says
     */
    public FileStage(SourceConfig topic, List<HistoryFile> files) {
        this.config = ofFiles(topic);
        this.files = List.copyOf(files);
        this.lines = RowFormat.of(config);
        for (int i = 0; i < files.size(); i++) {
            check(files.get(i), i);
        }
    }

    private void check(HistoryFile file, int index) {
        if (Files.isDirectory(file.path())) {
            throw new UnreadableFileException(
                    "%s is a folder; name its files, like %s/*.csv"
                            .formatted(file.name(), file.name()));
        }
        try {
            FileFunction.open(file, index, config, new RowDecoder(config, lines)).close();
        } catch (NoSuchFileException e) {
            throw new UnreadableFileException("%s does not exist".formatted(file.name()), e);
        } catch (IOException e) {
            throw new UnreadableFileException(
                    "%s cannot be read: %s".formatted(file.name(), e.getMessage()), e);
        }
    }

    /**
     * The topic's columns, with JSON lines decoded as the topic's records are. Files have no
     * record's timestamp that an event time could lie ahead of.
     */
    private static SourceConfig ofFiles(SourceConfig topic) {
        Map<String, String> options = new HashMap<>();
        if (topic.format().equals(JSON)) {
            options.putAll(topic.formatOptions());
        }
        options.putIfAbsent(TIMESTAMP_FORMAT, "ISO-8601");
        return new SourceConfig(
                topic.name(),
                topic.groupId(),
                topic.bootstrapServers(),
                topic.properties(),
                topic.topic(),
                JSON,
                options,
                topic.columns(),
                topic.eventTime(),
                topic.outOfOrdernessMillis(),
                topic.idlenessMillis(),
                Long.MAX_VALUE);
    }

    /** Reads the files; each record's timestamp is its event time. */
    public DataStream<Received> attach(StreamExecutionEnvironment env) {
        String uid = config.name() + "-files";
        return env.fromData(0L)
                .setParallelism(1)
                .uid(uid)
                .name(uid)
                .process(new FileFunction(config, files, lines))
                .returns(Received.type(lines.columns()))
                .setParallelism(1)
                .uid(uid + "-rows")
                .name(config.name() + ": rows of files")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Received>noWatermarks()
                                .withTimestampAssigner(
                                        (received, timestamp) -> received.eventTimeMillis()))
                .setParallelism(1)
                .uid(uid + "-timed")
                .name(config.name() + ": event times");
    }
}
