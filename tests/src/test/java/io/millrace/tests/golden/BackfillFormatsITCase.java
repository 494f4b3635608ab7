package io.millrace.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.source.ParquetCompression;
import io.millrace.tests.Repository;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same history in other formats, and the training set in both of its own. */
class BackfillFormatsITCase {
    private static final Path GOLDEN = Repository.path("tests/src/test/resources/golden");
    private static final Path PIPELINE = Repository.path("jobs/pipelines/card-fraud.yaml");

    @TempDir private Path folder;

    @Test
    void everyFormatOfTheSameHistoryGivesTheSameTrainingSet() throws Exception {
        var ofTables =
                backfill(
                        "tables",
                        GOLDEN.resolve("transactions.csv.gz"),
                        GOLDEN.resolve("labels.csv.gz"));
        var ofBinaries = backfill("binaries", parquet(), avro());
        var ofLines = backfill("lines", jsonLines(), GOLDEN.resolve("labels.csv.gz"));

        assertThat(ofBinaries.lines()).isEqualTo(ofTables.lines());
        assertThat(ofLines.lines()).isEqualTo(ofTables.lines());
        assertThat(inParquet(ofTables)).isEqualTo(ofTables.lines().subList(1, 1 + 100));
    }

    @Test
    void theSegmentOfEachEventStandsBesideItsEntity() throws Exception {
        Path pipeline = folder.resolve("card-fraud.yaml");
        Files.writeString(
                pipeline,
                Files.readString(PIPELINE)
                        .replaceFirst(
                                "(?m)^monitor:$",
                                "monitor:\n  segment: terminal_id\n  segments: [9, 16]"));
        var set =
                backfill(
                        "segments",
                        pipeline,
                        GOLDEN.resolve("transactions.csv.gz"),
                        GOLDEN.resolve("labels.csv.gz"));

        assertThat(set.lines().get(0)).startsWith("event_id,event_time,entity,segment,TX_AMOUNT,");
        Map<String, String> terminals = new HashMap<>();
        for (String line : GoldenHistoryTest.rows("transactions")) {
            String[] cells = line.split(",", -1);
            terminals.put(cells[0], List.of("9", "16").contains(cells[3]) ? cells[3] : "other");
        }
        Map<String, Integer> rows = new HashMap<>();
        for (String line : set.lines().subList(1, set.lines().size())) {
            String[] cells = line.split(",", -1);
            assertThat(cells[3]).isEqualTo(terminals.get(cells[0]));
            rows.merge(cells[3], 1, Integer::sum);
        }
        assertThat(rows).containsOnlyKeys("9", "16", "other");
        assertThat(inParquet(set)).isEqualTo(set.lines().subList(1, 1 + 100));
    }

    private BackfilledFiles backfill(String name, Path events, Path labels) throws Exception {
        return backfill(name, PIPELINE, events, labels);
    }

    private BackfilledFiles backfill(String name, Path pipeline, Path events, Path labels)
            throws Exception {
        return BackfilledFiles.of(
                pipeline,
                List.of(events),
                List.of(labels),
                Long.MIN_VALUE,
                Files.createDirectory(folder.resolve(name)));
    }

    private Path jsonLines() throws Exception {
        Path file = folder.resolve("transactions.jsonl.gz");
        try (var out =
                new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(file)),
                        StandardCharsets.UTF_8)) {
            for (String line : GoldenHistoryTest.rows("transactions")) {
                String[] cells = line.split(",", -1);
                out.write(
                        "{\"terminal_id\":%s,\"transaction_id\":%s,\"tx_time\":\"%s\",\"customer_id\":%s,\"amount\":%s}%n"
                                .formatted(cells[3], cells[0], cells[1], cells[2], cells[4]));
            }
        }
        return file;
    }

    /** As pandas writes it: doubles for money, microseconds, snappy. */
    private Path parquet() throws Exception {
        var schema =
                MessageTypeParser.parseMessageType(
                        """
                        message transactions {
                          optional double amount;
                          optional int64 tx_time (TIMESTAMP(MICROS, true));
                          optional int64 transaction_id;
                          optional int64 customer_id;
                          optional int32 terminal_id;
                          optional binary note (STRING);
                        }
                        """);
        Path file = folder.resolve("transactions.parquet");
        var rows = new SimpleGroupFactory(schema);
        try (var writer =
                ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withConf(new PlainParquetConfiguration())
                        .withCodecFactory(new ParquetCompression())
                        .withCompressionCodec(CompressionCodecName.SNAPPY)
                        .withType(schema)
                        .build()) {
            for (String line : GoldenHistoryTest.rows("transactions")) {
                String[] cells = line.split(",", -1);
                writer.write(
                        rows.newGroup()
                                .append("amount", Double.parseDouble(cells[4]))
                                .append("tx_time", Instant.parse(cells[1]).toEpochMilli() * 1_000)
                                .append("transaction_id", Long.parseLong(cells[0]))
                                .append("customer_id", Long.parseLong(cells[2]))
                                .append("terminal_id", Integer.parseInt(cells[3]))
                                .append("note", "x"));
            }
        }
        return file;
    }

    private Path avro() throws Exception {
        var millis =
                org.apache.avro.LogicalTypes.timestampMillis()
                        .addToSchema(SchemaBuilder.builder().longType());
        var schema =
                SchemaBuilder.record("label")
                        .fields()
                        .requiredLong("transaction_id")
                        .name("label_time")
                        .type(millis)
                        .noDefault()
                        .requiredLong("customer_id")
                        .optionalLong("terminal_id")
                        .requiredBoolean("fraud")
                        .endRecord();
        Path file = folder.resolve("labels.avro");
        try (var writer =
                new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))
                        .setCodec(CodecFactory.deflateCodec(6))
                        .create(schema, file.toFile())) {
            for (String line : GoldenHistoryTest.rows("labels")) {
                String[] cells = line.split(",", -1);
                var label = new GenericData.Record(schema);
                label.put("transaction_id", Long.parseLong(cells[0]));
                label.put("label_time", Instant.parse(cells[1]).toEpochMilli());
                label.put("customer_id", Long.parseLong(cells[2]));
                label.put("terminal_id", Long.parseLong(cells[3]));
                label.put("fraud", Boolean.parseBoolean(cells[4]));
                writer.append(label);
            }
        }
        return file;
    }

    /** The first rows of the Parquet file, as they stand in the CSV. */
    private static List<String> inParquet(BackfilledFiles set) throws Exception {
        var lines = new ArrayList<String>();
        var file = new LocalInputFile(set.output().resolve("training-set.parquet"));
        var options =
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .withCodecFactory(new ParquetCompression())
                        .build();
        try (var reader = ParquetFileReader.open(file, options)) {
            var schema = reader.getFileMetaData().getSchema();
            var rows =
                    new ColumnIOFactory()
                            .getColumnIO(schema)
                            .getRecordReader(
                                    reader.readNextRowGroup(), new GroupRecordConverter(schema));
            for (int i = 0; i < 100; i++) {
                lines.add(line(rows.read()));
            }
        }
        return lines;
    }

    private static String line(Group row) {
        var cells = new ArrayList<String>();
        for (var field : row.getType().getFields()) {
            String name = field.getName();
            if (row.getFieldRepetitionCount(name) == 0) {
                cells.add("");
            } else if (name.endsWith("_time")) {
                cells.add(Instant.ofEpochMilli(row.getLong(name, 0)).toString());
            } else if (List.of("event_id", "entity", "segment", "warming").contains(name)) {
                cells.add(row.getString(name, 0));
            } else {
                double value = row.getDouble(name, 0);
                cells.add(
                        value == Math.rint(value)
                                ? Long.toString((long) value)
                                : Double.toString(value));
            }
        }
        return String.join(",", cells);
    }
}
