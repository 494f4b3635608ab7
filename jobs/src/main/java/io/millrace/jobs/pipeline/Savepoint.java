package io.millrace.jobs.pipeline;

import io.millrace.jobs.terminal.CommandFailure;
import io.millrace.jobs.terminal.Sentence;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.state.api.runtime.SavepointLoader;

/** A savepoint, or a retained checkpoint, that this process can read. */
public final class Savepoint {
    private final String path;
    private final CheckpointMetadata metadata;

    private Savepoint(String path, CheckpointMetadata metadata) {
        this.path = path;
        this.metadata = metadata;
    }

    /**
     * Reads what a savepoint says of itself.
     *
     * @throws CommandFailure when there is none, or it cannot be read from here
     */
    public static Savepoint at(String path) {
        try {
            return new Savepoint(path, SavepointLoader.loadSavepointMetadata(path));
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.badInput(
                            "%s is no savepoint that can be read here (%s); it must be the folder"
                                    + " of a savepoint or of a retained checkpoint",
                            path, Sentence.rootOf(e))
                    .causedBy(e);
        }
    }

    public String path() {
        return path;
    }

    /** The uids of the operators that it knows. */
    public Set<String> uids() {
        return metadata.getOperatorStates().stream()
                .flatMap(operator -> operator.getOperatorUid().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The operators that it holds state of, by uid, which a job does not have. */
    public List<String> unknownTo(JobGraph job) {
        Set<OperatorID> known = new HashSet<>();
        for (var vertex : job.getVertices()) {
            vertex.getOperatorIDs()
                    .forEach(
                            id ->
                                    known.add(
                                            id.getUserDefinedOperatorID()
                                                    .orElse(id.getGeneratedOperatorID())));
        }
        return metadata.getOperatorStates().stream()
                .filter(Savepoint::holdsState)
                .filter(operator -> !known.contains(operator.getOperatorID()))
                .map(Savepoint::name)
                .sorted()
                .toList();
    }

    private static boolean holdsState(OperatorState operator) {
        return operator.getNumberCollectedStates() > 0 || operator.getCoordinatorState() != null;
    }

    private static String name(OperatorState operator) {
        return operator.getOperatorUid()
                .or(operator::getOperatorName)
                .orElseGet(() -> operator.getOperatorID().toHexString());
    }
}
