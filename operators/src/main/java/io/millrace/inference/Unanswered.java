package io.millrace.inference;

import io.millrace.inference.ModelLanes.Answering;
import io.millrace.record.DeadLetter;
import io.millrace.record.FeatureVector;
import io.millrace.record.ModelUpdate;
import org.jspecify.annotations.Nullable;

/**
 * A row that a version could not answer.
 *
 * @param version who should have
 * @param letter what becomes of it where nothing else answers
 */
record Unanswered(FeatureVector vector, ModelUpdate version, DeadLetter letter) {
    /** A dead letter shows so many characters of a model's name that nobody has registered. */
    private static final int SHOWN_CHARACTERS = 64;

    /**
     * None of the model's versions can be loaded.
     *
     * @param model null where the row names one that nobody has announced
     */
    static Unanswered unserved(FeatureVector vector, @Nullable Answering model) {
        if (model == null) {
            return unknown(vector);
        }
        return of(
                vector,
                model.champion(),
                DeadLetter.Reason.MODEL_FAILED,
                "%s cannot be loaded: %s".formatted(model.champion(), model.failure()));
    }

    private static Unanswered unknown(FeatureVector vector) {
        String name = vector.model();
        String shown =
                name.length() <= SHOWN_CHARACTERS
                        ? name
                        : name.substring(0, SHOWN_CHARACTERS) + "…";
        return of(
                vector,
                new ModelUpdate(shown, "", "", 0, 0, ""),
                DeadLetter.Reason.MODEL_UNKNOWN,
                "The row is for the model %s, which was not announced for its event time"
                        .formatted(shown));
    }

    /** The row has ended the process before. */
    static Unanswered crashed(FeatureVector vector, ModelUpdate version) {
        return of(
                vector,
                version,
                DeadLetter.Reason.MODEL_CRASHED,
                version
                        + ": The process ended twice while this row was scored; it is not scored"
                        + " again");
    }

    /** The model has failed on the row, or said nothing that is a score. */
    static Unanswered failed(ModelLane lane, MicroBatch batch, int row, String detail) {
        return of(
                batch.vector(row),
                lane.version(),
                batch.isOverdue(row)
                        ? DeadLetter.Reason.MODEL_TIMEOUT
                        : DeadLetter.Reason.MODEL_FAILED,
                lane.version() + ": " + detail);
    }

    private static Unanswered of(
            FeatureVector vector, ModelUpdate version, DeadLetter.Reason reason, String detail) {
        var letter =
                new DeadLetter(
                        vector.origin(), InferenceStage.NAME, reason, detail, vector.eventId());
        return new Unanswered(vector, version, letter);
    }
}
