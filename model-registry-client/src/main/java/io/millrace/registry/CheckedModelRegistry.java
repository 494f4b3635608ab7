package io.millrace.registry;

import io.millrace.registry.ModelRegistryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A registry whose every answer has been checked, whatever the store is: names before they are
 * asked for, metadata against the name it is registered under, signatures where they are demanded,
 * and each byte against its digest. What was good is known to this machine from then on.
 */
final class CheckedModelRegistry implements ModelRegistry {
    private static final int GOLDEN_BYTES_MAX = 16 << 20;

    private static final String GOLDEN_SUFFIX = ".csv";

    private final RegistryStore store;
    private final VersionReader reader;
    private final ModelCache cache;
    private final KnownVersions known;
    private final Clock clock;

    /**
     * @param signedBy the key that must have signed every version, or null where none need be
     */
    CheckedModelRegistry(
            RegistryStore store, Path cache, @Nullable SignatureKey signedBy, Clock clock) {
        this.store = store;
        this.reader = new VersionReader(signedBy);
        this.cache = new ModelCache(cache);
        this.known = new KnownVersions(this.cache, store.location());
        this.clock = clock;
    }

    @Override
    public List<String> models() {
        return store.models();
    }

    @Override
    public List<String> versions(String model) {
        RegistryName.check("model", model);
        return store.versions(model);
    }

    @Override
    public Map<String, String> aliases(String model) {
        RegistryName.check("model", model);
        return store.aliases(model);
    }

    @Override
    public Optional<ModelVersion> resolve(String model, String alias) {
        RegistryName.check("alias", alias);
        var version = aliases(model).get(alias);
        if (version == null) {
            return Optional.empty();
        }
        if (!RegistryName.isAllowed(version)) {
            throw new ModelRegistryException(
                    Reason.ALIASES_UNREADABLE,
                    "%s@%s points at '%s'; it must point at a version"
                            .formatted(model, alias, RegistryName.shown(version)));
        }
        var resolved = version(model, version);
        known.keepResolved(resolved, alias, clock.instant());
        return Optional.of(resolved);
    }

    @Override
    public Resolution resolveOrRecall(String model, String alias) {
        try {
            return new Resolution(require(model, alias), clock.instant(), null);
        } catch (ModelRegistryException e) {
            if (e.reason().isAnswer()) {
                throw e;
            }
            var last = known.lastResolved(model, alias).orElseThrow(() -> e);
            var version = recall(model, last.version()).orElseThrow(() -> e);
            return new Resolution(version, last.at(), e);
        }
    }

    @Override
    public ModelVersion version(String model, String version) {
        RegistryName.check("model", model);
        RegistryName.check("version", version);
        var description = reader.read(model, version, store.files(model, version));
        known.keep(description);
        return description.version();
    }

    @Override
    public ModelVersion pinned(String model, String version, String digest) {
        RegistryName.check("model", model);
        RegistryName.check("version", version);
        var recalled = recall(model, version).filter(known -> known.digest().equals(digest));
        if (recalled.isPresent()) {
            return recalled.get();
        }
        var registered = version(model, version);
        if (!registered.digest().equals(digest)) {
            throw new ModelRegistryException(
                    Reason.DIGEST_DIFFERS,
                    "%s has the digest %s in the registry; it must still be %s, as when it was pinned"
                            .formatted(registered, registered.digest(), digest));
        }
        return registered;
    }

    @Override
    public Path fetch(ModelVersion version) {
        var file = new RegistryFile(version.digest(), version.bytes());
        String name = version.engine().file();
        return cached(version, name, file, name.substring(name.indexOf('.')));
    }

    @Override
    public Optional<GoldenRows> golden(ModelVersion version) {
        var registered = version.golden();
        if (registered == null) {
            return Optional.empty();
        }
        if (registered.bytes() > GOLDEN_BYTES_MAX) {
            throw new ModelRegistryException(
                    Reason.GOLDEN_UNREADABLE,
                    "the golden rows of %s have %d bytes; they must have at most %d"
                            .formatted(version, registered.bytes(), GOLDEN_BYTES_MAX));
        }
        var file = cached(version, VersionFiles.GOLDEN, registered, GOLDEN_SUFFIX);
        try {
            return Optional.of(GoldenRows.read(Files.readAllBytes(file), version));
        } catch (IllegalArgumentException e) {
            throw new ModelRegistryException(
                    Reason.GOLDEN_UNREADABLE,
                    "%s of %s: %s".formatted(VersionFiles.GOLDEN, version, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw FolderFiles.unread(file, e);
        }
    }

    @Override
    public Optional<byte[]> profile(ModelVersion version) {
        try {
            var files = store.files(version.name(), version.version());
            var profile = files.read(VersionFiles.PROFILE, VersionFiles.PROFILE_BYTES_MAX);
            profile.ifPresent(
                    bytes -> {
                        Candidate.checkProfile(files.place(VersionFiles.PROFILE), bytes);
                        known.keepProfile(version, bytes);
                    });
            return profile;
        } catch (ModelRegistryException e) {
            if (e.reason().isAnswer()) {
                throw e;
            }
            return Optional.of(known.profile(version).orElseThrow(() -> e));
        }
    }

    @Override
    public String putProfile(ModelVersion version, byte[] profile) {
        var place = store.files(version.name(), version.version()).place(VersionFiles.PROFILE);
        Candidate.checkProfile(place, profile);
        store.put(version.name(), version.version(), VersionFiles.PROFILE, profile);
        known.keepProfile(version, profile);
        return place;
    }

    @Override
    public ModelVersion register(String model, Path folder) {
        RegistryName.check("model", model);
        var description = reader.read(model, null, new FolderFiles(folder, folder));
        var candidate = Candidate.of(folder, description);
        return version(model, store.add(model, candidate));
    }

    @Override
    public void point(String model, String alias, String version, @Nullable String expected) {
        RegistryName.check("alias", alias);
        // An alias must never lead to what nobody can read.
        version(model, version);
        store.move(model, new AliasMove(alias, expected, version));
    }

    /** The version as it was when it was last good here, or empty where that is not known. */
    private Optional<ModelVersion> recall(String model, String version) {
        try {
            return known.files(model, version)
                    .map(files -> reader.read(model, version, files).version());
        } catch (ModelRegistryException damaged) {
            // A damaged memory is none: the next good answer replaces it.
            return Optional.empty();
        }
    }

    private Path cached(ModelVersion version, String name, RegistryFile file, String suffix) {
        return cache.find(file, suffix)
                .orElseGet(
                        () -> {
                            var files = store.files(version.name(), version.version());
                            return cache.store(
                                    file, suffix, files.place(name), to -> files.copy(name, to));
                        });
    }
}
