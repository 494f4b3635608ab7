package io.millrace.jobs.terminal;

import com.google.errorprone.annotations.FormatMethod;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command speaks: a person's terminal, or a file or pipe.
 *
 * @param out what was asked for
 * @param err what went wrong
 * @param live whether what was written can be written over
 * @param colour whether it may be coloured
 * @param columns how wide it is
 */
public record Terminal(
        PrintStream out, PrintStream err, boolean live, boolean colour, int columns) {
    private static final int COLUMNS = 100;
    private static final int COLUMNS_MIN = 40;

    /**
     * The process's own output.
     *
     * @param environment {@code NO_COLOR} and {@code TERM} as people set them; {@code
     *     MILLRACE_COLUMNS}, set by the launcher where its output is a terminal
     */
    // On JDK 17, where this runs, there is a console only where there is a terminal.
    @SuppressWarnings("SystemConsoleNull")
    public static Terminal ofProcess(Map<String, String> environment) {
        String columns = environment.getOrDefault("MILLRACE_COLUMNS", "");
        boolean live =
                (!columns.isEmpty() || System.console() != null)
                        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean colour = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                utf8(FileDescriptor.out), utf8(FileDescriptor.err), live, colour, columns(columns));
    }

    /** Whatever the locale says: an older one would turn every dash into a question mark. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static int columns(String said) {
        return said.matches("[1-9][0-9]{0,3}")
                ? Math.max(COLUMNS_MIN, Integer.parseInt(said))
                : COLUMNS;
    }

    /** Writes one line as it is. */
    public void line(String text) {
        out.println(text);
    }

    /** Writes one formatted line. */
    @FormatMethod
    public void line(String format, Object... values) {
        out.println(format.formatted(values));
    }

    public String bold(String text) {
        return coloured("1", text);
    }

    public String dim(String text) {
        return coloured("2", text);
    }

    public String red(String text) {
        return coloured("31", text);
    }

    public String green(String text) {
        return coloured("32", text);
    }

    public String yellow(String text) {
        return coloured("33", text);
    }

    private String coloured(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
