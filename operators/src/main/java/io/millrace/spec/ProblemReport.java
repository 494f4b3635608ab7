package io.millrace.spec;

import java.util.List;

/** Problems as a compiler shows them: the place, the sentence, the line with a caret, the count. */
public final class ProblemReport {

    private static final int WIDEST_LINE = 160;

    private final String file;
    private final List<String> lines;

    /**
     * @param file the file's name
     * @param text the text that the problems' lines count in
     */
    public ProblemReport(String file, String text) {
        this.file = file;
        this.lines = text.lines().toList();
    }

    public String render(List<Problem> problems) {
        StringBuilder report = new StringBuilder();
        for (Problem problem : problems) {
            report.append(file)
                    .append(':')
                    .append(problem.line())
                    .append(':')
                    .append(problem.column())
                    .append(": ")
                    .append(problem.sentence())
                    .append('\n');
            appendSource(report, problem);
            report.append('\n');
        }
        return report.append(problems.size())
                .append(problems.size() == 1 ? " problem in " : " problems in ")
                .append(file)
                .toString();
    }

    private void appendSource(StringBuilder report, Problem problem) {
        if (problem.line() > lines.size()) {
            return;
        }
        String line = lines.get(problem.line() - 1);
        if (line.length() > WIDEST_LINE) {
            line = line.substring(0, WIDEST_LINE) + "…";
        }
        String number = String.valueOf(problem.line());
        report.append("  %s | %s%n".formatted(number, line));
        int caret = problem.column() - 1;
        if (caret <= line.length()) {
            // A tab before the caret stays a tab, so that both lines are as wide.
            String indent = line.substring(0, caret).replaceAll("[^\t]", " ");
            report.append("  %s | %s^%n".formatted(" ".repeat(number.length()), indent));
        }
    }
}
