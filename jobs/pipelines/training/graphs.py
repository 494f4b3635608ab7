"""Writes fitted models as ONNX graphs: input `features` float32 [N, 15], output `score` float32 [N, 1]."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
ML_OPSET = 3
IR_VERSION = 8


def of_mlp(
    mean: np.ndarray, deviation: np.ndarray, layers: list[tuple[np.ndarray, np.ndarray]]
) -> onnx.ModelProto:
    """Standard scaler, dense layers with ReLU between them, and a sigmoid at the end."""
    constants = [_constant("mean", mean), _constant("deviation", deviation)]
    nodes = [
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "deviation"], ["layer0"]),
    ]
    for number, (weights, bias) in enumerate(layers, start=1):
        constants += [_constant(f"weights{number}", weights), _constant(f"bias{number}", bias)]
        nodes.append(
            helper.make_node(
                "Gemm", [f"layer{number - 1}", f"weights{number}", f"bias{number}"], [f"dense{number}"]
            )
        )
        last = number == len(layers)
        nodes.append(
            helper.make_node(
                "Sigmoid" if last else "Relu", [f"dense{number}"], ["score" if last else f"layer{number}"]
            )
        )
    return _model("mlp", len(mean), nodes, constants)


def of_trees(features: int, baseline: float, trees: list[np.ndarray]) -> onnx.ModelProto:
    """The sum of the trees' leaves and the baseline, through a sigmoid.

    The trees are node arrays of scikit-learn's histogram gradient boosting. They split float64 numbers
    at a threshold; a float32 is at most the threshold exactly where it is at most the largest float32
    that is.
    """
    nodes: dict[str, list] = {
        name: []
        for name in (
            "nodes_treeids",
            "nodes_nodeids",
            "nodes_featureids",
            "nodes_values",
            "nodes_modes",
            "nodes_truenodeids",
            "nodes_falsenodeids",
            "nodes_missing_value_tracks_true",
            "target_treeids",
            "target_nodeids",
            "target_ids",
            "target_weights",
        )
    }
    for number, tree in enumerate(trees):
        for position, node in enumerate(tree):
            leaf = bool(node["is_leaf"])
            nodes["nodes_treeids"].append(number)
            nodes["nodes_nodeids"].append(position)
            nodes["nodes_featureids"].append(0 if leaf else int(node["feature_idx"]))
            nodes["nodes_values"].append(0.0 if leaf else _float32_at_most(node["num_threshold"]))
            nodes["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            nodes["nodes_truenodeids"].append(0 if leaf else int(node["left"]))
            nodes["nodes_falsenodeids"].append(0 if leaf else int(node["right"]))
            nodes["nodes_missing_value_tracks_true"].append(int(not leaf and node["missing_go_to_left"]))
            if leaf:
                nodes["target_treeids"].append(number)
                nodes["target_nodeids"].append(position)
                nodes["target_ids"].append(0)
                nodes["target_weights"].append(float(node["value"]))
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["margin"],
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        base_values=[baseline],
        **nodes,
    )
    return _model("trees", features, [ensemble, helper.make_node("Sigmoid", ["margin"], ["score"])], [])


def _float32_at_most(threshold: float) -> float:
    nearest = np.float32(threshold)
    return float(nearest if nearest <= threshold else np.nextafter(nearest, np.float32(-np.inf)))


def _constant(name: str, values: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name)


def _model(name: str, features: int, nodes: list, constants: list) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", features])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N", 1])],
        constants,
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)],
        ir_version=IR_VERSION,
        producer_name="millrace-training",
    )
    onnx.checker.check_model(model, full_check=True)
    return model
