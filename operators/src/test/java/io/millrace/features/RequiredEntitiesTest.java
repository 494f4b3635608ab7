package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spec.ColumnSpec;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequiredEntitiesTest {
    private static final List<ColumnSpec> COLUMNS =
            List.of(new ColumnSpec("card", new VarCharType(VarCharType.MAX_LENGTH)));

    private final RequiredEntities entities =
            new RequiredEntities(List.of(EntityColumn.of("card", COLUMNS)));

    @Test
    void anEntityIsThereAndIsAName() {
        assertThat(problemOf("4711")).isNull();
        assertThat(problemOf("x".repeat(1_024))).isNull();
        assertThat(problemOf(null))
                .isEqualTo("card is null; it must have a value, since features are about it");
        assertThat(problemOf("x".repeat(1_025)))
                .isEqualTo(
                        "card has 1025 characters; it must have at most 1024, since features are"
                                + " about it");
    }

    private @Nullable String problemOf(@Nullable String card) {
        return entities.problemOf(GenericRowData.of(StringData.fromString(card)));
    }
}
