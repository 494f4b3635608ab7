package io.millrace.source;

import io.millrace.spec.ColumnSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.connector.source.ScanRuntimeProviderContext;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.table.types.utils.TypeConversions;

/**
 * One of Flink's formats, set up for the declared columns: what makes a row of bytes.
 *
 * <p>In a format that writes numbers as text, {@code DECIMAL} and {@code BOOLEAN} columns are
 * decoded as text and read by {@link TextReader}.
 */
final class RowFormat implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Set<String> TEXT_FORMATS = Set.of("json", "csv");
    private static final String JSON = "json";
    private static final String AVRO = "avro";
    private static final String AVRO_LEGACY_TIMESTAMPS = "timestamp_mapping.legacy";
    private static final String IGNORE_PARSE_ERRORS = "ignore-parse-errors";

    private final String name;
    private final RowType columns;
    private final TextColumn[] textColumns;
    private final DeserializationSchema<RowData> schema;
    private final boolean remembersFailures;

    private RowFormat(
            String name,
            RowType columns,
            TextColumn[] textColumns,
            DeserializationSchema<RowData> schema,
            boolean remembersFailures) {
        this.name = name;
        this.columns = columns;
        this.textColumns = textColumns;
        this.schema = schema;
        this.remembersFailures = remembersFailures;
    }

    /**
     * The format that the settings name.
     *
     * @throws IllegalArgumentException when there is no such format, or it cannot read the columns
     */
    static RowFormat of(SourceConfig config) {
        String name = config.format();
        boolean text = TEXT_FORMATS.contains(name);
        RowType columns = rowType(config.columns());
        List<TextColumn> textColumns = new ArrayList<>();
        List<ColumnSpec> decoded = new ArrayList<>();
        for (ColumnSpec column : config.columns()) {
            if (text && TextReader.reads(column.type())) {
                textColumns.add(TextColumn.of(decoded.size(), column));
                decoded.add(
                        new ColumnSpec(
                                column.name(),
                                new VarCharType(
                                        column.type().isNullable(), VarCharType.MAX_LENGTH)));
            } else {
                requireNoNestedDecimal(text, name, column);
                decoded.add(column);
            }
        }
        return new RowFormat(
                name,
                columns,
                textColumns.toArray(TextColumn[]::new),
                schema(name, config, rowType(decoded)),
                !text && !isBinaryAvro(config));
    }

    // A text decimal is scaled by the format before anyone can look at its exponent: 1e99999999
    // takes more than a minute of CPU.
    private static void requireNoNestedDecimal(boolean text, String format, ColumnSpec column) {
        if (text
                && LogicalTypeChecks.hasNested(
                        column.type(), type -> type.is(LogicalTypeRoot.DECIMAL))) {
            throw new IllegalArgumentException(
                    "column %s is %s; with format %s a DECIMAL must be a column of its own"
                            .formatted(column.name(), column.type().asSummaryString(), format));
        }
    }

    private static RowType rowType(List<ColumnSpec> columns) {
        return new RowType(
                false,
                columns.stream()
                        .map(column -> new RowType.RowField(column.name(), column.type()))
                        .toList());
    }

    private static DeserializationSchema<RowData> schema(
            String name, SourceConfig config, RowType decoded) {
        DeserializationFormatFactory factory = factory(name);
        Map<String, String> options = new HashMap<>(config.formatOptions());
        if (name.equals(AVRO)) {
            // The legacy mapping knows no TIMESTAMP_LTZ.
            options.putIfAbsent(AVRO_LEGACY_TIMESTAMPS, "false");
        }
        requireKnown(name, factory, options.keySet());
        if (Boolean.parseBoolean(options.get(IGNORE_PARSE_ERRORS))) {
            throw new IllegalArgumentException(
                    "format option %s is true; it must be false: what does not parse is a dead letter"
                            .formatted(IGNORE_PARSE_ERRORS));
        }
        Configuration configuration = Configuration.fromMap(options);
        if (isBinaryAvro(config)) {
            return AvroRows.schema(decoded, configuration);
        }
        if (name.equals(JSON) && JsonRows.areStreamed(configuration)) {
            return JsonRows.schema(decoded, configuration);
        }
        var format = factory.createDecodingFormat(context(config, decoded), configuration);
        if (!format.getChangelogMode().equals(ChangelogMode.insertOnly())) {
            throw new IllegalArgumentException(
                    "format %s is a changelog; it must be insert-only".formatted(name));
        }
        return format.createRuntimeDecoder(
                ScanRuntimeProviderContext.INSTANCE,
                TypeConversions.fromLogicalToDataType((LogicalType) decoded));
    }

    private static boolean isBinaryAvro(SourceConfig config) {
        return config.format().equals(AVRO)
                && AvroRows.areBinary(Configuration.fromMap(config.formatOptions()));
    }

    private static DeserializationFormatFactory factory(String name) {
        try {
            return FactoryUtil.discoverFactory(
                    RowFormat.class.getClassLoader(), DeserializationFormatFactory.class, name);
        } catch (org.apache.flink.table.api.ValidationException e) {
            throw new IllegalArgumentException(
                    "format is %s; it must be a Flink format on the class path".formatted(name), e);
        }
    }

    private static void requireKnown(
            String name, DeserializationFormatFactory factory, Set<String> keys) {
        Set<String> known =
                Stream.concat(
                                factory.requiredOptions().stream(),
                                factory.optionalOptions().stream())
                        .map(ConfigOption::key)
                        .collect(Collectors.toSet());
        for (String key : keys) {
            // A map option, such as a registry's properties, is known by its prefix.
            boolean prefixed = known.stream().anyMatch(option -> key.startsWith(option + "."));
            if (!known.contains(key) && !prefixed) {
                throw new IllegalArgumentException(
                        "format option %s is unknown to %s; it must be one of %s"
                                .formatted(key, name, known.stream().sorted().toList()));
            }
        }
    }

    private static DynamicTableFactory.Context context(SourceConfig config, RowType decoded) {
        var schema =
                ResolvedSchema.of(
                        decoded.getFields().stream()
                                .<Column>map(
                                        field ->
                                                Column.physical(
                                                        field.getName(),
                                                        TypeConversions.fromLogicalToDataType(
                                                                field.getType())))
                                .toList());
        var table =
                CatalogTable.newBuilder()
                        .schema(
                                org.apache.flink.table.api.Schema.newBuilder()
                                        .fromResolvedSchema(schema)
                                        .build())
                        .options(Map.of())
                        .build();
        return new FactoryUtil.DefaultDynamicTableContext(
                ObjectIdentifier.of("millrace", "topics", config.topic()),
                new ResolvedCatalogTable(table, schema),
                Map.of(),
                new Configuration(),
                RowFormat.class.getClassLoader(),
                true);
    }

    /** The format's name, as dead letters quote it. */
    String name() {
        return name;
    }

    /** The declared columns. */
    RowType columns() {
        return columns;
    }

    /** The columns that {@link #schema} decodes as text. */
    TextColumn[] textColumns() {
        return textColumns.clone();
    }

    /** Flink's decoder, not yet opened. */
    DeserializationSchema<RowData> schema() {
        return schema;
    }

    /** Whether the decoder may still hold bytes of a record that it failed on. */
    boolean remembersFailures() {
        return remembersFailures;
    }
}
