package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.BooleanType;
import org.jspecify.annotations.Nullable;

class TextReaderProperties {

    @Provide
    Arbitrary<String> numbers() {
        Arbitrary<String> sign = Arbitraries.of("", "-", "+");
        Arbitrary<String> digits = Arbitraries.strings().numeric().ofMaxLength(22);
        Arbitrary<String> fraction =
                digits.map(f -> "." + f).injectNull(0.3).map(TextReaderProperties::orEmpty);
        Arbitrary<String> exponent =
                Arbitraries.integers()
                        .between(-40, 40)
                        .map(e -> "e" + e)
                        .injectNull(0.7)
                        .map(TextReaderProperties::orEmpty);
        return Combinators.combine(sign, digits, fraction, exponent)
                .as((s, d, f, e) -> s + d + f + e);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Property(tries = 20_000)
    void aDecimalIsWhatBigDecimalSays(
            @ForAll("numbers") String text,
            @ForAll @IntRange(min = 1, max = 38) int precision,
            @ForAll @IntRange(min = 0, max = 38) int scale) {
        Assume.that(scale <= precision);
        var reader = new TextReader.DecimalReader(precision, scale);
        BigDecimal exact;
        try {
            exact = new BigDecimal(text);
        } catch (NumberFormatException e) {
            assertThatThrownBy(() -> reader.read(text)).isInstanceOf(NumberFormatException.class);
            return;
        }
        BigDecimal rounded = exact.setScale(scale, RoundingMode.HALF_UP);
        if (rounded.precision() > precision) {
            assertThat(reader.read(text)).isNull();
        } else {
            assertThat(reader.read(text))
                    .isEqualTo(DecimalData.fromBigDecimal(rounded, precision, scale));
        }
    }

    @Property
    void noTextButANumberIsRead(@ForAll String text) {
        try {
            new BigDecimal(text.strip());
        } catch (NumberFormatException e) {
            assertThatThrownBy(() -> new TextReader.DecimalReader(10, 2).read(text))
                    .isInstanceOf(NumberFormatException.class);
        }
    }

    @Example
    void anExponentCostsNothing() {
        var reader = new TextReader.DecimalReader(10, 2);
        assertThat(reader.read("1e2147483647")).isNull();
        assertThat(reader.read("1e-2147483647")).isEqualTo(DecimalData.zero(10, 2));
        assertThat(reader.read("0e2147483647")).isEqualTo(DecimalData.zero(10, 2));
        assertThatThrownBy(() -> reader.read("9".repeat(1_001)))
                .isInstanceOf(NumberFormatException.class);
    }

    @Example
    void onlyTrueAndFalseAreBooleans() {
        TextReader reader = TextReader.of(new BooleanType());
        assertThat(reader.read("true")).isEqualTo(true);
        assertThat(reader.read(" FALSE ")).isEqualTo(false);
        assertThatThrownBy(() -> reader.read("yes")).isInstanceOf(NumberFormatException.class);
    }
}
