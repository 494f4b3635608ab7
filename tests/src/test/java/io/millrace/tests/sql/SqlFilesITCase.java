package io.millrace.tests.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jobs.local.LocalKafka;
import io.millrace.tests.Repository;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.config.TableConfigOptions;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of {@code sql/}, over topics that the sink stage filled. What each must answer is
 * written down in {@code src/test/resources/sql}, one row a line.
 */
class SqlFilesITCase {

    private static final Path EXPECTED = Path.of("src/test/resources/sql");

    private static MiniCluster flink;
    private static LocalKafka kafka;
    private static TableEnvironment tables;

    @BeforeAll
    static void fillTheTopics() throws Exception {
        flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(freePort())
                                .setNumSlotsPerTaskManager(4)
                                .build());
        flink.start();
        Configuration settings = settings(flink.getRestAddress().get());
        kafka = LocalKafka.start();
        new Topics(kafka).fill(settings);
        tables =
                StreamTableEnvironment.create(
                        new StreamExecutionEnvironment(settings),
                        EnvironmentSettings.newInstance().inBatchMode().build());
        Stream.of("tables", "views")
                .flatMap(folder -> SqlFiles.in(folder).stream())
                .forEach(file -> tables.executeSql(here(SqlFiles.statement(file))));
    }

    @AfterAll
    static void stop() throws Exception {
        flink.close();
        kafka.close();
    }

    static Stream<Path> tablesAndViews() {
        return Stream.of("tables", "views").flatMap(folder -> SqlFiles.in(folder).stream());
    }

    static Stream<Path> queries() {
        return SqlFiles.in("queries").stream();
    }

    @ParameterizedTest
    @MethodSource("tablesAndViews")
    void aTableOrViewHoldsWhatTheTopicsHold(Path file) throws Exception {
        assertThat(rows("SELECT * FROM " + SqlFiles.name(file)))
                .containsExactlyInAnyOrderElementsOf(expected(file));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aQueryAnswers(Path file) throws Exception {
        assertThat(rows(here(SqlFiles.statement(file)))).isEqualTo(expected(file));
    }

    @Test
    void everyFileIsOneStatementThatSaysWhatItIsFor() {
        assertThat(Stream.concat(tablesAndViews(), queries()))
                .hasSizeGreaterThan(10)
                .allSatisfy(
                        file -> {
                            String text = Files.readString(file);
                            assertThat(text).startsWith("-- ").endsWith(";\n");
                            assertThat(text.chars().filter(c -> c == ';').count()).isEqualTo(1);
                        });
    }

    @Test
    void aTableThatFollowsATopicIsTheOneStatementOfTheReadme() {
        String readme = Repository.text("sql/README.md");
        String statement = readme.replaceFirst("(?s).*```sql\\n(.*?);\\n```.*", "$1");
        tables.executeSql(statement);
        // In batch mode, such a query is refused instead of running for ever.
        assertThatThrownBy(() -> tables.explainSql("SELECT * FROM live_scores"))
                .hasMessageContaining("unbounded");
    }

    @Test
    void theJarCarriesEveryFile() {
        assertThat(Stream.concat(tablesAndViews(), queries()))
                .allSatisfy(
                        file -> {
                            Path inside = Repository.path("sql").relativize(file);
                            assertThat(getClass().getResource("/sql/" + inside)).isNotNull();
                        });
    }

    private static Configuration freePort() {
        var settings = new Configuration();
        settings.set(RestOptions.ADDRESS, "localhost");
        settings.set(RestOptions.BIND_PORT, "0");
        return settings;
    }

    private static Configuration settings(URI cluster) {
        var settings = new Configuration();
        settings.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        settings.set(RestOptions.ADDRESS, cluster.getHost());
        settings.set(RestOptions.PORT, cluster.getPort());
        settings.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        settings.set(TableConfigOptions.LOCAL_TIME_ZONE, "UTC");
        return settings;
    }

    /** The statement, for the broker of this test. */
    private static String here(String statement) {
        return statement.replace("localhost:9092", kafka.bootstrapServers());
    }

    private static List<String> rows(String query) throws Exception {
        var rows = new ArrayList<String>();
        try (CloseableIterator<Row> result = tables.executeSql(query).collect()) {
            result.forEachRemaining(row -> rows.add(row.toString()));
        }
        return rows;
    }

    private static List<String> expected(Path file) throws IOException {
        return Files.readAllLines(EXPECTED.resolve(SqlFiles.name(file) + ".txt"), UTF_8);
    }
}
