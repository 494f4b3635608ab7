package io.millrace.tests.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.tests.Repository;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs beside the job and announces model versions: components that an overlay may add. */
class ModelsDeploymentTest {
    private static final String COMPONENTS = "k8s-flink-operator/components/";

    @ParameterizedTest
    @ValueSource(strings = {"guard", "watch"})
    void itRunsTheJobsImageAndReadsTheJobsDescription(String component) {
        Map<String, Object> job = flinkDeployment();
        Map<String, Object> pod = pod(component);
        assertThat(container(pod).get("image")).isEqualTo(job.get("image"));
        String file = ((List<?>) at(job, "job").get("args")).get(0).toString();
        assertThat(strings(container(pod), "args")).startsWith("models", component, file);
        assertThat(by("mountPath", objects(container(pod), "volumeMounts"))).containsKey(file);
        Map<String, Object> pipeline = by("name", objects(pod, "volumes")).get("pipeline");
        assertThat(pipeline)
                .isEqualTo(
                        by("name", objects(at(job, "podTemplate", "spec"), "volumes"))
                                .get("pipeline"));
        assertThat(environment(container(pod)))
                .isEqualTo(environment(container(at(job, "podTemplate", "spec"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"guard", "watch"})
    void itStartsTheLauncherOutOfTheJarThatTheImageHas(String component) {
        List<String> command = strings(container(pod(component)), "command");
        assertThat(command).first().isEqualTo("java");
        String main = command.get(command.size() - 1);
        assertThatCode(() -> Class.forName(main).getDeclaredMethod("main", String[].class))
                .doesNotThrowAnyException();
        String jar = command.get(command.indexOf("-cp") + 1).split(":", -1)[0];
        assertThat(Repository.text("k8s-flink-operator/images/Dockerfile"))
                .contains(" jobs/target/dist/millrace.jar " + jar + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"guard", "watch"})
    void itMayDoNothingInTheClusterAndHoldsNoSecret(String component) {
        Map<String, Object> pod = pod(component);
        assertThat(pod.get("automountServiceAccountToken")).isEqualTo(false);
        assertThat(pod).doesNotContainKey("serviceAccountName");
        assertThat(at(pod, "securityContext")).containsEntry("runAsNonRoot", true);
        assertThat(at(container(pod), "securityContext"))
                .containsEntry("allowPrivilegeEscalation", false)
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
        assertThat(environment(container(pod)).keySet())
                .noneMatch(name -> name.matches(".*(PASSWORD|SECRET|TOKEN|JAAS|KEY).*"));
        assertThat(at(objects(container(pod), "envFrom").get(0), "secretRef"))
                .containsEntry("optional", true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"guard", "watch"})
    void oneRunsAndItsMountsHaveTheirVolumes(String component) {
        Map<String, Object> spec = at(resource(component), "spec");
        assertThat(spec).containsEntry("replicas", 1);
        assertThat(at(spec, "strategy")).containsEntry("type", "Recreate");
        assertThat(at(spec, "selector", "matchLabels"))
                .isEqualTo(at(spec, "template", "metadata", "labels"));
        Map<String, Object> pod = pod(component);
        assertThat(objects(container(pod), "volumeMounts"))
                .extracting(mount -> mount.get("name"))
                .containsExactlyInAnyOrderElementsOf(by("name", objects(pod, "volumes")).keySet());
    }

    @Test
    void theGuardMovesTheAliasAndShowsItsMetrics() {
        Map<String, Object> guard = container(pod("guard"));
        assertThat(
                        by("mountPath", objects(guard, "volumeMounts"))
                                .get("/opt/millrace/pipelines/models"))
                .doesNotContainKey("readOnly");
        List<String> args = strings(guard, "args");
        String port = args.get(args.indexOf("--metrics-port") + 1);
        assertThat(objects(guard, "ports").get(0))
                .containsEntry("containerPort", Integer.valueOf(port));
    }

    private static Map<String, Object> flinkDeployment() {
        return at(Kustomization.in("k8s-flink-operator/base").resource("FlinkDeployment"), "spec");
    }

    private static Map<String, Object> resource(String component) {
        return Kustomization.in(COMPONENTS + component).resource("Deployment");
    }

    private static Map<String, Object> pod(String component) {
        return at(resource(component), "spec", "template", "spec");
    }

    private static Map<String, Object> container(Map<String, Object> pod) {
        return objects(pod, "containers").get(0);
    }

    private static Map<String, String> environment(Map<String, Object> container) {
        var environment = new TreeMap<String, String>();
        objects(container, "env")
                .forEach(one -> environment.put((String) one.get("name"), "" + one.get("value")));
        return environment;
    }

    private static Map<String, Map<String, Object>> by(
            String field, List<Map<String, Object>> objects) {
        var byField = new TreeMap<String, Map<String, Object>>();
        objects.forEach(one -> byField.put((String) one.get(field), one));
        return byField;
    }

    private static List<String> strings(Map<String, Object> parent, String name) {
        return ((List<?>) parent.get(name)).stream().map(String::valueOf).toList();
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
