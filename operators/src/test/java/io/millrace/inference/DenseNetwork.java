package io.millrace.inference;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * A network of dense layers as an ONNX file: {@code features} in, {@code score} out, with weights
 * that a seed gives. For models too large to lie among the sources.
 */
final class DenseNetwork {
    private static final int FLOAT = 1;
    private static final long SEED = 7;

    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private DenseNetwork() {}

    /**
     * The file's bytes; between two layers it cuts off what is negative, after the last it is a
     * probability.
     */
    static byte[] onnx(int... widths) throws IOException {
        return message(
                model -> {
                    model.writeInt64(1, 8);
                    put(model, 7, graph -> graph(graph, widths));
                    put(model, 8, opset -> opset.writeInt64(2, 17));
                });
    }

    private static void graph(CodedOutputStream graph, int[] widths) throws IOException {
        String from = "features";
        int last = widths.length - 2;
        for (int i = 0; i <= last; i++) {
            String to = "layer" + i;
            node(graph, "Gemm", to, from, "weights" + i, "bias" + i);
            from = i == last ? "score" : "cut" + i;
            node(graph, i == last ? "Sigmoid" : "Relu", from, to);
        }
        put(graph, 2, "network");
        var random = new Random(SEED);
        for (int i = 0; i <= last; i++) {
            weights(graph, "weights" + i, random, widths[i], widths[i + 1]);
            weights(graph, "bias" + i, random, widths[i + 1]);
        }
        put(graph, 11, input -> rows(input, "features", widths[0]));
        put(graph, 12, output -> rows(output, "score", widths[last + 1]));
    }

    private static void node(CodedOutputStream graph, String type, String output, String... inputs)
            throws IOException {
        put(
                graph,
                1,
                node -> {
                    for (String input : inputs) {
                        put(node, 1, input);
                    }
                    put(node, 2, output);
                    put(node, 4, type);
                });
    }

    private static void weights(
            CodedOutputStream graph, String name, Random random, int... dimensions)
            throws IOException {
        int count = 1;
        for (int dimension : dimensions) {
            count *= dimension;
        }
        var numbers = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        double spread = 1 / Math.sqrt(dimensions[0]);
        for (int i = 0; i < count; i++) {
            numbers.putFloat((float) (spread * random.nextGaussian()));
        }
        put(
                graph,
                5,
                tensor -> {
                    for (int dimension : dimensions) {
                        tensor.writeInt64(1, dimension);
                    }
                    tensor.writeInt32(2, FLOAT);
                    put(tensor, 8, name);
                    tensor.writeByteArray(9, numbers.array());
                });
    }

    private static void rows(CodedOutputStream value, String name, int width) throws IOException {
        put(value, 1, name);
        put(
                value,
                2,
                type ->
                        put(
                                type,
                                1,
                                tensor -> {
                                    tensor.writeInt32(1, FLOAT);
                                    put(
                                            tensor,
                                            2,
                                            shape -> {
                                                put(shape, 1, open -> put(open, 2, "rows"));
                                                put(shape, 1, fixed -> fixed.writeInt64(1, width));
                                            });
                                }));
    }

    private static void put(CodedOutputStream out, int field, String text) throws IOException {
        out.writeByteArray(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void put(CodedOutputStream out, int field, Fields fields) throws IOException {
        out.writeByteArray(field, message(fields));
    }

    private static byte[] message(Fields fields) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
