package io.millrace.jobs.backfill;

import io.millrace.features.Ties;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.record.Received;
import io.millrace.source.FileFormat;
import io.millrace.source.FileStage;
import io.millrace.source.HistoryFile;
import io.millrace.source.SourceConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Files that hold a topic's rows. */
public final class FileHistory implements History {
    private final List<Path> paths;
    private final List<HistoryFile> files = new ArrayList<>();

    /**
     * The files, in the order in which they are named.
     *
     * @param format how they are written; null where their names say it
     * @throws CommandFailure where one is not there
     * @throws io.millrace.source.UnreadableFileException where a name does not say its format
     */
    public FileHistory(List<Path> paths, @Nullable FileFormat format) {
        this.paths = List.copyOf(paths);
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw CommandFailure.badInput("%s does not exist", path);
            }
            files.add(HistoryFile.of(path, format == null ? FileFormat.of(path) : format));
        }
    }

    @Override
    public DataStream<Received> attach(SourceConfig topic, StreamExecutionEnvironment env) {
        return new FileStage(topic, files).attach(env);
    }

    @Override
    public boolean mayBeInOrder() {
        return true;
    }

    @Override
    public Ties ties() {
        return Ties.EVENT_ID;
    }

    /** What a topic once held says nothing of what somebody has put into files. */
    @Override
    public boolean isWhole() {
        return false;
    }

    @Override
    public String described() {
        return paths.size() == 1
                ? paths.get(0).toString()
                : "%d files (%s …)".formatted(paths.size(), paths.get(0));
    }

    @Override
    public List<Map<String, Object>> parts() {
        return paths.stream().map(path -> file(path, path.toString())).toList();
    }

    /** A file for machines: its name, size and digest. */
    static Map<String, Object> file(Path path, String name) {
        var part = new LinkedHashMap<String, Object>();
        part.put("file", name);
        part.put("bytes", Digest.size(path));
        part.put("sha256", Digest.sha256(path));
        return part;
    }
}
