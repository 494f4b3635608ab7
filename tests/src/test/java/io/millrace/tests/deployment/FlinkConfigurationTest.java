package io.millrace.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.millrace.jobs.pipeline.JobEnvironment;
import io.millrace.tests.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;

/** {@code flink-conf/} is what Flink understands, and each of its lines has a reason. */
class FlinkConfigurationTest {

    private static final Configuration CONFIGURATION =
            GlobalConfiguration.loadConfiguration(Repository.path("flink-conf").toString());

    @Test
    void everyKeyIsAnOptionOfFlinkAndEveryValueOfItsType() throws Exception {
        assertThat(CONFIGURATION.keySet()).hasSizeGreaterThan(30);
        assertThat(FlinkOptions.declared().problems(CONFIGURATION)).isEmpty();
    }

    @Test
    void aMisspeltADeprecatedAndAnIllTypedKeyAreFound() throws Exception {
        Configuration wrong =
                Configuration.fromMap(
                        Map.of(
                                "pipeline.generic-type", "false",
                                "state.backend.incremental", "true",
                                "metrics.reporter.prom.factory.clas", "x",
                                "heartbeat.interval", "soon"));
        assertThat(FlinkOptions.declared().problems(wrong))
                .hasSize(4)
                .anySatisfy(problem -> assertThat(problem).startsWith("heartbeat.interval is soon"))
                .anySatisfy(problem -> assertThat(problem).startsWith("pipeline.generic-type is"));
    }

    /** A job that was tried out in the embedded cluster behaves alike here. */
    @Test
    void whatEveryJobIsBuiltWithIsSaidHereToo() throws Exception {
        FlinkOptions options = FlinkOptions.declared();
        Configuration ofJobs = JobEnvironment.settings();
        Map<String, String> here = CONFIGURATION.toMap();
        here.keySet().retainAll(ofJobs.keySet());

        assertThat(options.values(Configuration.fromMap(here))).isEqualTo(options.values(ofJobs));
    }

    @Test
    void aJobIsBuiltStrictly() {
        assertThat(CONFIGURATION.get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(CONFIGURATION.get(PipelineOptions.AUTO_GENERATE_UIDS)).isFalse();
        assertThat(CONFIGURATION.get(PipelineOptions.OBJECT_REUSE)).isTrue();
    }

    @Test
    void whoeverReachesTheUserInterfaceCannotUploadAJar() {
        assertThat(CONFIGURATION.get(WebOptions.SUBMIT_ENABLE)).isFalse();
    }

    @Test
    void theMemoryOfBothProcessesAddsUp() {
        assertThatNoException()
                .isThrownBy(() -> TaskExecutorProcessUtils.processSpecFromConfig(CONFIGURATION));
        assertThatNoException()
                .isThrownBy(() -> JobManagerProcessUtils.processSpecFromConfig(CONFIGURATION));
    }

    @Test
    void theClustersJvmsGetTheFlagsThatTheTestsRunWith() {
        Matcher flags =
                Pattern.compile("<flink.jvm.flags>(.*?)</flink.jvm.flags>")
                        .matcher(Repository.text("pom.xml"));
        assertThat(flags.find()).isTrue();
        assertThat(CONFIGURATION.get(CoreOptions.FLINK_JVM_OPTIONS)).isEqualTo(flags.group(1));
    }

    @Test
    void theReadmeHasOneReasonForEveryKeyAndNamesNoOther() {
        List<Reason> reasons = reasons();
        var unexplained = new TreeMap<String, Long>();
        for (String key : CONFIGURATION.keySet()) {
            long rows = reasons.stream().filter(reason -> reason.isFor(key)).count();
            if (rows != 1) {
                unexplained.put(key, rows);
            }
        }
        assertThat(unexplained).as("keys that not exactly one row explains").isEmpty();
        assertThat(reasons)
                .as("rows of the table in flink-conf/README.md")
                .allSatisfy(
                        reason ->
                                assertThat(CONFIGURATION.keySet())
                                        .anyMatch(key -> reason.isFor(key)));
    }

    @Test
    void theReadmeNamesTheValuesThatTheFileHas() {
        for (Reason reason : reasons()) {
            if (!reason.value().isEmpty()) {
                assertThat(CONFIGURATION.toMap()).containsEntry(reason.key(), reason.value());
            }
        }
    }

    /**
     * A setting that the README explains.
     *
     * @param key a key, in which {@code *} stands for anything
     * @param value the value that the README names, or nothing
     */
    private record Reason(String key, String value) {

        boolean isFor(String configured) {
            return configured.matches(key.replace(".", "\\.").replace("*", ".*"));
        }
    }

    private static List<Reason> reasons() {
        String readme = Repository.text("flink-conf/README.md");
        String table = readme.substring(0, readme.indexOf("## Outside"));
        var reasons = new ArrayList<Reason>();
        for (String line : table.lines().filter(line -> line.startsWith("| `")).toList()) {
            String settings = line.substring(0, line.indexOf(" | "));
            Matcher setting = Pattern.compile("`([^:`]+)(?:: ([^`]+))?`").matcher(settings);
            while (setting.find()) {
                String value = setting.group(2);
                reasons.add(new Reason(setting.group(1), value == null ? "" : value));
            }
        }
        return reasons;
    }
}
