package io.millrace.monitor;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Where reference profiles are. */
interface ProfileSource extends Serializable {

    /**
     * The profile of a model version, or why there is none; never an exception, since scores flow
     * on without.
     */
    Answer of(VersionId version);

    /**
     * Lays a profile beside a version that has none; one that it has by then stays as it is. Never
     * an exception, since scores flow on without.
     */
    Laid put(VersionId version, ReferenceProfile profile);

    /** What has become of a profile that was to be laid beside a version. */
    enum Laid {
        WRITTEN,
        THERE_ALREADY,
        /** It could not be written, or something that is no profile of the version is there. */
        FAILED
    }

    /** The same source, with a folder of this process for what it keeps. */
    ProfileSource in(String temporaryFolder);

    /**
     * What a source says of a model version.
     *
     * @param profile null where there is none
     * @param detail why there is none, for people; empty where there is one
     * @param isFinal whether it is of no use to ask again
     */
    record Answer(@Nullable ReferenceProfile profile, String detail, boolean isFinal) {

        static Answer of(ReferenceProfile profile) {
            return new Answer(profile, "", true);
        }

        /** The version of the profile; empty where there is none. */
        String reference() {
            return profile == null ? "" : profile.digest();
        }
    }
}
