package io.millrace.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowExpressionTest {

    /** A Saturday. */
    private static final long EVENT_TIME = Instant.parse("2018-07-28T06:59:59.999Z").toEpochMilli();

    private static final List<ColumnSpec> COLUMNS =
            List.of(
                    new ColumnSpec("amount", new DecimalType(false, 10, 2)),
                    new ColumnSpec("quantity", new IntType(false)),
                    new ColumnSpec("fee", new DoubleType()),
                    new ColumnSpec("tip", new DecimalType(10, 2)),
                    new ColumnSpec("channel", new VarCharType(VarCharType.MAX_LENGTH)),
                    new ColumnSpec("vip", new BooleanType()),
                    new ColumnSpec("seen", new LocalZonedTimestampType(false, 3)),
                    new ColumnSpec("blob", new BinaryType(4)),
                    new ColumnSpec("account", new BigIntType(false)));

    private static final RowData ROW =
            GenericRowData.of(
                    DecimalData.fromBigDecimal(new BigDecimal("12.34"), 10, 2),
                    3,
                    null,
                    DecimalData.fromBigDecimal(new BigDecimal("1.50"), 10, 2),
                    StringData.fromString("web"),
                    null,
                    TimestampData.fromInstant(Instant.parse("2018-07-27T00:00:00Z")),
                    new byte[4],
                    Long.MAX_VALUE);

    private static RowExpression compile(String source) {
        return RowExpression.compile(source, COLUMNS);
    }

    private static double number(String source) {
        return compile(source).number(ROW, EVENT_TIME);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    amount                                          ; 12.34
                    ' quantity '                                    ; 3
                    amount * 2                                      ; 24.68
                    2 * amount - quantity                           ; 21.68
                    amount + tip                                    ; 13.84
                    quantity / 2                                    ; 1
                    quantity / 2.0                                  ; 1.5
                    quantity % 2                                    ; 1
                    amount > 0                                      ; 1
                    amount == 12                                    ; 0
                    amount != 12                                    ; 1
                    amount in [1, 12.34]                            ; 1
                    quantity in [1, 2]                              ; 0
                    tip in [1, 2]                                   ; 0
                    amount > 10 ? 1 : 0.5                           ; 1
                    event_time.getHours() <= 6                      ; 1
                    event_time.getDayOfWeek() in [0, 6]             ; 1
                    event_time.getHours('America/New_York')         ; 2
                    (event_time - seen) > duration('30h')           ; 1
                    seen.getDayOfWeek()                             ; 5
                    channel == 'web' && channel.startsWith('w')     ; 1
                    channel.matches('^(web|app)$') ? 1 : 2          ; 1
                    size(channel)                                   ; 3
                    [1, 2, 3].exists(i, i == quantity)              ; 1
                    double(account)                                 ; 9223372036854775807
                    """)
    void everyKindOfExpressionHasItsValue(String source, double expected) {
        assertThat(number(source)).isEqualTo(expected);
    }

    /** What is computed is made for each row; what is constant is made once. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    quantity in [1, 3]                      ; quantity in [1 + 0, 3 + 0]
                    quantity in [1, 2]                      ; quantity in [1 + 0, 2 + 0]
                    quantity in [3.0, 2.5]                  ; quantity in [3.0 + 0.0, 2.5 + 0.0]
                    quantity in [dyn(3.0), 'web']           ; quantity in [dyn(3.0 + 0.0), 'web' + '']
                    amount in [12.34]                       ; amount in [12.34 + 0.0]
                    channel in ['app', 'web']               ; channel in ['app' + '', 'web' + '']
                    channel in []                           ; channel in ['' + '']
                    fee in [1.0, 2.0]                       ; fee in [1.0 + 0.0, 2.0 + 0.0]
                    tip in [1.5] && quantity in [3]         ; tip in [1.5 + 0.0] && quantity in [3 + 0]
                    vip in [true]                           ; vip in [true || false]
                    size([1, 2] + [quantity])               ; size([1 + 0, 2 + 0] + [quantity])
                    [4, 5][quantity - 2]                    ; [4 + 0, 5 + 0][quantity - 2]
                    [[1, 2], [3]].exists(i, quantity in i)  ; [[1 + 0, 2], [3 + 0]].exists(i, quantity in i)
                    [1u, 3u].exists(i, int(i) == quantity)  ; [1u + 0u, 3u].exists(i, int(i) == quantity)
                    [1, 2, 3].map(i, i * 2)[quantity - 1]   ; [1 + 0, 2, 3].map(i, i * 2)[quantity - 1]
                    """)
    void aListOfConstantsIsWorthTheSameAsOneThatIsComputed(String constant, String computed) {
        // Boxed: what is unknown is NaN, and the same as NaN.
        assertThat((Double) number(constant)).isEqualTo((Double) number(computed));
    }

    @Test
    void aListOfConstantsFailsAsOneThatIsComputed() {
        assertThatThrownBy(() -> number("[4, 5][quantity]"))
                .isInstanceOf(ExpressionException.class)
                .hasMessage("`[4, 5][quantity]` has no value: Index out of bounds: 3");
        assertThatThrownBy(() -> number("[4 + 0, 5][quantity]"))
                .isInstanceOf(ExpressionException.class)
                .hasMessage("`[4 + 0, 5][quantity]` has no value: Index out of bounds: 3");
    }

    @Test
    void listsOfConstantsAreNoPartOfWhatIsEvaluated() {
        var checked =
                ExpressionLanguage.over(COLUMNS)
                        .check("quantity in [1, 3] || channel in ['app', 'web', 'app']");

        var lists = ConstantLists.of(checked);

        assertThat(lists.values().values())
                .containsExactlyInAnyOrder(List.of(1L, 3L), List.of("app", "web", "app"));
        assertThat(CelNavigableAst.fromAst(lists.ast()).getRoot().allNodes())
                .noneMatch(node -> node.getKind() == Kind.LIST);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    fee > 0                            ; true
                    fee * 2 < 0                        ; true
                    fee == 0                           ; true
                    fee in [1, 2]                      ; true
                    fee > 0 && amount < 0              ; false
                    fee > 0 || amount < 0              ; true
                    fee == null                        ; true
                    fee != null                        ; false
                    fee == null || fee > 10            ; true
                    fee != null && fee > 10            ; false
                    fee > 10 && fee != null            ; false
                    tip == null || tip > 1             ; true
                    vip                                ; true
                    !vip                               ; true
                    vip == true || amount < 0          ; true
                    """)
    void aConditionOnNullIsMetAsInSqlUnlessItTestsForNull(String source, boolean expected) {
        assertThat(compile(source).holds(ROW, EVENT_TIME)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"fee", "fee * 2", "fee == 0", "fee > 1 ? 1 : 0", "amount + fee", "vip", "!vip"})
    void aNumberFromNullIsMissing(String source) {
        assertThat(number(source)).isNaN();
    }

    @Test
    void aTestForNullReplacesTheMissingNumber() {
        assertThat(number("fee == null ? 0 : 1")).isZero();
        assertThat(number("fee != null ? fee : -1.0")).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    quantity / (quantity - 3)  | it divides by zero
                    account + 1                | a number is out of its range
                    amount / 0                 | it must be finite
                    int('web')                 | has no value
                    """)
    void anExpressionWithoutAValueSaysWhy(String source, String reason) {
        assertThatExceptionOfType(ExpressionException.class)
                .isThrownBy(() -> number(source))
                .withMessageContaining(source)
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    amuont > 0           | 1:1  amuont is not a column; it must be one of amount, quantity, fee, tip, channel, vip, seen, account, event_time; did you mean amount?
                    channel > 3          | 1:9  > cannot be applied to (string or null, int)
                    amount > 0 &&        | 1:14  the expression ends too early
                    amount == null       | 1:8  the left side is never null; declare its column without NOT NULL, or leave the test out
                    channel              | 1:1  it gives a string; it must give a number or a boolean
                    event_time           | 1:1  it gives a Timestamp; it must give a number or a boolean
                    [1, 'a'][0]          | 1:1  it gives a value whose type is not known before it runs; it must give a number or a boolean
                    [1].all(fee, fee > 0)  | 1:1  fee is a column; a variable of the expression must have another name
                    """)
    void aMistakeIsFoundWhenTheExpressionIsCompiled(String source, String message) {
        assertThatExceptionOfType(InvalidExpressionException.class)
                .isThrownBy(() -> compile(source))
                .withMessageEndingWith(message);
    }

    @Test
    void everyMistakeIsReported() {
        assertThatExceptionOfType(InvalidExpressionException.class)
                .isThrownBy(() -> compile("amuont > 0 && quantty < 3"))
                .satisfies(e -> assertThat(e.mistakes()).hasSize(2));
    }

    @Test
    void aDecimalIsRoundedOnce() {
        var columns = List.of(new ColumnSpec("d", new DecimalType(38, 20)));
        for (String text : List.of("0.1", "-123456789012345678.12345678901234567890", "1e-20")) {
            BigDecimal exact = new BigDecimal(text);
            RowData row = GenericRowData.of(DecimalData.fromBigDecimal(exact, 38, 20));
            assertThat(RowExpression.compile("d", columns).number(row, 0))
                    .isEqualTo(exact.doubleValue());
            assertThat(RowExpression.compile("d + 0.0", columns).number(row, 0))
                    .isEqualTo(exact.doubleValue());
        }
    }

    @Test
    void aNumberIsNoCondition() {
        assertThatThrownBy(() -> compile("amount").holds(ROW, EVENT_TIME))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("`amount` is a number, not a condition");
    }

    @Test
    void aCopyGivesTheSameValue() throws Exception {
        for (String source : List.of("amount", "amount * 2 > 24")) {
            RowExpression original = compile(source);
            RowExpression copy = InstantiationUtil.clone(original);
            assertThat(copy.kind()).isEqualTo(original.kind());
            assertThat(copy.number(ROW, EVENT_TIME)).isEqualTo(original.number(ROW, EVENT_TIME));
        }
    }
}
