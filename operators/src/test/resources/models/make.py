"""Makes the small models of the inference tests. Run with onnx 1.17.0: python make.py"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def value_info(name, of, shape=None):
    return helper.make_tensor_value_info(name, of, shape) if shape else helper.make_value_info(name, of)


def save(name, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(
        nodes,
        name,
        [value_info(*one) for one in inputs],
        [value_info(*one) for one in outputs],
        [numpy_helper.from_array(value, n) for n, value in constants],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="millrace")
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

# doubles in and out: score = features[0] + features[1]
save(
    "doubles",
    [helper.make_node("ReduceSum", ["features", "axes"], ["score"], keepdims=1)],
    [("features", TensorProto.DOUBLE, ["N", 2])],
    [("score", TensorProto.DOUBLE, ["N", 1])],
    [AXES],
)

# an input of each type; score = amount + items + few + online + (100 for the web, 200 for the app)
save(
    "kinds",
    [
        helper.make_node("Cast", ["items"], ["items_d"], to=TensorProto.DOUBLE),
        helper.make_node("Cast", ["few"], ["few_d"], to=TensorProto.DOUBLE),
        helper.make_node("Cast", ["online"], ["online_d"], to=TensorProto.DOUBLE),
        helper.make_node(
            "LabelEncoder",
            ["channel"],
            ["channel_f"],
            domain="ai.onnx.ml",
            keys_strings=["web", "app"],
            values_floats=[100.0, 200.0],
            default_float=0.0,
        ),
        helper.make_node("Cast", ["channel_f"], ["channel_d"], to=TensorProto.DOUBLE),
        helper.make_node("Sum", ["amount", "items_d", "few_d", "online_d", "channel_d"], ["score"]),
    ],
    [
        ("amount", TensorProto.DOUBLE, ["N", 1]),
        ("items", TensorProto.INT64, ["N", 1]),
        ("few", TensorProto.INT32, ["N", 1]),
        ("online", TensorProto.BOOL, ["N", 1]),
        ("channel", TensorProto.STRING, ["N", 1]),
    ],
    [("score", TensorProto.DOUBLE, ["N", 1])],
)

# a run of exactly three rows: score = features[0] + features[1]
save(
    "three-rows",
    [helper.make_node("ReduceSum", ["features", "axes"], ["score"], keepdims=1)],
    [("features", TensorProto.FLOAT, [3, 2])],
    [("score", TensorProto.FLOAT, [3, 1])],
    [AXES],
)

# three classes: probabilities, the likeliest as number and as text, and an embedding whose width the model does not say
WEIGHTS = ("weights", np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32))
CLASSES = [
    helper.make_node("MatMul", ["features", "weights"], ["logits"]),
    helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    helper.make_node("ArgMax", ["logits"], ["class"], axis=1, keepdims=0),
    helper.make_node(
        "LabelEncoder",
        ["class"],
        ["label"],
        domain="ai.onnx.ml",
        keys_int64s=[0, 1, 2],
        values_strings=["genuine", "stolen", "forged"],
    ),
]
save(
    "three-classes",
    [*CLASSES, helper.make_node("Concat", ["features", "logits"], ["embedding"], axis=1)],
    [FEATURES],
    [
        ("probabilities", TensorProto.FLOAT, ["N", 3]),
        ("class", TensorProto.INT64, ["N"]),
        ("label", TensorProto.STRING, ["N"]),
        ("embedding", TensorProto.FLOAT, ["N", "width"]),
    ],
    [WEIGHTS],
)

# the same probabilities as a map for each row, as scikit-learn's converter has them
MAPS = helper.make_sequence_type_proto(
    helper.make_map_type_proto(
        TensorProto.STRING, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    )
)
save(
    "maps",
    [
        *CLASSES[:2],
        helper.make_node(
            "ZipMap",
            ["probabilities"],
            ["score"],
            domain="ai.onnx.ml",
            classlabels_strings=["genuine", "stolen", "forged"],
        ),
    ],
    [FEATURES],
    [("score", MAPS)],
    [WEIGHTS],
)

# one number a row, and no dimension besides the rows
save(
    "flat",
    [helper.make_node("Add", ["a", "b"], ["score"])],
    [("a", TensorProto.FLOAT, ["N"]), ("b", TensorProto.FLOAT, ["N"])],
    [("score", TensorProto.FLOAT, ["N"])],
)

# an image of 2 x 3 for each row: score = the sum of its pixels
save(
    "image",
    [helper.make_node("ReduceSum", ["image", "all"], ["score"], keepdims=0)],
    [("image", TensorProto.FLOAT, ["N", 2, 3])],
    [("score", TensorProto.FLOAT, ["N"])],
    [("all", np.array([1, 2], dtype=np.int64))],
)

# a few hundred bytes that take 2 GB of memory in a run
save(
    "greedy",
    [
        helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1),
        helper.make_node("Shape", ["sum"], ["shape"]),
        helper.make_node("Mul", ["shape", "many"], ["wide"]),
        helper.make_node("ConstantOfShape", ["wide"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros", "axes"], ["zero"], keepdims=1),
        helper.make_node("ReduceMax", ["zero"], ["nothing"], keepdims=0),
        helper.make_node("Add", ["sum", "nothing"], ["score"]),
    ],
    [("features", TensorProto.FLOAT, ["N", "features"])],
    [SCORE],
    [AXES, ("many", np.array([1, 500_000_000], dtype=np.int64))],
)

# a run that never ends where a row's sum is over 100
ENDLESS = helper.make_graph(
    [
        helper.make_node("Identity", ["goes_on"], ["goes_on_out"]),
        helper.make_node("Identity", ["sum_in"], ["sum_out"]),
    ],
    "body",
    [
        helper.make_tensor_value_info("iteration", TensorProto.INT64, []),
        helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
        value_info("sum_in", TensorProto.FLOAT, ["N", 1]),
    ],
    [
        helper.make_tensor_value_info("goes_on_out", TensorProto.BOOL, []),
        value_info("sum_out", TensorProto.FLOAT, ["N", 1]),
    ],
)
save(
    "endless",
    [
        helper.make_node("ReduceSum", ["features", "axes"], ["sum"], keepdims=1),
        helper.make_node("ReduceMax", ["sum"], ["largest"], keepdims=0),
        helper.make_node("Greater", ["largest", "most"], ["is_over"]),
        helper.make_node("Loop", ["", "is_over", "sum"], ["score"], body=ENDLESS),
    ],
    [FEATURES],
    [SCORE],
    [AXES, ("most", np.array(100, dtype=np.float32))],
)
