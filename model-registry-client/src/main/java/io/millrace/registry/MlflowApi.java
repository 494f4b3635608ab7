package io.millrace.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.registry.RegistryHttp.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The calls of MLflow's REST API 2.0 that a registry needs. An answer is an object, or the server
 * says that there is no such thing, or it is refused.
 */
final class MlflowApi {
    private static final String ROOT = "/api/2.0/mlflow/";
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";
    private static final String MISSING = "RESOURCE_DOES_NOT_EXIST";
    private static final String THERE_ALREADY = "RESOURCE_ALREADY_EXISTS";

    private static final int PAGE = 200;
    private static final int PAGES_MAX = 50;
    private static final int SHOWN = 200;

    private final RegistryHttp http;

    MlflowApi(RegistryHttp http) {
        this.http = http;
    }

    RegistryHttp http() {
        return http;
    }

    /** What the server has under the path, or empty where it has nothing. */
    Optional<JsonNode> get(String path, Map<String, String> query, Deadline deadline) {
        return object(http.get(ROOT + path + queryOf(query), deadline), MISSING);
    }

    /** The elements of every page of a search. */
    List<JsonNode> search(String path, String member, Map<String, String> query) {
        var deadline = http.deadline();
        var found = new ArrayList<JsonNode>();
        var asked = new TreeMap<>(query);
        asked.put("max_results", Integer.toString(PAGE));
        for (int page = 0; page < PAGES_MAX; page++) {
            var answer = get(path, asked, deadline).orElseGet(Json::newObject);
            answer.path(member).forEach(found::add);
            var next = answer.path("next_page_token").asText("");
            if (next.isEmpty()) {
                return found;
            }
            asked.put("page_token", next);
        }
        throw http.refused("lists more than %d pages".formatted(PAGES_MAX), null);
    }

    /** Changes something; the answer is what it became. */
    JsonNode send(String method, String path, JsonNode json, Deadline deadline) {
        return object(http.send(method, ROOT + path, Json.write(json), deadline), "").orElseThrow();
    }

    /** Makes something, or leaves it where it is there already: then the answer is empty. */
    Optional<JsonNode> make(String path, JsonNode json, Deadline deadline) {
        return object(http.send("POST", ROOT + path, Json.write(json), deadline), THERE_ALREADY);
    }

    /** The names and sizes of the plain files in a folder of the artifact store. */
    Map<String, Long> list(ArtifactPath folder, Deadline deadline) {
        var query = queryOf(Map.of("path", folder.toString()));
        var answer = object(http.get(ARTIFACTS + query, deadline), MISSING);
        return read(
                answer.orElseGet(Json::newObject),
                json -> {
                    var files = new TreeMap<String, Long>();
                    for (var file : json.path("files")) {
                        if (!file.path("is_dir").asBoolean()) {
                            files.put(Json.text(file, "path"), file.path("file_size").asLong());
                        }
                    }
                    return files;
                });
    }

    /** Brings a file of the artifact store; false where there is none. */
    boolean download(ArtifactPath file, PartFile to) {
        var answer = http.download(ARTIFACTS + "/" + file, to);
        return !isMissing(answer);
    }

    /** All bytes of a file of the artifact store that has no more; empty where there is none. */
    Optional<byte[]> bytes(ArtifactPath file, int bytesMax, long expected) {
        var answer = http.get(ARTIFACTS + "/" + file, bytesMax, expected);
        return isMissing(answer) ? Optional.empty() : Optional.of(answer.body());
    }

    void upload(ArtifactPath file, Path from, long bytes) {
        done(http.upload(ARTIFACTS + "/" + file, from, bytes));
    }

    void upload(ArtifactPath file, byte[] bytes) {
        done(http.upload(ARTIFACTS + "/" + file, bytes));
    }

    private void done(Answer answer) {
        if (isMissing(answer)) {
            throw refusal(answer);
        }
    }

    /** What an answer says, or the refusal of one that says something else. */
    <T> T read(JsonNode answer, Function<JsonNode, T> reader) {
        try {
            return reader.apply(answer);
        } catch (IllegalArgumentException e) {
            throw http.refused("answers with what is none: " + e.getMessage(), e);
        }
    }

    /** Whether the server says that there is no such thing; refuses what says neither. */
    private boolean isMissing(Answer answer) {
        if (answer.status() == 200) {
            return false;
        }
        if (errorCode(answer).equals(MISSING)) {
            return true;
        }
        throw refusal(answer);
    }

    private Optional<JsonNode> object(Answer answer, String emptyCode) {
        if (answer.status() == 200) {
            try {
                return Optional.of(Json.object(answer.body()));
            } catch (IllegalArgumentException e) {
                throw http.refused("answers with what is none: " + e.getMessage(), e);
            }
        }
        if (errorCode(answer).equals(emptyCode)) {
            return Optional.empty();
        }
        throw refusal(answer);
    }

    private static String errorCode(Answer answer) {
        return said(answer, "error_code");
    }

    private ModelRegistryException refusal(Answer answer) {
        var why = said(answer, "message").replaceAll("\\p{Cntrl}", " ");
        return http.refused(
                "answers %d (%s%s)"
                        .formatted(
                                answer.status(),
                                RegistryName.shown(errorCode(answer)),
                                why.isEmpty()
                                        ? ""
                                        : ": " + why.substring(0, Math.min(SHOWN, why.length()))),
                null);
    }

    private static String said(Answer answer, String member) {
        try {
            return Json.object(answer.body()).path(member).asText("");
        } catch (IllegalArgumentException notMlflow) {
            // A proxy's page, or nothing: the status alone says what there is to say.
            return "";
        }
    }

    private static String queryOf(Map<String, String> query) {
        var text = new StringBuilder();
        query.forEach(
                (key, value) ->
                        text.append(text.isEmpty() ? '?' : '&')
                                .append(key)
                                .append('=')
                                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }
}
