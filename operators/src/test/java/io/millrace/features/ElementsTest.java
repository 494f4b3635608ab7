package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.spec.ColumnSpec;
import io.millrace.spec.ExpressionException;
import io.millrace.spec.FeaturesSpec.ElementSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ElementsTest {
    private static final double NAN = Double.NaN;

    /** Three elements, in slots that are not in a row. */
    private static final int[] SLOTS = {1, 2, 4};

    private static Elements of(LogicalType type) {
        var features =
                IntStream.range(0, SLOTS.length)
                        .mapToObj(
                                i ->
                                        new Slotted<>(
                                                SLOTS[i],
                                                new ElementSpec("p_" + i, "p", i, 3, false)))
                        .toList();
        return new Elements(
                features,
                List.of(new ColumnSpec("id", new BigIntType()), new ColumnSpec("p", type)));
    }

    private static double[] answer(LogicalType type, @Nullable Object cell) {
        double[] vector = {9, 9, 9, 9, 9};
        of(type).answer(GenericRowData.of(1L, cell), vector, null);
        return vector;
    }

    static List<Arguments> arrays() {
        return List.of(
                Arguments.of(new TinyIntType(), new Byte[] {1, -2, 3}),
                Arguments.of(new SmallIntType(), new Short[] {1, -2, 3}),
                Arguments.of(new IntType(), new Integer[] {1, -2, 3}),
                Arguments.of(new BigIntType(), new Long[] {1L, -2L, 3L}),
                Arguments.of(new FloatType(), new Float[] {1f, -2f, 3f}),
                Arguments.of(new DoubleType(), new Double[] {1., -2., 3.}));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void eachElementIsInItsSlot(LogicalType element, Object[] numbers) {
        assertThat(answer(new ArrayType(element), new GenericArrayData(numbers)))
                .containsExactly(9, 1, -2, 9, 3);
    }

    @Test
    void elementsInARowAreReadWhereTheyBelong() {
        var features =
                IntStream.range(0, 3)
                        .mapToObj(
                                i ->
                                        new Slotted<>(
                                                i + 1, new ElementSpec("p_" + i, "p", i, 3, false)))
                        .toList();
        var type = new ArrayType(new FloatType());
        double[] vector = {9, 9, 9, 9, 9};

        new Elements(features, List.of(new ColumnSpec("p", type)))
                .answer(
                        GenericRowData.of(new GenericArrayData(new float[] {1, 2, 3})),
                        vector,
                        null);

        assertThat(vector).containsExactly(9, 1, 2, 3, 9);
    }

    @Test
    void bytesAreFloatsInLittleEndian() {
        byte[] bytes =
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(0.1f)
                        .putFloat(-2f)
                        .putFloat(Float.NaN)
                        .array();

        assertThat(answer(new VarBinaryType(VarBinaryType.MAX_LENGTH), bytes))
                .containsExactly(9, 0.1f, -2, 9, NAN);
    }

    @Test
    void whatIsNullIsMissing() {
        var floats = new ArrayType(new FloatType());
        assertThat(answer(floats, null)).containsExactly(9, NAN, NAN, 9, NAN);
        assertThat(answer(floats, new GenericArrayData(new Float[] {1f, null, 3f})))
                .containsExactly(9, 1, NAN, 9, 3);
    }

    @Test
    void onlyWantedSlotsAreWritten() {
        double[] vector = {9, 9, 9, 9, 9};
        var cell = new GenericArrayData(new Float[] {1f, 2f, 3f});

        of(new ArrayType(new FloatType()))
                .answer(GenericRowData.of(1L, cell), vector, new int[] {0, 2, 3});

        assertThat(vector).containsExactly(9, 9, 2, 9, 9);
    }

    @Test
    void anotherLengthIsRefused() {
        var floats = new ArrayType(new FloatType());
        refused(floats, new GenericArrayData(new Float[2]), "p has 2 elements; it must have 3");
        refused(floats, new GenericArrayData(new Float[4]), "p has 4 elements; it must have 3");
        var bytes = new VarBinaryType(VarBinaryType.MAX_LENGTH);
        refused(bytes, new byte[16], "p has 4 elements; it must have 3");
        refused(bytes, new byte[11], "p has 11 bytes; it must have 12, 4 for each of 3 numbers");
    }

    @Test
    void anInfiniteNumberIsRefused() {
        refused(
                new ArrayType(new DoubleType()),
                new GenericArrayData(new double[] {1, Double.NEGATIVE_INFINITY, 3}),
                "p[1] is -Infinity; it must be finite");
    }

    private static void refused(LogicalType type, Object cell, String message) {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> answer(type, cell))
                .withMessage(message);
    }
}
