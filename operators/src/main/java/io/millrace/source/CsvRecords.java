package io.millrace.source;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads comma-separated text as RFC 4180 has it: a cell in quotes may hold separators, line breaks
 * and doubled quotes. A cell with nothing in it, not even quotes, is null.
 */
final class CsvRecords {
    private static final char QUOTE = '"';
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int BUFFER = 1 << 16;

    /** No sane row is longer; a file without line breaks is no table. */
    private static final int MAX_CELL = 1 << 24;

    private final Reader in;
    private final char separator;
    private char[] buffer = new char[BUFFER];
    private int position;
    private int limit;
    private long line;
    private long recordLine;
    private boolean ended;
    private boolean moreCells;

    CsvRecords(Reader in, char separator) throws IOException {
        this.in = in;
        this.separator = separator;
        this.line = 1;
        if (peek() == BYTE_ORDER_MARK) {
            position++;
        }
    }

    /** The line on which the last record begins, counted from 1. */
    long line() {
        return recordLine;
    }

    /** All cells of the next record; empty at the end. */
    List<String> header() throws IOException {
        var cells = new ArrayList<String>();
        if (begin()) {
            do {
                String cell = cell(true);
                cells.add(cell == null ? "" : cell);
            } while (moreCells);
        }
        return cells;
    }

    /**
     * Reads the next record.
     *
     * @param targets where in {@code cells} each cell of the record goes; less than 0 for nowhere
     * @return how many cells the record has; -1 at the end
     */
    int next(int[] targets, @Nullable Object[] cells) throws IOException {
        if (!begin()) {
            return -1;
        }
        int count = 0;
        do {
            int target = count < targets.length ? targets[count] : -1;
            String cell = cell(target >= 0);
            if (target >= 0) {
                cells[target] = cell;
            }
            count++;
        } while (moreCells);
        return count;
    }

    /** Steps over empty lines to where a record begins. */
    private boolean begin() throws IOException {
        int next = peek();
        while (next == '\n' || next == '\r') {
            line += next == '\n' ? 1 : 0;
            position++;
            next = peek();
        }
        recordLine = line;
        return next >= 0;
    }

    private @Nullable String cell(boolean isWanted) throws IOException {
        if (peek() == QUOTE) {
            return quoted();
        }
        int start = position;
        while (true) {
            while (position < limit) {
                char c = buffer[position];
                if (c == separator || c == '\n') {
                    String cell = text(start, position, isWanted);
                    endCell(c);
                    return cell;
                }
                position++;
            }
            int length = position - start;
            if (!fill(start)) {
                moreCells = false;
                return text(position - length, position, isWanted);
            }
            start = position - length;
        }
    }

    private @Nullable String text(int start, int end, boolean isWanted) {
        int last = end > start && buffer[end - 1] == '\r' ? end - 1 : end;
        return !isWanted || last == start ? null : new String(buffer, start, last - start);
    }

    private String quoted() throws IOException {
        position++;
        var cell = new StringBuilder();
        while (true) {
            int c = read();
            if (c < 0) {
                throw new IOException("the quote of line %d is never closed".formatted(recordLine));
            }
            if (c != QUOTE) {
                line += c == '\n' ? 1 : 0;
                cell.append((char) c);
            } else if (peek() == QUOTE) {
                position++;
                cell.append(QUOTE);
            } else {
                break;
            }
            if (cell.length() > MAX_CELL) {
                throw tooLong();
            }
        }
        int c = read();
        while (c >= 0 && c != separator && c != '\n') {
            if (c != '\r') {
                cell.append((char) c);
            }
            c = read();
        }
        if (c < 0) {
            moreCells = false;
        } else {
            position--;
            endCell((char) c);
        }
        return cell.toString();
    }

    private void endCell(char end) {
        position++;
        moreCells = end == separator;
        line += end == '\n' ? 1 : 0;
    }

    private int peek() throws IOException {
        return position < limit || fill(position) ? buffer[position] : -1;
    }

    private int read() throws IOException {
        return position < limit || fill(position) ? buffer[position++] : -1;
    }

    /** Reads more behind what begins at {@code start}, which moves to the buffer's beginning. */
    private boolean fill(int start) throws IOException {
        if (ended) {
            return false;
        }
        int kept = limit - start;
        if (kept == buffer.length) {
            if (kept >= MAX_CELL) {
                throw tooLong();
            }
            buffer = java.util.Arrays.copyOf(buffer, 2 * kept);
        }
        System.arraycopy(buffer, start, buffer, 0, kept);
        position -= start;
        limit = kept;
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read <= 0) {
            ended = true;
            return false;
        }
        limit += read;
        return true;
    }

    private IOException tooLong() {
        return new IOException(
                "line %d is longer than %d characters".formatted(recordLine, MAX_CELL));
    }
}
