package io.millrace.inference;

import io.millrace.inference.ModelLanes.Answering;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The batches that are filled, one for each model and one for its challenger, oldest first. */
final class FillingBatches {
    private final boolean areOfMany;
    private final List<Flight> all = new ArrayList<>();

    /** The champions' by model, where there are many. */
    private final Map<Answering, Flight> ofChampions = new HashMap<>();

    /** The challengers' by model, where there are many. */
    private final Map<Answering, Flight> ofChallengers = new HashMap<>();

    /** By entity, the batch that has its last row; where there are many models. */
    private final Map<String, Flight> byEntity = new HashMap<>();

    /**
     * @param areOfMany whether they are of many models
     */
    FillingBatches(boolean areOfMany) {
        this.areOfMany = areOfMany;
    }

    void add(Flight flight) {
        all.add(flight);
        if (areOfMany) {
            byModel(flight.isOfChallenger).put(flight.model, flight);
        }
    }

    /** A row was added to a batch. */
    void filled(Flight flight, String entity) {
        if (areOfMany && !entity.isEmpty()) {
            byEntity.put(entity, flight);
        }
    }

    /** Whether it was still filled. */
    boolean remove(Flight flight) {
        if (!all.remove(flight)) {
            return false;
        }
        if (areOfMany) {
            byModel(flight.isOfChallenger).remove(flight.model);
            for (int row = 0; row < flight.batch.rows(); row++) {
                byEntity.remove(flight.batch.vector(row).entity(), flight);
            }
        }
        return true;
    }

    @Nullable Flight of(Answering model, boolean isOfChallenger) {
        if (areOfMany) {
            return byModel(isOfChallenger).get(model);
        }
        for (Flight flight : all) {
            if (flight.model == model && flight.isOfChallenger == isOfChallenger) {
                return flight;
            }
        }
        return null;
    }

    private Map<Answering, Flight> byModel(boolean isOfChallenger) {
        return isOfChallenger ? ofChallengers : ofChampions;
    }

    /** The one that has an entity's last row; null where none has, and where there is one model. */
    @Nullable Flight ofEntity(String entity) {
        return byEntity.isEmpty() ? null : byEntity.get(entity);
    }

    /** The one that a watermark waits for: the last champion's. */
    @Nullable Flight last() {
        Flight last = null;
        for (Flight flight : all) {
            last = last == null || !flight.isOfChallenger ? flight : last;
        }
        return last;
    }

    /** All of them now, whatever is added or removed meanwhile. */
    List<Flight> all() {
        return List.copyOf(all);
    }

    boolean contains(@Nullable Flight flight) {
        return all.contains(flight);
    }

    /** How many rows wait to be released. */
    int rows() {
        int rows = 0;
        for (Flight flight : all) {
            rows += flight.batch.rows();
        }
        return rows;
    }

    /** When the first of them must be released; {@link Long#MAX_VALUE} where there is none. */
    long releaseByMillis() {
        long first = Long.MAX_VALUE;
        for (Flight flight : all) {
            first = Math.min(first, flight.releaseByMillis());
        }
        return first;
    }
}
