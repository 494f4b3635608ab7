package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvRecordsTest {

    @Test
    void cellsAreSeparatedAndEmptyOnesAreNull() throws IOException {
        assertThat(read("a,b,c\n1,,3\r\n,,\n"))
                .containsExactly(row("1", "null", "3"), row("null", "null", "null"));
    }

    @Test
    void quotesHoldSeparatorsLinesAndQuotes() throws IOException {
        assertThat(read("a,b,c\n\"1,1\",\"say \"\"yes\"\"\",\"two\nlines\"\n"))
                .containsExactly(row("1,1", "say \"yes\"", "two\nlines"));
    }

    @Test
    void anEmptyTextInQuotesIsNotNull() throws IOException {
        assertThat(read("a,b,c\n\"\",x,\n")).containsExactly(row("", "x", "null"));
    }

    @Test
    void emptyLinesAndALastLineWithoutAnEndAreNoMatter() throws IOException {
        assertThat(read("\uFEFFa,b,c\n\n1,2,3\n\r\n4,5,6"))
                .containsExactly(row("1", "2", "3"), row("4", "5", "6"));
    }

    @Test
    void rowsAreTheSameHoweverTheReaderHandsThemOver() throws IOException {
        var text = new StringBuilder("a,b,c\n");
        var expected = new ArrayList<List<String>>();
        for (int i = 0; i < 30_000; i++) {
            text.append(i).append(",\"x,").append(i).append("\",").append(-i).append('\n');
            expected.add(row(Integer.toString(i), "x," + i, Integer.toString(-i)));
        }
        assertThat(read(text.toString())).isEqualTo(expected);
        assertThat(read(new Trickling(text.toString()))).isEqualTo(expected);
    }

    @Test
    void aRowKnowsItsLine() throws IOException {
        var records = new CsvRecords(new StringReader("a,b\n1,\"2\n3\"\n4,5\n"), ',');
        records.header();
        var cells = new Object[2];
        assertThat(records.next(new int[] {0, 1}, cells)).isEqualTo(2);
        assertThat(records.line()).isEqualTo(2);
        assertThat(records.next(new int[] {0, 1}, cells)).isEqualTo(2);
        assertThat(records.line()).isEqualTo(4);
        assertThat(records.next(new int[] {0, 1}, cells)).isEqualTo(-1);
    }

    @Test
    void aQuoteThatIsNeverClosedIsToldByItsLine() {
        assertThatThrownBy(() -> read("a,b,c\n1,\"2,3\n"))
                .isInstanceOf(IOException.class)
                .hasMessage("the quote of line 2 is never closed");
    }

    private static List<List<String>> read(String text) throws IOException {
        return read(new StringReader(text));
    }

    private static List<List<String>> read(Reader reader) throws IOException {
        var records = new CsvRecords(reader, ',');
        assertThat(records.header()).containsExactly("a", "b", "c");
        var rows = new ArrayList<List<String>>();
        var cells = new Object[3];
        while (records.next(new int[] {0, 1, 2}, cells) >= 0) {
            rows.add(Arrays.stream(cells).map(String::valueOf).toList());
            Arrays.fill(cells, null);
        }
        return rows;
    }

    private static List<String> row(String... cells) {
        return Arrays.asList(cells);
    }

    /** Hands over a few characters at a time. */
    private static final class Trickling extends Reader {
        private final StringReader text;

        private Trickling(String text) {
            this.text = new StringReader(text);
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            return text.read(buffer, offset, Math.min(length, 7));
        }

        @Override
        public void close() {
            text.close();
        }
    }
}
