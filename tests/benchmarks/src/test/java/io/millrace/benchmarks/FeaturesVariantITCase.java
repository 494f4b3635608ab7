package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.FeatureVector;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

// Results may be interrupted while they close, and javac warns of that at each use.
@SuppressWarnings("try")
class FeaturesVariantITCase {
    /** Some 50 days of them: longer than the longest window and the delay of labels. */
    private static final long TRANSACTIONS = 2_000;

    private static final int CUSTOMERS = 24;

    /** The last feature: the share of frauds among a terminal's labels of 30 days. */
    private static final int RISK = 11;

    @TempDir Path checkpoints;

    /**
     * What is compared must do the same work. No two rows share an event time: SQL counts peers.
     */
    @Test
    void millraceAndSqlSayTheSameToTheBit() throws Exception {
        var sql = features(FeaturesVariant.SQL_HEAP);

        assertThat(sql).hasSize((int) TRANSACTIONS);
        assertThat(sql.values()).anyMatch(features -> features.get(RISK) > 0);
        assertThat(features(FeaturesVariant.MILLRACE_HEAP)).isEqualTo(sql);
        assertThat(features(FeaturesVariant.MILLRACE_ROCKSDB)).isEqualTo(sql);
    }

    private Map<Long, List<Double>> features(FeaturesVariant variant) throws Exception {
        var env = FeaturesRun.environment(variant, checkpoints);
        DataStream<?> rows = FeaturesRun.features(env, variant, CUSTOMERS, TRANSACTIONS);
        var features = new HashMap<Long, List<Double>>();
        try (var results = rows.executeAndCollect()) {
            results.forEachRemaining(row -> put(row, features));
        }
        return features;
    }

    private static void put(Object row, Map<Long, List<Double>> features) {
        if (row instanceof FeatureVector vector) {
            features.put(
                    Long.parseLong(vector.eventId()),
                    Arrays.stream(vector.values()).boxed().toList());
        } else if (row instanceof RowData columns) {
            features.put(
                    columns.getLong(0),
                    IntStream.range(1, columns.getArity()).mapToObj(columns::getDouble).toList());
        }
    }
}
