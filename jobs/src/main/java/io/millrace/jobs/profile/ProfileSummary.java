package io.millrace.jobs.profile;

import com.google.errorprone.annotations.FormatMethod;
import io.millrace.monitor.ProfileBuilder;
import io.millrace.monitor.ProfileDifference;
import io.millrace.monitor.ReferenceProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people should know of a reference profile that has been made. */
public final class ProfileSummary {
    private static final int NAMED = 8;
    private static final int DIFFERENCES = 3;

    private final ReferenceProfile profile;
    private final ProfileBuilder builder;
    private final List<String> lines = new ArrayList<>();

    private ProfileSummary(ReferenceProfile profile, ProfileBuilder builder) {
        this.profile = profile;
        this.builder = builder;
    }

    /**
     * A line for each fact.
     *
     * @param builder that has made the profile
     * @param leftOut how many rows were not taken
     * @param before what the profile replaces, if anything
     * @param isWritten whether it has replaced it, or only would
     * @param isRegistered whether it lies where jobs look, or would
     */
    public static List<String> lines(
            ReferenceProfile profile,
            ProfileBuilder builder,
            long leftOut,
            Optional<byte[]> before,
            boolean isWritten,
            boolean isRegistered) {
        var summary = new ProfileSummary(profile, builder);
        summary.rows(leftOut);
        if (builder.isSegmented()) {
            summary.segments();
        }
        if (builder.isAskedForComponents()) {
            summary.components();
        }
        summary.empty();
        before.ifPresent(bytes -> summary.replaced(bytes, isWritten, isRegistered));
        return List.copyOf(summary.lines);
    }

    @FormatMethod
    private void say(String format, @Nullable Object... values) {
        lines.add(format.formatted(values));
    }

    private void rows(long leftOut) {
        if (builder.labelled() > 0) {
            say(
                    "%,d of them have a label: quality is estimated without labels too",
                    builder.labelled());
        }
        if (leftOut > 0) {
            say("left out: %,d, since windows of theirs were not yet full", leftOut);
        }
    }

    private void segments() {
        List<String> own = profile.segmentNames();
        List<String> small = builder.smallSegments();
        if (builder.hasTooManySegments()) {
            say(
                    "more than %d segments: each is compared with all rows; list those that matter"
                            + " as monitor.segments",
                    builder.mostSegments());
            return;
        }
        if (own.isEmpty() && small.isEmpty()) {
            say("no row has a segment: segments are compared with all rows");
        }
        if (!own.isEmpty()) {
            say("segments with a reference of their own: %s", names(own));
        }
        if (!small.isEmpty()) {
            say(
                    "segments of fewer than %d rows, compared with all rows: %s",
                    ProfileBuilder.SEGMENT_ROWS, names(small));
        }
    }

    private static String names(List<String> segments) {
        String first = segments.stream().limit(NAMED).collect(Collectors.joining(", "));
        int others = segments.size() - NAMED;
        return others > 0 ? "%s and %d more".formatted(first, others) : first;
    }

    private void components() {
        if (profile.componentsKept() == 0) {
            say("features have nothing in common: reconstruction is not compared");
        } else {
            say(
                    "principal components kept: %d; reconstruction is compared",
                    profile.componentsKept());
        }
    }

    private void empty() {
        List<String> empty = profile.empty();
        if (!empty.isEmpty()) {
            say(
                    "no row has a value of %s; what has none is not compared",
                    String.join(", ", empty));
        }
    }

    private void replaced(byte[] before, boolean isWritten, boolean isRegistered) {
        String replaces = isWritten ? "replaces" : "would replace";
        ReferenceProfile replaced;
        try {
            replaced = ReferenceProfile.read(before);
        } catch (IllegalArgumentException e) {
            say("%s what was no profile: %s", replaces, e.getMessage());
            return;
        }
        if (replaced.digest().equals(profile.digest())) {
            say("it is the profile that was there");
            return;
        }
        var differences = ProfileDifference.between(replaced, profile);
        say(
                "%s %s%s",
                replaces,
                replaced.digest(),
                differences.isEmpty()
                        ? ", which has no series in common"
                        : "; furthest from it: "
                                + differences.stream()
                                        .limit(DIFFERENCES)
                                        .map(ProfileSummary::text)
                                        .collect(Collectors.joining(", ")));
        if (isWritten && isRegistered) {
            say("running jobs take it up when they start again");
        }
    }

    private static String text(ProfileDifference difference) {
        return "%s %s %.2g".formatted(difference.name(), difference.measure(), difference.value());
    }
}
