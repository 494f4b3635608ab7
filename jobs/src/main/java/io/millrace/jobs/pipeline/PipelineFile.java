package io.millrace.jobs.pipeline;

import io.millrace.inference.ModelCheck;
import io.millrace.inference.UnfitModelException;
import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.ModelVersion;
import io.millrace.spec.FeatureOrder;
import io.millrace.spec.ParsedSpec;
import io.millrace.spec.PipelineSpec;
import io.millrace.spec.Problem;
import io.millrace.spec.SpecException;
import io.millrace.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * The version behind the alias, which has been opened once and takes this file's features.
     *
     * @param cache where a checked copy of the model is kept
     * @throws SpecException when the features are not the model's: every difference
     * @throws CommandFailure when there is no such model, or it cannot serve
     */
    public ModelVersion model(Path cache) {
        ModelVersion version = fittingModel(cache);
        try {
            ModelCheck.open(registry(cache), version);
            return version;
        } catch (ModelRegistryException | UnfitModelException e) {
            throw CommandFailure.badInput("%s", Sentence.of(e)).causedBy(e);
        }
    }

    /**
     * The version behind the alias, which takes this file's features; whether it can serve is left
     * to be seen.
     *
     * @param cache where checked copies of model files are kept
     * @throws SpecException when the features are not the model's: every difference
     * @throws CommandFailure when there is no such model
     */
    public ModelVersion fittingModel(Path cache) {
        var model = spec().model();
        try {
            ModelVersion version = registry(cache).require(model.name(), model.alias());
            List<Problem> differences = FeatureOrder.compare(parsed, version.features());
            if (!differences.isEmpty()) {
                throw parsed.locations().exception(differences);
            }
            return version;
        } catch (ModelRegistryException e) {
            throw CommandFailure.badInput("%s", Sentence.of(e)).causedBy(e);
        }
    }

    private ModelRegistry registry(Path cache) {
        return ModelRegistry.at(spec().model().registry(), cache);
    }
}
