package io.millrace.monitor;

import java.util.HashMap;
import java.util.Map;

/** Profiles that a test has made, by model version. */
final class FixedProfiles implements ProfileSource {
    private static final long serialVersionUID = 1L;

    private final HashMap<String, byte[]> byVersion = new HashMap<>();

    FixedProfiles(ReferenceProfile... profiles) {
        for (ReferenceProfile profile : profiles) {
            byVersion.put(profile.version(), profile.json());
        }
    }

    FixedProfiles(Map<String, byte[]> byVersion) {
        this.byVersion.putAll(byVersion);
    }

    @Override
    public Laid put(VersionId version, ReferenceProfile profile) {
        byVersion.put(version.version(), profile.json());
        return Laid.WRITTEN;
    }

    @Override
    public ProfileSource in(String temporaryFolder) {
        return this;
    }

    @Override
    public Answer of(VersionId version) {
        byte[] json = byVersion.get(version.version());
        return json == null
                ? new Answer(null, version.version() + " has no reference profile", false)
                : Answer.of(ReferenceProfile.read(json));
    }
}
