"""Makes the small models of the inference tests. Run with onnx 1.17.0: python make.py"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def save(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(n, t, s) for n, t, s in inputs],
        [helper.make_tensor_value_info(n, t, s) for n, t, s in outputs],
        [numpy_helper.from_array(value, n) for n, value in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="millrace")
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


FEATURES = ("features", TensorProto.FLOAT, ["N", 2])
SCORE = ("score", TensorProto.FLOAT, ["N", 1])
AXES = ("axes", np.array([1], dtype=np.int64))

# score = features[0] + features[1]
save("sum", [helper.make_node("ReduceSum", ["features", "axes"], ["score"], keepdims=1)], [FEATURES], [SCORE], [AXES])

# score = log(features[0] + features[1]): not finite for a sum of zero or less
save(
    "log",
    [
        helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1),
        helper.make_node("Log", ["sum"], ["score"]),
    ],
    [FEATURES],
    [SCORE],
    [AXES],
)

# score = table[int(features[0] + features[1])]: the whole run fails when one row points outside the table
save(
    "picky",
    [
        helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=0),
        helper.make_node("Cast", ["sum"], ["index"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "index"], ["score"], axis=0),
    ],
    [FEATURES],
    [SCORE],
    [AXES, ("table", np.array([[0.0], [0.1], [0.2], [0.3]], dtype=np.float32))],
)

# probabilities of two classes: score = sigmoid(features[0] + features[1]) in the second column
save(
    "classes",
    [
        helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1),
        helper.make_node("Sigmoid", ["sum"], ["yes"]),
        helper.make_node("Sub", ["one", "yes"], ["no"]),
        helper.make_node("Concat", ["no", "yes"], ["score"], axis=1),
    ],
    [FEATURES],
    [("score", TensorProto.FLOAT, ["N", 2])],
    [AXES, ("one", np.array([1], dtype=np.float32))],
)

# a signature that cannot serve: doubles
save(
    "doubles",
    [helper.make_node("Identity", ["features"], ["score"])],
    [("features", TensorProto.DOUBLE, ["N", 1])],
    [("score", TensorProto.DOUBLE, ["N", 1])],
)
