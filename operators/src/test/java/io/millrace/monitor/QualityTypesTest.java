package io.millrace.monitor;

import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent and kept crosses the network and lives in savepoints without Kryo. */
class QualityTypesTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                EventScore.class,
                EventLabel.class,
                Outcome.class,
                LabelledEvent.class,
                QualityKey.class,
                QualityPartial.class,
                QualityWindow.class,
                GapState.class,
                RetrainState.class,
                AlertedWindow.class
            })
    void flinkFindsTheTypeByItself(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }
}
