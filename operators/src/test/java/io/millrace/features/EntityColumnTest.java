package io.millrace.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spec.ColumnSpec;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntityColumnTest {
    private static final List<ColumnSpec> DECLARED =
            List.of(
                    new ColumnSpec("bank", new VarCharType(20)),
                    new ColumnSpec("account", new VarCharType(20)),
                    new ColumnSpec("branch", new IntType()));
    private static final EntityColumn PAIR = EntityColumn.of(List.of("bank", "account"), DECLARED);

    @Test
    void severalColumnsAreOneText() {
        var all = EntityColumn.of(List.of("bank", "branch", "account"), DECLARED);
        assertThat(all.read(row("b|1", "a\\2", 7))).isEqualTo("b\\|1|7|a\\\\2");
        assertThat(all.text().read(row(null, "a", 7))).isEmpty();
        assertThat(all.missingFrom(row("b", null, 7))).isEqualTo("account");
    }

    @Property
    void entitiesAreEqualWhereAllColumnsAre(
            @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 3) String bank,
            @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 3) String account,
            @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 3) String otherBank,
            @ForAll @Chars({'a', '|', '\\'}) @StringLength(max = 3) String otherAccount) {
        assertThat(key(bank, account).equals(key(otherBank, otherAccount)))
                .isEqualTo(bank.equals(otherBank) && account.equals(otherAccount));
        assertThat(key(bank + "|", account).equals(key(bank, "|" + account))).isFalse();
        assertThat(key(bank + "\\", account).equals(key(bank, "\\" + account))).isFalse();
        assertThat(key(bank, account)).isEqualTo(key(bank, account));
    }

    @Test
    void twoStreamsMatchWhereEachColumnIsOfOneKind() {
        var other =
                List.of(
                        new ColumnSpec("bank", new VarCharType(9)),
                        new ColumnSpec("account", new BigIntType()));
        assertThat(EntityColumn.of(List.of("bank"), other).matches(PAIR)).isFalse();
        assertThat(EntityColumn.of(List.of("bank", "account"), other).matches(PAIR)).isFalse();
        assertThat(
                        EntityColumn.of(List.of("bank"), other)
                                .matches(EntityColumn.of(List.of("bank"), DECLARED)))
                .isTrue();
    }

    private static Object key(String bank, String account) {
        return PAIR.read(row(bank, account, 0));
    }

    private static GenericRowData row(@Nullable String bank, @Nullable String account, int branch) {
        return GenericRowData.of(
                StringData.fromString(bank), StringData.fromString(account), branch);
    }
}
