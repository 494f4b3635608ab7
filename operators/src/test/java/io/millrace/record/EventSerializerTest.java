package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.SerializerTestBase;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.testutils.DeeplyEqualsChecker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Flink's own kit for serializers, and what it does not ask. */
class EventSerializerTest extends SerializerTestBase<Event> {
    private static final RowType COLUMNS =
            RowType.of(
                    new BigIntType(false),
                    new LocalZonedTimestampType(3),
                    new DecimalType(10, 2),
                    new VarCharType(VarCharType.MAX_LENGTH));

    EventSerializerTest() {
        super(
                new DeeplyEqualsChecker()
                        .withCustomCheck(
                                (one, other) -> one instanceof Event && other instanceof Event,
                                (one, other, checker) ->
                                        sameEvent((Event) one, (Event) other, checker)));
    }

    private static boolean sameEvent(Event one, Event other, DeeplyEqualsChecker checker) {
        RowDataSerializer rows = new RowDataSerializer(COLUMNS);
        return one.id().equals(other.id())
                && one.eventTimeMillis() == other.eventTimeMillis()
                && checker.deepEquals(one.origin().bytes(), other.origin().bytes())
                && one.origin().topic().equals(other.origin().topic())
                && one.origin().partition() == other.origin().partition()
                && one.origin().offset() == other.origin().offset()
                && one.origin().timestampMillis() == other.origin().timestampMillis()
                && java.util.Objects.equals(
                        one.origin().traceparent(), other.origin().traceparent())
                && rows.toBinaryRow(one.row()).copy().equals(rows.toBinaryRow(other.row()).copy());
    }

    private static Event event(
            String topic,
            int partition,
            long offset,
            long timestampMillis,
            @Nullable String traceparent,
            String bytes,
            String id,
            long eventTimeMillis) {
        var row =
                GenericRowData.of(
                        7L,
                        TimestampData.fromEpochMillis(eventTimeMillis),
                        DecimalData.fromUnscaledLong(-310, 10, 2),
                        traceparent == null ? null : StringData.fromString(id));
        return new Event(
                new Origin(
                        topic,
                        partition,
                        offset,
                        timestampMillis,
                        traceparent,
                        bytes.getBytes(StandardCharsets.UTF_8)),
                id,
                eventTimeMillis,
                row);
    }

    @Override
    protected TypeSerializer<Event> createSerializer() {
        return serializer(COLUMNS);
    }

    private static EventSerializer serializer(RowType columns) {
        return EventTypeInfo.of(columns).createSerializer(new SerializerConfigImpl());
    }

    @Override
    protected int getLength() {
        return -1;
    }

    @Override
    protected Class<Event> getTypeClass() {
        return Event.class;
    }

    @Override
    protected Event[] getTestData() {
        return new Event[] {
            event("transactions", 0, 0, 1_530_403_200_000L, null, "{}", "1", 1_530_403_199_000L),
            event("transactions", 11, 129, 1_530_403_200_000L, "00-ab-cd-01", "", "", 0),
            event(
                    "zahlungen-ä",
                    200,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    null,
                    "x",
                    "id",
                    Long.MIN_VALUE),
            event("transactions", 1, 1L << 40, -1, "", "y".repeat(300), "ключ", Long.MAX_VALUE),
        };
    }

    @Test
    void aSmallEventNeedsFewBytesBesideItsTopicBytesIdAndRow() throws Exception {
        var out = new DataOutputSerializer(64);
        Event event = event("t", 1, 99, 1_530_403_200_000L, null, "{}", "1", 1_530_403_199_000L);
        createSerializer().serialize(event, out);
        int rowBytes = 4 + new BinaryRowData(4).getFixedLengthPartSize();
        assertThat(out.length() - rowBytes - "t".length() - "{}".length() - "1".length())
                .isLessThanOrEqualTo(18);
    }

    @Test
    void aRestoredSnapshotReadsWhatItsSerializerWrote() throws Exception {
        Event event = getTestData()[1];
        var out = new DataOutputSerializer(64);
        createSerializer().serialize(event, out);

        Event restored =
                written(serializer(COLUMNS).snapshotConfiguration())
                        .restoreSerializer()
                        .deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

        assertThat(sameEvent(restored, event, new DeeplyEqualsChecker())).isTrue();
    }

    @Test
    void theSameColumnsAreCompatible() throws Exception {
        assertThat(
                        compatibility(
                                        serializer(COLUMNS).snapshotConfiguration(),
                                        serializer(COLUMNS).snapshotConfiguration())
                                .isCompatibleAsIs())
                .isTrue();
    }

    @Test
    void otherColumnsAreRefusedRatherThanMisread() throws Exception {
        RowType other = RowType.of(new BigIntType(false), new BigIntType());
        assertThat(
                        compatibility(
                                        serializer(COLUMNS).snapshotConfiguration(),
                                        serializer(other).snapshotConfiguration())
                                .isIncompatible())
                .isTrue();
    }

    private static TypeSerializerSchemaCompatibility<Event> compatibility(
            TypeSerializerSnapshot<Event> before, TypeSerializerSnapshot<Event> after)
            throws Exception {
        return after.resolveSchemaCompatibility(written(before));
    }

    private static TypeSerializerSnapshot<Event> written(TypeSerializerSnapshot<Event> snapshot)
            throws Exception {
        var out = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(out, snapshot);
        return TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()),
                EventSerializerTest.class.getClassLoader());
    }
}
