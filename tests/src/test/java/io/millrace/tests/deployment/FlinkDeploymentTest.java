package io.millrace.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.millrace.tests.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The resources of {@code k8s-flink-operator/} are what the operator takes, in each overlay. */
class FlinkDeploymentTest {

    private static final String OVERLAYS = "k8s-flink-operator/overlays/";

    private static final StructuralSchema SCHEMA =
            new StructuralSchema(
                    Repository.yaml(
                            Path.of(
                                    "src/test/resources/deployment/flinkdeployment-spec.schema.yaml")));

    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging", "prod"})
    void theOperatorKnowsEveryFieldAndItsType(String overlay) {
        assertThat(SCHEMA.problems("spec", spec(overlay))).isEmpty();
    }

    @Test
    void anUnknownFieldAnIllTypedOneAndAnUnknownNameAreFound() {
        Map<String, Object> spec = spec("dev");
        at(spec, "job").put("paralelism", 1);
        at(spec, "job").put("upgradeMode", "guess");
        at(spec, "jobManager").put("replicas", "one");
        assertThat(SCHEMA.problems("spec", spec))
                .containsExactlyInAnyOrder(
                        "spec.job.paralelism is no field that the schema knows",
                        "spec.job.upgradeMode is guess; it must be one of [last-state, savepoint,"
                                + " stateless]",
                        "spec.jobManager.replicas is one; it must be of type integer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging", "prod"})
    void theConfigurationIsThatOfFlinkConf(String overlay) {
        var expected =
                new TreeMap<>(
                        GlobalConfiguration.loadConfiguration(
                                        Repository.path("flink-conf").toString())
                                .toMap());
        expected.keySet().removeIf(FlinkDeploymentTest::isSaidElsewhere);
        // One process in a pod: one port, not a range.
        expected.replace("metrics.reporter.prom.port", "9249-9259", "9249");
        var deployed = new TreeMap<>(configuration(spec(overlay)).toMap());
        deployed.keySet().removeIf(FlinkDeploymentTest::isOfKubernetes);
        assertThat(deployed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging", "prod"})
    void everyKeyIsAnOptionOfFlinkAndTheMemoryAddsUp(String overlay) throws Exception {
        Map<String, Object> spec = spec(overlay);
        Configuration configuration = configuration(spec);
        assertThat(FlinkOptions.declared().problems(configuration)).isEmpty();
        configuration.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec, "taskManager"));
        configuration.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec, "jobManager"));
        assertThatNoException()
                .isThrownBy(() -> TaskExecutorProcessUtils.processSpecFromConfig(configuration));
        assertThatNoException()
                .isThrownBy(() -> JobManagerProcessUtils.processSpecFromConfig(configuration));
    }

    @Test
    void theLoggingIsThatOfFlinkConf() {
        assertThat(at(spec("dev"), "logConfiguration"))
                .containsEntry(
                        "log4j-console.properties", Repository.text("flink-conf/log4j.properties"));
    }

    @Test
    void everyPodScoresWithoutTelemetry() {
        Map<String, String> environment = environment(spec("prod"));
        GlobalConfiguration.loadConfiguration(Repository.path("flink-conf").toString())
                .toMap()
                .forEach(
                        (key, value) -> {
                            if (key.startsWith("containerized.")) {
                                String variable = key.replaceFirst(".*\\.env\\.", "");
                                assertThat(environment).containsEntry(variable, value);
                            }
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "staging", "prod"})
    void noContainerIsPrivilegedAndNoSecretIsWrittenDown(String overlay) {
        Map<String, Object> spec = spec(overlay);
        assertThat(at(spec, "podTemplate", "spec", "securityContext"))
                .containsEntry("runAsNonRoot", true);
        assertThat(at(container(spec), "securityContext"))
                .containsEntry("allowPrivilegeEscalation", false)
                .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
        assertThat(environment(spec).keySet())
                .noneMatch(name -> name.matches(".*(PASSWORD|SECRET|TOKEN|JAAS|KEY).*"));
        assertThat(configuration(spec).keySet())
                .noneMatch(key -> key.matches(".*(password|secret|token).*"));
        assertThat((List<?>) at(spec, "job").get("args")).hasSize(1);
    }

    @Test
    void theJobReadsTheDescriptionThatTheConfigMapCarries() {
        Map<String, Object> spec = spec("prod");
        String argument = (String) ((List<?>) at(spec, "job").get("args")).get(0);
        Map<String, Object> mount = mounts(spec).get(argument);
        assertThat(mount).as("what is mounted at %s", argument).isNotNull();
        Map<String, Object> volume = volumes(spec).get(mount.get("name"));
        String file = at(volume, "configMap").get("name") + "/" + mount.get("subPath");
        Map<String, Path> generated = Kustomization.in("k8s-flink-operator/base").generatedFiles();
        assertThat(generated)
                .containsEntry(file, Repository.path("jobs/pipelines/card-fraud.yaml"));
    }

    @Test
    void anotherDescriptionIsAnotherJob() {
        // kustomize then renames the ConfigMap after its content, here too.
        Map<String, Object> names =
                Repository.yaml(Repository.path("k8s-flink-operator/base/names.yaml"));
        assertThat(names.get("nameReference"))
                .isEqualTo(
                        List.of(
                                Map.of(
                                        "kind",
                                        "ConfigMap",
                                        "version",
                                        "v1",
                                        "fieldSpecs",
                                        List.of(
                                                Map.of(
                                                        "kind",
                                                        "FlinkDeployment",
                                                        "path",
                                                        "spec/podTemplate/spec/volumes/configMap/name")))));
    }

    @Test
    void everyMountHasItsVolume() {
        Map<String, Object> spec = spec("prod");
        assertThat(mounts(spec).values())
                .extracting(mount -> mount.get("name"))
                .containsExactlyInAnyOrderElementsOf(
                        volumes(spec).keySet().stream().map(Object.class::cast).toList());
    }

    @Test
    void theImageHasTheJarWhereTheJobLooksForIt() {
        String dockerfile = Repository.text("k8s-flink-operator/images/Dockerfile");
        String jar = ((String) at(spec("prod"), "job").get("jarURI")).replace("local://", "");
        assertThat(dockerfile).contains(" jobs/target/dist/millrace.jar " + jar + "\n");
        assertThat(dockerfile).contains(" jobs/target/dist/lib/onnxruntime*.jar /opt/flink/lib/\n");
        assertThat(Repository.text("jobs/pom.xml"))
                .contains("<dist>${project.build.directory}/dist</dist>")
                .contains("<outputFile>${dist}/millrace.jar</outputFile>")
                .contains("<outputDirectory>${dist}/lib</outputDirectory>");
    }

    @Test
    void theImageRunsTheFlinkThatTheBuildCompilesAgainst() {
        String version = (String) spec("prod").get("flinkVersion");
        String pom = Repository.text("pom.xml");
        String flink = pom.replaceFirst("(?s).*<flink.version>(.*?)</flink.version>.*", "$1");
        assertThat(version).isEqualTo("v" + flink.replaceFirst("\\.\\d+$", "").replace('.', '_'));
        assertThat(Repository.text("k8s-flink-operator/images/Dockerfile"))
                .contains("FROM flink:" + flink + "-java17\n");
    }

    @Test
    void theDescriptionIsInTheRepository() {
        assertThat(Kustomization.in("k8s-flink-operator/base").generatedFiles().values())
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Files.exists(file)).isTrue());
    }

    /** A key of {@code config.yaml} that a pod has from elsewhere. */
    private static boolean isSaidElsewhere(String key) {
        // The operator's service addresses.
        return key.matches("jobmanager\\.rpc\\.address|taskmanager\\.host|rest\\..*address")
                || key.matches("(job|task)manager\\.bind-host")
                // spec.jobManager.resource and spec.taskManager.resource.
                || key.endsWith("manager.memory.process.size")
                // The podTemplate's environment.
                || key.startsWith("containerized.");
    }

    /** A key that only a cluster on Kubernetes has. */
    private static boolean isOfKubernetes(String key) {
        return key.startsWith("high-availability.") || key.startsWith("slotmanager.");
    }

    private static Map<String, Object> spec(String overlay) {
        return at(Kustomization.in(OVERLAYS + overlay).resource("FlinkDeployment"), "spec");
    }

    private static Configuration configuration(Map<String, Object> spec) {
        var configuration = new Configuration();
        at(spec, "flinkConfiguration")
                .forEach((key, value) -> configuration.setString(key, (String) value));
        return configuration;
    }

    private static MemorySize memory(Map<String, Object> spec, String process) {
        return MemorySize.parse((String) at(spec, process, "resource").get("memory"));
    }

    private static Map<String, Object> container(Map<String, Object> spec) {
        return objects(at(spec, "podTemplate", "spec"), "containers").get(0);
    }

    private static Map<String, String> environment(Map<String, Object> spec) {
        var environment = new TreeMap<String, String>();
        objects(container(spec), "env")
                .forEach(one -> environment.put((String) one.get("name"), "" + one.get("value")));
        return environment;
    }

    private static Map<Object, Map<String, Object>> mounts(Map<String, Object> spec) {
        return by("mountPath", objects(container(spec), "volumeMounts"));
    }

    private static Map<Object, Map<String, Object>> volumes(Map<String, Object> spec) {
        return by("name", objects(at(spec, "podTemplate", "spec"), "volumes"));
    }

    private static Map<Object, Map<String, Object>> by(
            String field, List<Map<String, Object>> objects) {
        var byField = new TreeMap<Object, Map<String, Object>>();
        objects.forEach(one -> byField.put(one.get(field), one));
        return byField;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(Map<String, Object> parent, String name) {
        return (List<Map<String, Object>>) parent.get(name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> at(Map<String, Object> parent, String... path) {
        Map<String, Object> at = parent;
        for (String name : path) {
            at = (Map<String, Object>) at.get(name);
        }
        return at;
    }
}
