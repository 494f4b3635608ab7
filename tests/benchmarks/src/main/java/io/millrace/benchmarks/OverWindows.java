package io.millrace.benchmarks;

import io.millrace.record.Event;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.ExecutionConfigOptions.UidGeneration;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/** The published benchmark's windowed features as {@code OVER} windows of Flink SQL. */
final class OverWindows {

    private OverWindows() {}

    /** One row per transaction: its id, then the features in the order of the view. */
    static DataStream<RowData> attach(
            StreamExecutionEnvironment env,
            Traffic.Rows rows,
            RowType transactions,
            RowType labels) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(env);
        // The job is built with uids required; the planner makes its own only when asked to.
        tables.getConfig()
                .set(ExecutionConfigOptions.TABLE_EXEC_UID_GENERATION, UidGeneration.ALWAYS);
        declare(tables, "transactions", rows.transactions(), transactions, "tx_time");
        declare(tables, "labels", rows.labels(), labels, "label_time");
        Table features = tables.sqlQuery(FeaturesViews.text("/features-over.sql"));
        return tables.toDataStream(
                features,
                features.getResolvedSchema().toPhysicalRowDataType().bridgedTo(RowData.class));
    }

    /** A view of the rows alone: what SQL sees of an event. */
    private static void declare(
            StreamTableEnvironment tables,
            String name,
            DataStream<Event> events,
            RowType columns,
            String eventTime) {
        DataStream<RowData> rows =
                events.map(Event::row).returns(InternalTypeInfo.of(columns)).uid(name);
        Schema schema = Schema.newBuilder().watermark(eventTime, "SOURCE_WATERMARK()").build();
        tables.createTemporaryView(name, rows, schema);
    }
}
