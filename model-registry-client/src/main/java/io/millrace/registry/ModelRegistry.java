package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds registered model versions, and the aliases that point at them.
 *
 * <p>Every method may read files or the network, within a bounded time, and throws {@link
 * ModelRegistryException}. A registry is safe for use by several threads.
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

    /**
     * The version behind the alias; where the registry is down, slow or says what cannot be
     * trusted, the last that was good on this machine, with its time and the reason. What a
     * registry may well say, as that the alias is unset, is refused as by {@link #require}.
     */
    Resolution resolveOrRecall(String model, String alias);

    /** The registered version of that number or name. */
    ModelVersion version(String model, String version);

    /**
     * The version whose model file has that digest. A version that this machine has seen before
     * needs no registry.
     */
    ModelVersion pinned(String model, String version, String digest);

    /**
     * A local copy of the version's model file. Its digest was checked in this call, cached or not;
     * a version that is in the cache needs no registry.
     */
    Path fetch(ModelVersion version);

    /**
     * The version's golden rows, their digest checked, or empty where it was registered without. In
     * the cache they need no registry either.
     */
    Optional<GoldenRows> golden(ModelVersion version);

    /**
     * The reference profile that lies beside the version, or empty where there is none. It may come
     * after its version: no digest of the version covers it, and whoever reads it checks what it
     * says. Where the registry is down, the last one that was read on this machine.
     */
    Optional<byte[]> profile(ModelVersion version);

    /**
     * Lays a reference profile beside a version, whole or not at all, instead of the one that may
     * lie there.
     *
     * @return where it is now, for people
     */
    String putProfile(ModelVersion version, byte[] profile);

    /** Every model that has versions or may get some, in order. */
    List<String> models();

    /** Every version of the model, oldest first; none of them has been looked into. */
    List<String> versions(String model);

    /** The versions that the model's aliases point at, by alias. */
    Map<String, String> aliases(String model);

    /**
     * Registers the files of a folder as a new version, all or none: {@code model.onnx} (or {@code
     * model.data} of flink-ml), {@code metadata.json}, {@code golden.csv} where the metadata names
     * it, and {@code model.sig} and {@code profile.json} where there is one. They are checked
     * against each other first, and keep their bytes.
     */
    ModelVersion register(String model, Path folder);

    /**
     * Moves the alias to a version, if it is where somebody saw it; refuses with {@link
     * Reason#ALIAS_MOVED} otherwise. In a folder that is one step, whoever else writes. MLflow has
     * no such step: there it is a look, a move and another look, and of two who move it at the same
     * moment the first may be told or may not.
     *
     * @param expected the version that the alias points at, or null where it is unset
     */
    void point(String model, String alias, String version, @Nullable String expected);

    /**
     * The registry at an address.
     *
     * @param cache made where it is missing; several processes may share it
     */
    static ModelRegistry at(RegistryAddress address, Path cache) {
        var key = address.signedBy();
        return new CheckedModelRegistry(
                address.store(),
                cache,
                key == null ? null : SignatureKey.read(Path.of(key)),
                Clock.systemUTC());
    }

    /**
     * A registry laid out as {@code <root>/<model>/<version>/{model.onnx, metadata.json,
     * golden.csv}} and {@code <root>/<model>/aliases.json}: for development, for a mounted volume,
     * for a site without a network.
     *
     * @param root it need not exist until the first call; only {@link #register} and {@link #point}
     *     write there
     * @param cache made where it is missing; several processes may share it
     */
    static ModelRegistry inDirectory(Path root, Path cache) {
        return at(RegistryAddress.directory(root), cache);
    }
}
