package io.millrace.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/** ONNX Runtime as one begins with it: a run for each row. */
final class RowModel implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    RowModel(String file) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            // As many threads as cores would compete with the job for them.
            options.setIntraOpNumThreads(1);
            session = environment.createSession(file, options);
        }
    }

    /** What the model says of a row. */
    float[] score(float[] row) throws OrtException {
        long[] shape = {1, row.length};
        try (var input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(row), shape);
                var result = session.run(Map.of("features", input))) {
            return ((float[][]) result.get(0).getValue())[0];
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
