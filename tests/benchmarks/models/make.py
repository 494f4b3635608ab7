"""Makes the models of the inference benchmark that no pipeline of ours has. Their weights are random: only their shapes cost anything.

    pip install onnx==1.17.0 numpy==2.1.3
    python make.py
"""

import hashlib
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def dense(random, name, source, inputs, outputs, activation):
    """A layer: its nodes, and its weights."""
    weights = (random.standard_normal((inputs, outputs)) / np.sqrt(inputs)).astype(np.float32)
    bias = np.zeros(outputs, dtype=np.float32)
    nodes = [
        helper.make_node("Gemm", [source, f"{name}_w", f"{name}_b"], [f"{name}_z"]),
        helper.make_node(activation, [f"{name}_z"], [name]),
    ]
    return nodes, [numpy_helper.from_array(weights, f"{name}_w"), numpy_helper.from_array(bias, f"{name}_b")]


def network(name, widths, feature):
    """A feed-forward network, registered as version 1: of one output its sigmoid is the score, of several the probability of class 1."""
    outputs = widths[-1]
    random = np.random.default_rng(784)
    nodes, constants, source = [], [], "features"
    for layer, (width, next_width) in enumerate(zip(widths, widths[1:])):
        last = layer == len(widths) - 2
        activation = ("Sigmoid" if outputs == 1 else "Softmax") if last else "Relu"
        made, weights = dense(random, "score" if last else f"h{layer}", source, width, next_width, activation)
        nodes, constants, source = nodes + made, constants + weights, made[-1].output[0]
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", widths[0]])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", outputs])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="millrace")
    model.ir_version = 8
    onnx.checker.check_model(model)
    folder = pathlib.Path(__file__).parent / name / "1"
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    content = (folder / "model.onnx").read_bytes()
    metadata = {
        "name": name,
        "version": "1",
        "digest": "sha256:" + hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "architecture": "MLP " + "-".join(map(str, widths)),
        "inputs": [
            {
                "name": "features",
                "type": "float32",
                "shape": [-1, widths[0]],
                "features": [f"{feature}_{i}" for i in range(widths[0])],
            }
        ],
        "output": {
            "name": "score",
            "type": "float32",
            "shape": [-1, outputs],
            "meaning": "probability of a one",
        },
    }
    if outputs > 1:
        metadata["output"] |= {"classes": [str(c) for c in range(outputs)], "class": "1"}
    (folder / "metadata.json").write_text(json.dumps(metadata, indent=1) + "\n")
    (folder.parent / "aliases.json").write_text('{"champion": "1"}\n')


# The feed-forward network of Crayfish (Horchidan et al.): images of 28 x 28, three hidden layers of 32, ten classes.
network("digits-784", [784, 32, 32, 32, 10], "pixel")

# That of the Fraud Detection Handbook (Le Borgne et al., 2022): the 15 features of a transaction, one hidden layer of 1000.
network("handbook-mlp", [15, 1000, 1], "feature")
