package io.millrace.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tests.Repository;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every relative link of every document leads somewhere. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Set<String> NOT_OURS =
            Set.of(".git", "target", ".millrace", ".venv", "node_modules");

    @Test
    void everyLinkOfEveryDocumentLeadsSomewhere() throws IOException {
        List<Path> documents = documents();
        assertThat(documents).hasSizeGreaterThan(8);
        var broken = new ArrayList<String>();
        for (Path document : documents) {
            for (String target : targets(Files.readString(document))) {
                if (!leadsSomewhere(document, target)) {
                    broken.add(Repository.path("").relativize(document) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aLinkToNoFileAndOneToNoHeadingAreFound() throws IOException {
        Path readme = Repository.path("README.md");
        assertThat(targets("[a](docs/none.md), [b](AGENTS.md#nowhere), [c](https://a.example)"))
                .containsExactly("docs/none.md", "AGENTS.md#nowhere");
        assertThat(leadsSomewhere(readme, "docs/none.md")).isFalse();
        assertThat(leadsSomewhere(readme, "AGENTS.md#nowhere")).isFalse();
        assertThat(leadsSomewhere(readme, "AGENTS.md#which-module-may-know-which")).isTrue();
    }

    private static List<String> targets(String text) {
        return LINK.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .toList();
    }

    private static boolean leadsSomewhere(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path there = file.isEmpty() ? document : document.resolveSibling(file);
        if (!Files.exists(there)) {
            return false;
        }
        return hash < 0 || anchors(there).contains(target.substring(hash + 1));
    }

    /** The anchors that a reader's browser gets for the headings of a document. */
    private static List<String> anchors(Path document) throws IOException {
        return HEADING.matcher(Files.readString(document))
                .results()
                .map(match -> match.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }

    private static List<Path> documents() throws IOException {
        var documents = new ArrayList<Path>();
        Files.walkFileTree(
                Repository.path(""),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        return NOT_OURS.contains(folder.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (file.toString().endsWith(".md")) {
                            documents.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return documents;
    }
}
