package io.millrace.monitor;

import io.millrace.record.Alert;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when what has drifted, until labels tell how right decisions were then. Where they were
 * wrong more often than was to be expected, the drift is one that matters, and the alert is
 * critical.
 */
final class Confirmation {
    /** How long after a spell has ended labels may still tell of it. */
    private final long keepMillis;

    Confirmation(long keepMillis) {
        this.keepMillis = keepMillis;
    }

    /** What is known after an alert of drift, of one model version and segment. */
    List<DriftSpell> see(List<DriftSpell> before, Alert drift) {
        var spells = new ArrayList<>(before);
        spells.removeIf(spell -> spell.incident().equals(drift.incident()));
        switch (drift.state()) {
            case RAISED, ESCALATED, EASED -> spells.add(spell(drift, DriftSpell.OPEN));
            case RESOLVED -> spells.add(spell(drift, drift.windowEndMillis()));
            case WITHDRAWN -> {
                // What holds of the incident is written again after that.
            }
        }
        return spells;
    }

    /** Those of which labels may still tell at an event time. */
    List<DriftSpell> left(List<DriftSpell> spells, long nowMillis) {
        return spells.stream()
                .filter(
                        spell ->
                                spell.untilMillis() == DriftSpell.OPEN
                                        || spell.untilMillis() + keepMillis >= nowMillis)
                .toList();
    }

    private static DriftSpell spell(Alert drift, long untilMillis) {
        return new DriftSpell(drift.incident(), drift.sinceMillis(), untilMillis);
    }

    /**
     * An alert that labels tell, which confirms the longest incident of drift of its window, if
     * any.
     *
     * @param confirmed what an earlier alert of the same incident has confirmed: so do all that
     *     follow
     */
    Alert look(List<DriftSpell> spells, @Nullable String confirmed, Alert quality) {
        if (confirmed != null) {
            return quality.confirming(confirmed);
        }
        boolean tellsOfWorse =
                quality.state() == Alert.State.RAISED || quality.state() == Alert.State.ESCALATED;
        if (quality.source() != Alert.Source.QUALITY || !tellsOfWorse) {
            return quality;
        }
        return spells.stream()
                .filter(
                        spell ->
                                spell.sinceMillis() <= quality.windowEndMillis()
                                        && spell.untilMillis() > quality.windowStartMillis())
                .min(
                        Comparator.comparingLong(DriftSpell::sinceMillis)
                                .thenComparing(DriftSpell::incident))
                .map(spell -> quality.confirming(spell.incident()))
                .orElse(quality);
    }
}
