package io.millrace.jobs.pipeline;

import io.millrace.inference.InferenceConfig;
import io.millrace.inference.ModelCheck;
import io.millrace.inference.UnfitModelException;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.FeatureOrder;
import io.millrace.spec.ModelName;
import io.millrace.spec.ParsedSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.Problem;
import io.millrace.spec.SpecException;
import io.millrace.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline's file, read and checked.
 *
 * @param path where it is
 */
public record PipelineFile(Path path, ParsedSpec parsed) {

    /**
     * Reads a file.
     *
     * @param variables the value of a variable of the file, or null where it is not set
     * @throws SpecException with every mistake in it
     * @throws CommandFailure when it cannot be read
     */
    public static PipelineFile read(Path path, Function<String, @Nullable String> variables) {
        try {
            return new PipelineFile(
                    path, SpecParser.parse(path, Files.readString(path), variables));
        } catch (CharacterCodingException e) {
            throw CommandFailure.badInput("%s is not text in UTF-8; it must be YAML", path);
        } catch (IOException e) {
            if (Files.isDirectory(path)) {
                throw CommandFailure.badInput("%s is a folder; it must be a pipeline's file", path);
            }
            throw CommandFailure.badInput("%s", Sentence.of(e)).causedBy(e);
        }
    }

    public PipelineSpec spec() {
        return parsed.spec();
    }

    /**
     * The version behind the alias of a pipeline's one model, as {@link #models}.
     *
     * @throws CommandFailure where the pipeline has many models too
     */
    public ModelVersion model(Path cache) {
        var model = spec().model();
        if (!model.naming().isOne()) {
            throw CommandFailure.badInput(
                    "model.name is of many models, %s; this is for a pipeline of one",
                    model.name());
        }
        return models(cache).get(0);
    }

    /**
     * The versions behind the alias: of the pipeline's one model, or of each registered model of
     * its name that has the alias. Each of them has been opened once and takes this file's
     * features.
     *
     * @param cache where checked copies of models are kept
     * @throws SpecException when the features are not a model's, or it is larger than model.memory:
     *     every difference
     * @throws CommandFailure when there is no such model, or one cannot serve
     */
    public List<ModelVersion> models(Path cache) {
        List<ModelVersion> versions = fittingModels(cache);
        try {
            versions.forEach(version -> ModelCheck.open(registry(cache), version));
            return versions;
        } catch (ModelRegistryException | UnfitModelException e) {
            throw CommandFailure.badInput("%s", Sentence.of(e)).causedBy(e);
        }
    }

    /** The same; whether they can serve is left to be seen. */
    public List<ModelVersion> fittingModels(Path cache) {
        try {
            ModelRegistry registry = registry(cache);
            List<ModelVersion> versions = new ArrayList<>();
            for (String name : names(registry)) {
                ModelVersion version = registry.require(name, spec().model().alias());
                List<Problem> problems = new ArrayList<>(fit(version));
                problems.addAll(FeatureOrder.compare(parsed, version.features()));
                if (!problems.isEmpty()) {
                    throw parsed.locations().exception(problems);
                }
                versions.add(version);
            }
            return versions;
        } catch (ModelRegistryException e) {
            throw CommandFailure.badInput("%s", Sentence.of(e)).causedBy(e);
        }
    }

    private ModelRegistry registry(Path cache) {
        return ModelRegistry.at(spec().model().registry(), cache);
    }

    private List<String> names(ModelRegistry registry) {
        var model = spec().model();
        ModelName naming = model.naming();
        if (naming.isOne()) {
            return List.of(model.name());
        }
        List<String> names =
                registry.models().stream()
                        .filter(naming::matches)
                        .filter(name -> registry.aliases(name).containsKey(model.alias()))
                        .toList();
        if (names.isEmpty()) {
            throw CommandFailure.badInput(
                    "%s has no model whose name is %s and whose alias %s points at a version;"
                            + " register one and promote it",
                    model.registry().location(), naming, model.alias());
        }
        return names;
    }

    /** Whether one of many models has room. */
    public List<Problem> fit(ModelVersion version) {
        var model = spec().model();
        long bytes = InferenceConfig.heldBytes(version);
        if (model.naming().isOne() || bytes <= model.memoryBytes()) {
            return List.of();
        }
        return List.of(
                parsed.locations()
                        .problem(
                                "model.memory",
                                "is %d MiB, and %s alone counts as %d MiB; it must be at least that"
                                        .formatted(
                                                model.memoryBytes() >> 20,
                                                version,
                                                (bytes + (1 << 20) - 1) >> 20)));
    }
}
