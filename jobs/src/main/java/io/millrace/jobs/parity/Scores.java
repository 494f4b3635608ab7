package io.millrace.jobs.parity;

import io.millrace.source.SourceConfig;
import io.millrace.spec.ColumnSpec;
import io.millrace.spec.PipelineSpec;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.VarCharType;

/** The topic of scores, as a reader of features sees it. */
public final class Scores {
    public static final int EVENT_ID = 0;
    static final int EVENT_TIME = 1;
    public static final int FEATURES = 2;
    static final int SOURCE_PARTITION = 3;
    static final int SOURCE_OFFSET = 4;
    public static final int WARMING = 5;
    public static final int MODEL_NAME = 6;
    public static final int SEGMENT = 7;

    private static final String TIME_COLUMN = "event_time";

    private Scores() {}

    /** How the scores of a pipeline are read. */
    public static SourceConfig topic(PipelineSpec spec) {
        return new SourceConfig(
                "scores",
                spec.pipeline() + ".parity",
                spec.kafka().bootstrapServers(),
                spec.kafka().properties(),
                spec.output().scores(),
                "json",
                Map.of("timestamp-format.standard", "ISO-8601"),
                List.of(
                        new ColumnSpec("event_id", new VarCharType(false, VarCharType.MAX_LENGTH)),
                        new ColumnSpec(TIME_COLUMN, new LocalZonedTimestampType(false, 3)),
                        new ColumnSpec(
                                "features",
                                new MapType(
                                        new VarCharType(false, VarCharType.MAX_LENGTH),
                                        new DoubleType())),
                        new ColumnSpec("source_partition", new IntType(false)),
                        new ColumnSpec("source_offset", new BigIntType(false)),
                        new ColumnSpec("warming", new ArrayType(VarCharType.STRING_TYPE)),
                        new ColumnSpec("model_name", VarCharType.STRING_TYPE),
                        new ColumnSpec("segment", VarCharType.STRING_TYPE)),
                TIME_COLUMN,
                0,
                0,
                Long.MAX_VALUE);
    }
}
