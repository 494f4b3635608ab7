package io.millrace.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.registry.ModelRegistryException.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Registered models of an MLflow server. A version's files lie in one folder of the server's own
 * artifact store, and the version's tag {@value #METADATA_TAG} holds the digest of its metadata,
 * which holds those of the others. Nothing is fetched from anywhere else, wherever the version's
 * source points.
 */
final class MlflowStore implements RegistryStore {
    static final String METADATA_TAG = "millrace.metadata";

    private final MlflowApi api;
    private final MlflowSources sources;

    MlflowStore(MlflowApi api) {
        this.api = api;
        this.sources = new MlflowSources(api);
    }

    @Override
    public String location() {
        return api.http().server().toString();
    }

    @Override
    public List<String> models() {
        return api.search("registered-models/search", "registered_models", Map.of()).stream()
                .map(model -> model.path("name").asText(""))
                .filter(RegistryName::isAllowed)
                .sorted()
                .toList();
    }

    @Override
    public List<String> versions(String model) {
        var query = Map.of("filter", "name='%s'".formatted(model));
        var versions =
                api.search("model-versions/search", "model_versions", query).stream()
                        .filter(found -> found.path("name").asText("").equals(model))
                        .map(found -> found.path("version").asText(""))
                        .filter(RegistryName::isAllowed)
                        .sorted(VersionOrder.OLDEST_FIRST)
                        .toList();
        if (versions.isEmpty()) {
            // A model without versions is there, and one that is not is refused.
            aliases(model);
        }
        return versions;
    }

    @Override
    public Map<String, String> aliases(String model) {
        return aliases(model, api.http().deadline());
    }

    private Map<String, String> aliases(String model, Deadline deadline) {
        var answer =
                api.get("registered-models/get", Map.of("name", model), deadline)
                        .orElseThrow(() -> missing(model));
        return api.read(
                answer,
                json -> {
                    var registered = Json.object(json, "registered_model");
                    same("name", Json.text(registered, "name"), model);
                    var aliases = new TreeMap<String, String>();
                    for (var alias : registered.path("aliases")) {
                        aliases.put(Json.text(alias, "alias"), Json.text(alias, "version"));
                    }
                    return aliases;
                });
    }

    @Override
    public VersionFiles files(String model, String version) {
        var deadline = api.http().deadline();
        var answer = find(model, version, deadline).orElseThrow(() -> missing(model, version));
        var digest = api.read(answer, json -> metadataDigest(json, model, version));
        if (digest == null) {
            throw new ModelRegistryException(
                    Reason.METADATA_UNREADABLE,
                    "%s/%s in %s has no tag %s; it must have one with the digest of its %s: sha256: and 64 hexadecimal digits"
                            .formatted(
                                    model,
                                    version,
                                    location(),
                                    METADATA_TAG,
                                    VersionFiles.METADATA));
        }
        var folder = sources.folder(model, version, deadline);
        return new MlflowFiles(api, model + "/" + version, folder, digest);
    }

    private Optional<JsonNode> find(String model, String version, Deadline deadline) {
        // MLflow calls a version that is no number malformed, not missing.
        return VersionOrder.isNumber(version)
                ? api.get("model-versions/get", Map.of("name", model, "version", version), deadline)
                : Optional.empty();
    }

    private static @Nullable String metadataDigest(JsonNode json, String model, String version) {
        var found = Json.object(json, "model_version");
        same("name", Json.text(found, "name"), model);
        same("version", Json.text(found, "version"), version);
        same("status", Json.textOr(found, "status", "READY"), "READY");
        for (var tag : found.path("tags")) {
            if (tag.path("key").asText("").equals(METADATA_TAG)) {
                var digest = Json.text(tag, "value");
                Sha256.check(digest);
                return digest;
            }
        }
        return null;
    }

    @Override
    public String add(String model, Candidate candidate) {
        if (candidate.version() != null) {
            throw new ModelRegistryException(
                    Reason.NAME_REFUSED,
                    "%s asks to be version '%s'; it must leave version out, since MLflow numbers its versions"
                            .formatted(
                                    candidate.folder(), RegistryName.shown(candidate.version())));
        }
        return new MlflowRegistration(api, model).add(candidate);
    }

    @Override
    public void put(String model, String version, String file, byte[] bytes) {
        var folder = sources.folder(model, version, api.http().deadline());
        api.upload(folder.down(file).orElseThrow(), bytes);
    }

    @Override
    public void move(String model, AliasMove move) {
        var deadline = api.http().deadline();
        move.check(model, aliases(model, deadline).get(move.alias()));
        var json =
                Json.newObject()
                        .put("name", model)
                        .put("alias", move.alias())
                        .put("version", move.to());
        api.send("POST", "registered-models/alias", json, deadline);
        // MLflow moves an alias whatever it pointed at: at least the loser of a race is told.
        new AliasMove(move.alias(), move.to(), move.to())
                .check(model, aliases(model, deadline).get(move.alias()));
    }

    private ModelRegistryException missing(String model) {
        return new ModelRegistryException(
                Reason.MODEL_MISSING,
                "model '%s' is not in the registry %s; it must be one of: %s"
                        .formatted(model, location(), RegistryName.some(models())));
    }

    private ModelRegistryException missing(String model, String version) {
        return new ModelRegistryException(
                Reason.VERSION_MISSING,
                "%s has no version '%s' in %s; it must be one of: %s"
                        .formatted(model, version, location(), RegistryName.some(versions(model))));
    }

    /** An answer must be about what was asked. */
    private static void same(String member, String is, String must) {
        if (!is.equals(must)) {
            throw new IllegalArgumentException(
                    "%s is '%s'; it must be '%s'".formatted(member, RegistryName.shown(is), must));
        }
    }
}
