package io.millrace.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.record.Score;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows for an {@link OnnxModel}. What they give and get lies in memory that ONNX Runtime reads and
 * writes in place, except for texts, for maps, and for outputs whose width the model does not say,
 * or not rightly.
 */
final class OnnxRows implements ScoringRows {
    private final OrtSession session;
    private final OnnxSignature signature;
    private final int capacity;
    private final InputRows[] inputs;

    /** The score's, then those that travel with it. */
    private final OutputRows[] outputs;

    private final int scoreIndex;
    private final RunWatch watch;

    /** Whether a run has shown that the outputs have the shapes that the model declares. */
    private boolean hasRun;

    /** What the run under way reads, what it writes, and what it has to make. */
    private final Map<String, OnnxTensor> read = new HashMap<>();

    private final Map<String, OnnxTensor> written = new HashMap<>();
    private final Set<String> made = new HashSet<>();

    /** Takes over the watch. */
    OnnxRows(
            OrtEnvironment environment,
            OrtSession session,
            OnnxSignature signature,
            int capacity,
            RunWatch watch) {
        this.session = session;
        this.signature = signature;
        this.capacity = capacity;
        this.watch = watch;
        var run = new RunRows(signature.fixedRows());
        this.inputs =
                signature.inputs().stream()
                        .map(input -> InputRows.of(environment, input, capacity, run))
                        .toArray(InputRows[]::new);
        this.outputs =
                signature.outputs().stream()
                        .map(output -> OutputRows.of(environment, output, capacity, run))
                        .toArray(OutputRows[]::new);
        this.scoreIndex = signature.outputs().get(0).spec().scoreIndex();
    }

    @Override
    public @Nullable String put(int row, double[] features) {
        String refusal = null;
        for (InputRows input : inputs) {
            String ofInput = input.put(row, features);
            refusal = refusal == null ? ofInput : refusal;
        }
        return refusal;
    }

    @Override
    public void run(int from, int to) throws ScoringException {
        int most = signature.fixedRows() == 0 ? to - from : signature.fixedRows();
        for (int row = from; row < to; row += most) {
            int end = Math.min(row + most, to);
            if (hasRun) {
                runOnce(row, end);
            } else {
                runFirst(row, end);
            }
        }
    }

    /**
     * Exporters declare shapes that their models do not keep to: LightGBM's labels as {@code [1]}
     * and CatBoost's numbers as {@code [N]} that are {@code [N, 1]}. ONNX Runtime refuses to write
     * such an output into memory of ours, and makes it itself where it may.
     */
    private void runFirst(int from, int to) throws ScoringException {
        OutputRows[] declared = outputs.clone();
        try {
            runOnce(from, to);
        } catch (ScoringException asDeclared) {
            if (asDeclared.isOverdue()) {
                throw asDeclared;
            }
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] = OutputRows.made(signature.outputs().get(i), capacity);
            }
            try {
                runOnce(from, to);
            } catch (ScoringException asMade) {
                // The rows are to blame, or the model; its shapes are not.
                System.arraycopy(declared, 0, outputs, 0, outputs.length);
                asDeclared.addSuppressed(asMade);
                throw asDeclared;
            }
            for (OutputRows output : declared) {
                output.close();
            }
        }
        hasRun = true;
    }

    private void runOnce(int from, int to) throws ScoringException {
        watch.begin();
        try {
            begin(from, to);
            try (var result = session.run(read, made, written, watch.options())) {
                for (OutputRows output : outputs) {
                    output.accept(
                            made.contains(output.name())
                                    ? result.get(output.name()).orElseThrow()
                                    : null,
                            from,
                            to);
                }
            }
        } catch (OrtException e) {
            throw watch.hasEndedIt()
                    ? ScoringException.overdue(watch.limitMillis(), e)
                    : new ScoringException("The model failed on this row: " + e.getMessage(), e);
        } finally {
            watch.end();
            end(from, to);
        }
    }

    private void begin(int from, int to) throws OrtException {
        for (InputRows input : inputs) {
            read.put(input.name(), input.tensor(from, to));
        }
        for (OutputRows output : outputs) {
            OnnxTensor tensor = output.tensor(from, to);
            if (tensor == null) {
                made.add(output.name());
            } else {
                written.put(output.name(), tensor);
            }
        }
    }

    private void end(int from, int to) {
        for (InputRows input : inputs) {
            OnnxTensor tensor = read.remove(input.name());
            if (tensor != null) {
                input.release(tensor, from, to);
            }
        }
        made.clear();
        for (OutputRows output : outputs) {
            OnnxTensor tensor = written.remove(output.name());
            if (tensor != null) {
                output.release(tensor, from, to);
            }
        }
    }

    @Override
    public double score(int row) {
        return outputs[0].number(row, scoreIndex);
    }

    @Override
    public List<Score.Output> outputs(int row) {
        return outputs.length == 1
                ? List.of()
                : IntStream.range(1, outputs.length).mapToObj(i -> outputs[i].of(row)).toList();
    }

    @Override
    public void close() {
        for (InputRows input : inputs) {
            input.close();
        }
        for (OutputRows output : outputs) {
            output.close();
        }
        watch.close();
    }
}
