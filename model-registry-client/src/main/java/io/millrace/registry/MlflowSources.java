package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a version's files lie. The server names a folder of its own artifact store, or a run or a
 * logged model whose folder it names; anything else, as a bucket, a file or a host, is refused.
 */
final class MlflowSources {
    private static final Pattern RUN = Pattern.compile("runs:/([0-9a-f]{32})/(.+)");
    private static final Pattern LOGGED = Pattern.compile("models:/(m-[0-9a-f]{32})");

    private final MlflowApi api;

    MlflowSources(MlflowApi api) {
        this.api = api;
    }

    ArtifactPath folder(String model, String version, Deadline deadline) {
        var name = Map.of("name", model, "version", version);
        var uri = text("model-versions/get-download-uri", name, "/artifact_uri", deadline);
        return folder(uri, deadline)
                .orElseThrow(
                        () ->
                                new ModelRegistryException(
                                        Reason.SOURCE_REFUSED,
                                        "the files of %s/%s lie in '%s'; they must lie in the server's own artifact store (mlflow-artifacts:/), which it proxies: nothing is fetched from elsewhere"
                                                .formatted(
                                                        model, version, RegistryName.shown(uri))));
    }

    private Optional<ArtifactPath> folder(String uri, Deadline deadline) {
        var run = RUN.matcher(uri);
        if (run.matches()) {
            var query = Map.of("run_id", run.group(1));
            var root = text("runs/get", query, "/run/info/artifact_uri", deadline);
            return ArtifactPath.of(root).flatMap(folder -> folder.down(run.group(2)));
        }
        var logged = LOGGED.matcher(uri);
        if (logged.matches()) {
            var path = "logged-models/" + logged.group(1);
            return ArtifactPath.of(text(path, Map.of(), "/model/info/artifact_uri", deadline));
        }
        return ArtifactPath.of(uri);
    }

    private String text(String path, Map<String, String> query, String member, Deadline deadline) {
        var answer =
                api.get(path, query, deadline)
                        .orElseThrow(
                                () ->
                                        api.http()
                                                .refused(
                                                        "has no %s, which it names itself"
                                                                .formatted(path),
                                                        null));
        return api.read(
                answer,
                json -> {
                    var text = json.at(member);
                    if (!text.isTextual()) {
                        throw Json.unlike(member, text, "text");
                    }
                    return text.textValue();
                });
    }
}
