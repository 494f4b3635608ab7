package io.millrace.tests.pipeline;

import io.millrace.record.ModelDecision;
import io.millrace.record.ModelDecision.Action;
import io.millrace.record.ModelUpdate;
import io.millrace.sink.ModelJournal;
import io.millrace.spec.PipelineSpec;

/** Announces what a test says, of versions that no registry is asked about. */
final class Announcing {
    private Announcing() {}

    static void announce(PipelineSpec spec, ModelUpdate update) {
        Action action =
                switch (update.role()) {
                    case CHAMPION -> Action.PROMOTE;
                    case CHALLENGER -> Action.CHALLENGE;
                    case RETIRED -> Action.RETIRE;
                };
        try (var journal = ModelJournal.open(spec)) {
            journal.write(
                    update,
                    new ModelDecision(
                            action,
                            "test@here",
                            update.reason(),
                            false,
                            ModelDecision.subject(update),
                            update.model(),
                            update.version(),
                            update.digest(),
                            update.share(),
                            "",
                            update.announcedMillis(),
                            update.fromMillis(),
                            null));
        }
    }
}
