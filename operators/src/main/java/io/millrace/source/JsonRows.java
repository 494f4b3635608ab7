package io.millrace.source;

import java.io.IOException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.formats.common.TimestampFormat;
import org.apache.flink.formats.json.JsonFormatOptions;
import org.apache.flink.formats.json.JsonFormatOptionsUtil;
import org.apache.flink.formats.json.JsonParserRowDataDeserializationSchema;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.StreamReadFeature;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Flink's JSON format, with two shorter ways through it that lead to the same rows: records of
 * plain values are read by {@link PlainJson}, and the numbers of all others by Jackson's fast
 * parser.
 */
final class JsonRows extends JsonParserRowDataDeserializationSchema {
    private static final long serialVersionUID = 1L;

    private final RowType columns;
    private final TimestampFormat timestamps;

    private transient @Nullable PlainJson plain;

    private JsonRows(RowType columns, ReadableConfig options) {
        super(
                columns,
                InternalTypeInfo.of(columns),
                options.get(JsonFormatOptions.FAIL_ON_MISSING_FIELD),
                options.get(JsonFormatOptions.IGNORE_PARSE_ERRORS),
                JsonFormatOptionsUtil.getTimestampFormat(options));
        this.columns = columns;
        this.timestamps = JsonFormatOptionsUtil.getTimestampFormat(options);
    }

    /** Whether the options ask for the way that is made shorter here. */
    static boolean areStreamed(ReadableConfig options) {
        return options.get(JsonFormatOptions.DECODE_JSON_PARSER_ENABLED);
    }

    static JsonRows schema(RowType columns, ReadableConfig options) {
        return new JsonRows(columns, options);
    }

    @Override
    public void open(InitializationContext context) throws Exception {
        super.open(context);
        objectMapper.configure(StreamReadFeature.USE_FAST_DOUBLE_PARSER.mappedFeature(), true);
        char between = timestamps == TimestampFormat.SQL ? ' ' : 'T';
        plain = PlainJson.of(columns, between, !failOnMissingField);
    }

    @Override
    public void deserialize(byte[] message, Collector<RowData> out) throws IOException {
        RowData row = plain == null ? null : plain.read(message);
        if (row == null) {
            super.deserialize(message, out);
        } else {
            out.collect(row);
        }
    }
}
