package io.millrace.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Makes a version of local files: they are uploaded to a run of their own first, and the version is
 * made last, in one call. Whatever fails before leaves a run, and no version.
 */
final class MlflowRegistration {
    private static final String EXPERIMENT = "millrace";
    private static final String FOLDER = "model";

    private final MlflowApi api;
    private final String model;
    private final Deadline deadline;

    MlflowRegistration(MlflowApi api, String model) {
        this.api = api;
        this.model = model;
        this.deadline = api.http().deadline();
    }

    String add(Candidate candidate) {
        var info = startRun();
        var run = text(info, "run_id");
        var root = text(info, "artifact_uri");
        var folder =
                ArtifactPath.of(root)
                        .flatMap(path -> path.down(FOLDER))
                        .orElseThrow(
                                () ->
                                        api.http()
                                                .refused(
                                                        "keeps the files of runs in '%s', not in its own artifact store"
                                                                .formatted(
                                                                        RegistryName.shown(root)),
                                                        null));
        candidate
                .files()
                .forEach(
                        (name, file) ->
                                api.upload(
                                        folder.down(name).orElseThrow(),
                                        candidate.folder().resolve(name),
                                        file.bytes()));
        // The uploads have taken their own time.
        var rest = api.http().deadline();
        var finished =
                Json.newObject()
                        .put("run_id", run)
                        .put("status", "FINISHED")
                        .put("end_time", System.currentTimeMillis());
        api.send("POST", "runs/update", finished, rest);
        api.make("registered-models/create", Json.newObject().put("name", model), rest);
        return makeVersion(run, folder, candidate, rest);
    }

    private String makeVersion(
            String run, ArtifactPath folder, Candidate candidate, Deadline rest) {
        var version =
                Json.newObject().put("name", model).put("source", folder.uri()).put("run_id", run);
        version.putArray("tags")
                .addObject()
                .put("key", MlflowStore.METADATA_TAG)
                .put("value", candidate.metadataDigest());
        var made = api.send("POST", "model-versions/create", version, rest);
        return api.read(made, json -> Json.text(Json.object(json, "model_version"), "version"));
    }

    private JsonNode startRun() {
        var run =
                Json.newObject()
                        .put("experiment_id", experiment())
                        .put("run_name", model)
                        .put("start_time", System.currentTimeMillis());
        var made = api.send("POST", "runs/create", run, deadline);
        return api.read(made, json -> Json.object(Json.object(json, "run"), "info"));
    }

    private String experiment() {
        api.make("experiments/create", Json.newObject().put("name", EXPERIMENT), deadline);
        var found =
                api.get("experiments/get-by-name", Map.of("experiment_name", EXPERIMENT), deadline)
                        .orElseThrow(
                                () ->
                                        api.http()
                                                .refused(
                                                        "has no experiment %s, which was made"
                                                                .formatted(EXPERIMENT),
                                                        null));
        return api.read(found, json -> Json.text(Json.object(json, "experiment"), "experiment_id"));
    }

    private String text(JsonNode json, String member) {
        return api.read(json, object -> Json.text(object, member));
    }
}
