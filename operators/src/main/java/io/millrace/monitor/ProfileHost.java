package io.millrace.monitor;

import io.millrace.registry.ModelRegistry;
import io.millrace.registry.ModelRegistryException;
import io.millrace.registry.RegistryAddress;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles that lie beside their model versions in a registry.
 *
 * @param registry where models are registered, as every TaskManager sees it
 * @param cache where the checked copies of model files are kept
 */
record ProfileHost(RegistryAddress registry, String cache) implements ProfileSource {
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(ProfileHost.class);

    /** A source that has no folder yet. */
    static ProfileHost of(RegistryAddress registry) {
        return new ProfileHost(registry, "");
    }

    @Override
    public ProfileHost in(String temporaryFolder) {
        return new ProfileHost(registry, Path.of(temporaryFolder, "millrace-models").toString());
    }

    @Override
    public Answer of(VersionId id) {
        String model = id.model();
        String version = id.version();
        String name = id.toString();
        try {
            var models = ModelRegistry.at(registry, Path.of(cache));
            var found = models.profile(models.pinned(model, version, id.digest()));
            if (found.isEmpty()) {
                return new Answer(
                        null,
                        "%s has no reference profile; make one with ./millrace profile"
                                .formatted(name),
                        false);
            }
            var profile = ReferenceProfile.read(found.get());
            if (!profile.model().equals(model) || !profile.version().equals(version)) {
                return new Answer(
                        null,
                        "the reference profile beside %s is of %s/%s; it must be of %s"
                                .formatted(name, profile.model(), profile.version(), name),
                        false);
            }
            LOG.info("{} is compared with the reference profile {}", name, profile.digest());
            return Answer.of(profile);
        } catch (ModelRegistryException | IllegalArgumentException e) {
            LOG.warn("{} goes without a reference profile for now", name, e);
            return new Answer(
                    null,
                    "the reference profile of %s could not be read: %s"
                            .formatted(name, e.getMessage()),
                    false);
        }
    }

    @Override
    public Laid put(VersionId id, ReferenceProfile profile) {
        try {
            var models = ModelRegistry.at(registry, Path.of(cache));
            var version = models.pinned(id.model(), id.version(), id.digest());
            if (models.profile(version).isEmpty()) {
                String place = models.putProfile(version, profile.json());
                LOG.info("{} has the reference profile {} now: {}", id, profile.digest(), place);
                return Laid.WRITTEN;
            }
        } catch (ModelRegistryException e) {
            LOG.warn("the reference profile of {} could not be written, and will be again", id, e);
            return Laid.FAILED;
        }
        Answer there = of(id);
        if (there.profile() == null) {
            LOG.warn("the reference profile of {} is not written: {}", id, there.detail());
            return Laid.FAILED;
        }
        LOG.info("{} has been given another reference profile meanwhile", id);
        return Laid.THERE_ALREADY;
    }
}
