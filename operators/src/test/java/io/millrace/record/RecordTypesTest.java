package io.millrace.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every record crosses the network and lives in savepoints without Kryo. */
class RecordTypesTest {
    private static final RowType COLUMNS = RowType.of(new BigIntType());
    private static final Origin ORIGIN = new Origin("t", 1, 2, 3, null, new byte[] {4});

    @ParameterizedTest
    @ValueSource(
            classes = {
                Origin.class,
                DeadLetter.class,
                Duplicate.class,
                FeatureVector.class,
                Score.class,
                DriftReport.class,
                Alert.class,
                QualityReport.class,
                RetrainRequest.class
            })
    void flinkFindsTheTypeByItself(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }

    /** What Flink does for a component that an older savepoint does not have. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                Origin.class,
                DeadLetter.class,
                Duplicate.class,
                Event.class,
                FeatureVector.class,
                Received.class,
                Score.class,
                FeatureDrift.class,
                Alert.Culprit.class,
                Outgoing.class
            })
    void aComponentThatAnOlderSavepointLacksIsNotRejected(Class<?> type) throws Exception {
        Class<?>[] components =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        Object[] absent =
                Arrays.stream(components)
                        .map(c -> c.isPrimitive() ? Array.get(Array.newInstance(c, 1), 0) : null)
                        .toArray();
        var constructor = type.getDeclaredConstructor(components);
        assertThatCode(() -> constructor.newInstance(absent)).doesNotThrowAnyException();
    }

    @Test
    void aDecodedRecordSurvivesTheNetwork() throws Exception {
        Received received = Received.decoded(ORIGIN, 5, GenericRowData.of(6L));

        Received back = throughTheNetwork(received);

        assertThat(back.origin()).usingRecursiveComparison().isEqualTo(ORIGIN);
        assertThat(back.eventTimeMillis()).isEqualTo(5);
        assertThat(back.row())
                .isNotNull()
                .satisfies(row -> assertThat(row.getLong(0)).isEqualTo(6));
        assertThat(back.reason()).isNull();
        assertThat(back.problem()).isNull();
    }

    @Test
    void aRefusedRecordSurvivesTheNetwork() throws Exception {
        Received received = Received.refused(ORIGIN, DeadLetter.Reason.MALFORMED, "it is not");

        assertThat(throughTheNetwork(received)).usingRecursiveComparison().isEqualTo(received);
    }

    @Test
    void outgoingBytesSurviveTheNetwork() throws Exception {
        var serializer = Outgoing.TYPE.createSerializer(new SerializerConfigImpl());
        var records =
                List.of(
                        new Outgoing("scores", new byte[0], new byte[] {1, 2}, null),
                        new Outgoing("scores", new byte[] {3}, new byte[0], "00-ab-cd-01"),
                        new Outgoing("dead-letters", new byte[] {4}, new byte[70_000], null),
                        new Outgoing("scores", new byte[] {5}, new byte[] {6}, null));
        var out = new DataOutputSerializer(64);
        for (Outgoing record : records) {
            serializer.serialize(record, out);
        }
        var in = new DataInputDeserializer(out.getCopyOfBuffer());
        for (Outgoing record : records) {
            assertThat(serializer.deserialize(in)).usingRecursiveComparison().isEqualTo(record);
        }
        assertThat(in.available()).isZero();
    }

    private static Received throughTheNetwork(Received received) throws Exception {
        var strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        TypeSerializer<Received> serializer =
                Received.type(COLUMNS).createSerializer(new SerializerConfigImpl(strict));
        var out = new DataOutputSerializer(64);
        serializer.serialize(received, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }

    @Test
    void eventTypesAreEqualWhereTheirColumnsAre() {
        assertThat(EventTypeInfo.of(COLUMNS))
                .isEqualTo(EventTypeInfo.of(RowType.of(new BigIntType())))
                .hasSameHashCodeAs(EventTypeInfo.of(RowType.of(new BigIntType())))
                .isNotEqualTo(EventTypeInfo.of(RowType.of(new BigIntType(), new BigIntType())));
    }
}
