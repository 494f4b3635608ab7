package io.millrace.spec;

/**
 * The reference of a pipeline's file, for people: every key with what it must be and its default.
 */
public final class PipelineReference {

    private static final String INTRODUCTION =
            """
            # The pipeline file

            A pipeline is one YAML file. These are all of its keys. `jobs/pipelines/card-fraud.yaml` uses most of them;
            `docs/pipeline.schema.json` makes an editor complete and check them.

            A duration is a number with a unit, `2 ms`, `30 s`, `15 min`, `1 h`, `7 d`, or ISO-8601, `PT1H30M`.
            `${NAME}` in a value takes a variable of the environment, `${NAME:-default}` with a default.

            <!-- Generated from the table that the parser uses. To write it anew:
                 ./mvnw -pl operators -am test -Dtest=PipelineDocumentsTest -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.update=true -->
            """;

    private PipelineReference() {}

    /** The reference in Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        appendSection(page, "", PipelineKeys.PIPELINE);
        return page.toString();
    }

    private static void appendSection(StringBuilder page, String path, SectionShape section) {
        page.append("\n## ").append(path.isEmpty() ? "The file" : "`" + path + "`").append("\n\n");
        page.append("| key | value | default | what it does |\n|---|---|---|---|\n");
        for (Key key : section.keys()) {
            page.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    key.name(),
                                    key.shape().title(),
                                    defaultOf(key),
                                    key.description().replace("|", "\\|")));
        }
        for (Key key : section.keys()) {
            appendInner(page, SectionShape.child(path, key.name()), key.shape());
        }
    }

    private static void appendInner(StringBuilder page, String path, Shape shape) {
        if (shape instanceof SectionShape section) {
            appendSection(page, path, section);
        } else if (shape instanceof ListShape list) {
            appendInner(page, path + "[]", list.item());
        } else if (shape instanceof ConditionShape condition) {
            appendInner(page, path, condition.named());
        }
    }

    private static String defaultOf(Key key) {
        if (key.required()) {
            return "**required**";
        }
        return key.defaultText() == null ? "" : "`" + key.defaultText() + "`";
    }
}
