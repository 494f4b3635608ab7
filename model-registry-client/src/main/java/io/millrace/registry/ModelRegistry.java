package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Holds registered model versions, and the aliases that point at them.
 *
 * <p>Every method may read files or the network, and throws {@link ModelRegistryException}. A
 * registry is safe for use by several threads.
 */
public interface ModelRegistry {

    /**
     * The version behind the alias, or empty where the model exists and the alias is unset. An
     * alias moves: the answer holds for this moment only.
     */
    Optional<ModelVersion> resolve(String model, String alias);

    /**
     * The version behind the alias; refuses with {@link Reason#ALIAS_UNSET} where there is none.
     */
    default ModelVersion require(String model, String alias) {
        return resolve(model, alias)
                .orElseThrow(
                        () ->
                                new ModelRegistryException(
                                        Reason.ALIAS_UNSET,
                                        "%s@%s is unset; it must point at a version: promote one"
                                                .formatted(model, alias)));
    }

    /** The registered version of that number or name. */
    ModelVersion version(String model, String version);

    /**
     * A local copy of the version's model file. Its digest was checked in this call, cached or not;
     * a version that is in the cache needs no registry.
     */
    Path fetch(ModelVersion version);

    /**
     * The version's golden rows, their digest checked, or empty where it was registered without.
     */
    Optional<GoldenRows> golden(ModelVersion version);

    /**
     * A registry laid out as {@code <root>/<model>/<version>/{model.onnx, metadata.json,
     * golden.csv}} and {@code <root>/<model>/aliases.json}: for development, for a mounted volume,
     * for a site without a network.
     *
     * @param root read only; it need not exist until the first call
     * @param cache made where it is missing; several processes may share it
     */
    static ModelRegistry inDirectory(Path root, Path cache) {
        return new DirectoryModelRegistry(root, new ModelCache(cache));
    }
}
