"""Trains a small model of each family, exports it to ONNX as its users do, and writes down what the training library says.

    python exporters.py scikit-learn xgboost lightgbm catboost     with exporters-requirements.txt
    python3 exporters.py pytorch                                   with Debian 12's python3-torch

A second run gives the same models; some exporters number their nodes anew, so that the bytes differ.

Each model becomes a version in exporters/, a registry: model.onnx, metadata.json, and expected.json with rows and the
answers to them. None of these comes from ONNX Runtime: they are the library's own, of the model that was trained.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "exporters"
TRAINED, ASKED = 400, 24
FLOAT, DOUBLE, LONG, STRING = "float32", "float64", "int64", "string"


def plain(values):
    """Numbers as JSON has them: as short as they can be read back; null for a missing one."""
    values = np.asarray(values)
    if values.dtype.kind in "US" or values.dtype == object:
        return values.tolist()
    return [[None if number != number else number for number in row] for row in values.reshape(len(values), -1).tolist()]


def tensor(name, of, width, **more):
    """An input or output: rows of so many elements, or without a second dimension."""
    return {"name": name, "type": of, "shape": [-1] if width == 0 else [-1, width], **more}


def features(count):
    return [f"f{i}" for i in range(count)]


def numbers(name, of, width):
    return tensor(name, of, width, features=features(width))


def save(name, by, exported, inputs, output, rows, scores, outputs=(), tolerance=1e-6):
    """Writes a version.

    by: the library and the exporter; outputs: pairs of a further output and what the library says there;
    tolerance: how far the engine may be off, of numbers beyond 1 as a share of them.
    """
    folder = FOLDER / name / "1"
    folder.mkdir(parents=True, exist_ok=True)
    model = exported if isinstance(exported, bytes) else exported.SerializeToString()
    (folder / "model.onnx").write_bytes(model)
    metadata = {
        "name": name,
        "version": "1",
        "digest": "sha256:" + hashlib.sha256(model).hexdigest(),
        "bytes": len(model),
        "inputs": inputs,
        "output": {"meaning": "the score", **output},
        "outputs": [{"meaning": "further", **one} for one, _ in outputs],
    }
    (folder / "metadata.json").write_text(json.dumps(metadata, indent=1) + "\n")
    lines = [f'"by": {json.dumps(by)}', f'"tolerance": {tolerance}']
    for member, values in [("rows", rows), ("scores", np.reshape(scores, (-1, 1))), *((o["name"], v) for o, v in outputs)]:
        values = plain(values)
        if isinstance(values[0], str):
            values = [[text] for text in values]
        lines.append(f'"{member}": [\n  ' + ",\n  ".join(map(json.dumps, values)) + "\n ]")
    (folder / "expected.json").write_text("{" + ",\n ".join(lines) + "}\n")
    print(f"{name}: {len(model):,} bytes")


def table(width=4, seed=7):
    """Rows for training and for asking; numbers that float32 has, so that no type rounds them."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(TRAINED + ASKED, width)).astype(np.float32).astype(np.float64)
    truth = rows[:, 0] * rows[:, 1] + np.sin(2 * rows[:, 2]) + 0.3 * rng.normal(size=len(rows))
    return rows[:TRAINED], rows[TRAINED:], truth[:TRAINED]


CLASSES = ["forged", "genuine", "stolen"]


def scikit_learn():
    import sklearn
    import skl2onnx
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.cluster import KMeans
    from sklearn.compose import ColumnTransformer
    from sklearn.decomposition import PCA, TruncatedSVD
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
    from sklearn.ensemble import (
        AdaBoostClassifier,
        AdaBoostRegressor,
        BaggingClassifier,
        ExtraTreesClassifier,
        GradientBoostingClassifier,
        GradientBoostingRegressor,
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
        IsolationForest,
        RandomForestClassifier,
        RandomForestRegressor,
        StackingClassifier,
        VotingClassifier,
    )
    from sklearn.feature_selection import SelectKBest
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor, Ridge, SGDClassifier
    from sklearn.mixture import GaussianMixture
    from sklearn.naive_bayes import BernoulliNB, GaussianNB
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, LocalOutlierFactor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import (
        Binarizer,
        KBinsDiscretizer,
        MinMaxScaler,
        Normalizer,
        OneHotEncoder,
        OrdinalEncoder,
        PolynomialFeatures,
        PowerTransformer,
        RobustScaler,
        StandardScaler,
    )
    from sklearn.svm import SVC, SVR, OneClassSVM
    from sklearn.tree import DecisionTreeClassifier

    by = f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}"
    train, ask, truth = table()
    yes = (truth > 0).astype(np.int64)
    three = np.array(CLASSES)[np.digitize(truth, [-0.6, 0.6])]
    float_type = [("X", FloatTensorType([None, 4]))]
    opsets = {"": 17, "ai.onnx.ml": 3}

    def convert(model, types=float_type, **options):
        return to_onnx(model, initial_types=types, target_opset=opsets, options={id(model): options} if options else None)

    def two_classes(name, model, tolerance=1e-6, rows=ask, known=train, labels=True):
        model.fit(known, yes)
        save(
            name,
            by,
            convert(model, zipmap=False),
            [numbers("X", FLOAT, 4)],
            tensor("probabilities", FLOAT, 2),
            rows,
            model.predict_proba(rows)[:, 1],
            [(tensor("label", LONG, 0), model.predict(rows))] if labels else (),
            tolerance,
        )

    two_classes("logistic-regression", LogisticRegression())
    two_classes("decision-tree", DecisionTreeClassifier(max_depth=5, random_state=1))
    two_classes("random-forest", RandomForestClassifier(10, max_depth=4, random_state=1))
    two_classes("extra-trees", ExtraTreesClassifier(10, max_depth=4, random_state=1))
    two_classes("gradient-boosting", GradientBoostingClassifier(n_estimators=15, max_depth=3, random_state=1))
    two_classes("ada-boost", AdaBoostClassifier(n_estimators=8, random_state=1))
    two_classes("svc", SVC(probability=True, random_state=1), tolerance=1e-5)
    two_classes("k-neighbors", KNeighborsClassifier(5))
    two_classes("mlp", MLPClassifier((16, 8), max_iter=800, random_state=1), tolerance=1e-5)
    two_classes("gaussian-nb", GaussianNB(), tolerance=1e-5)
    two_classes("calibrated", CalibratedClassifierCV(GaussianNB(), cv=2), tolerance=1e-5)
    two_classes(
        "voting",
        VotingClassifier(
            [("line", LogisticRegression()), ("tree", DecisionTreeClassifier(max_depth=3))],
            voting="soft",
            flatten_transform=False,
        ),
    )
    two_classes("scaled", make_pipeline(MinMaxScaler(), StandardScaler(), PCA(3, random_state=1), LogisticRegression()))

    # Its labels come out as one row: they are left alone.
    two_classes("quadratic-discriminant", QuadraticDiscriminantAnalysis(), tolerance=1e-5, labels=False)
    two_classes("sgd", SGDClassifier(loss="log_loss", random_state=1))
    two_classes("bernoulli-nb", BernoulliNB())
    two_classes("bagging", BaggingClassifier(DecisionTreeClassifier(max_depth=3), 5, random_state=1))
    two_classes(
        "stacking",
        StackingClassifier([("near", KNeighborsClassifier(3)), ("tree", DecisionTreeClassifier(max_depth=3))], cv=3),
    )
    two_classes("binned", make_pipeline(KBinsDiscretizer(5, encode="onehot-dense", quantile_method="averaged_inverted_cdf"), LogisticRegression()))
    two_classes("binary", make_pipeline(Binarizer(), LogisticRegression()))
    two_classes(
        "united",
        make_pipeline(make_union(PCA(2, random_state=1), SelectKBest(k=2)), RobustScaler(), LogisticRegression()),
    )
    two_classes("normalized", make_pipeline(Normalizer(), TruncatedSVD(3, random_state=1), LogisticRegression()))
    two_classes("powers", make_pipeline(PowerTransformer(), LogisticRegression()), tolerance=1e-5)

    rng = np.random.default_rng(5)
    holes, asked_holes = train.copy(), ask.copy()
    holes[rng.random(holes.shape) < 0.2] = np.nan
    asked_holes[rng.random(ask.shape) < 0.2] = np.nan
    two_classes(
        "hist-gradient-boosting",
        HistGradientBoostingClassifier(max_iter=10, max_depth=3, random_state=1),
        rows=asked_holes,
        known=holes,
    )
    two_classes("imputed", make_pipeline(SimpleImputer(), LogisticRegression()), rows=asked_holes, known=holes)

    # What the converter does of itself: the label, then a map of class to probability for each row.
    model = LogisticRegression().fit(train, yes)
    save(
        "zipmap",
        by,
        convert(model),
        [numbers("X", FLOAT, 4)],
        tensor("output_probability", FLOAT, 0, classes=["0", "1"], **{"class": "1"}),
        ask,
        model.predict_proba(ask)[:, 1],
        [(tensor("output_label", LONG, 0), model.predict(ask))],
    )
    model = RandomForestClassifier(10, max_depth=4, random_state=1).fit(train, three)
    stolen = model.predict_proba(ask)[:, CLASSES.index("stolen")]
    save(
        "three-classes-zipmap",
        by,
        convert(model),
        [numbers("X", FLOAT, 4)],
        tensor("output_probability", FLOAT, 0, classes=CLASSES, **{"class": "stolen"}),
        ask,
        stolen,
        [(tensor("output_label", STRING, 0), model.predict(ask))],
    )
    save(
        "three-classes",
        by,
        convert(model, zipmap=False),
        [numbers("X", FLOAT, 4)],
        tensor("probabilities", FLOAT, 3, classes=CLASSES, **{"class": "stolen"}),
        ask,
        stolen,
        [(tensor("label", STRING, 0), model.predict(ask))],
    )
    # An output for each class.
    model = LogisticRegression().fit(train, three)
    save(
        "class-columns",
        by,
        convert(model, zipmap="columns"),
        [numbers("X", FLOAT, 4)],
        tensor("sstolen", FLOAT, 0),
        ask,
        model.predict_proba(ask)[:, 2],
        [(tensor("sforged", FLOAT, 0), model.predict_proba(ask)[:, 0]), (tensor("output_label", STRING, 0), model.predict(ask))],
    )

    def regression(name, model, of=FLOAT, tolerance=1e-6, known=train, values=truth, output="variable"):
        model.fit(known, values)
        types = float_type if of == FLOAT else [("X", DoubleTensorType([None, 4]))]
        exported = convert(model, types)
        save(name, by, exported, [numbers("X", of, 4)], tensor(output, of, 1), ask, model.predict(ask), (), tolerance)

    regression("linear-regression", LinearRegression())
    regression("ridge-float64", Ridge(), DOUBLE, 1e-12)
    regression("random-forest-regressor", RandomForestRegressor(10, max_depth=4, random_state=1))
    regression("gradient-boosting-regressor", GradientBoostingRegressor(n_estimators=15, max_depth=3, random_state=1))
    regression("svr", SVR(), tolerance=1e-5)
    regression("k-neighbors-regressor", KNeighborsRegressor(3))
    regression("mlp-regressor", MLPRegressor(hidden_layer_sizes=(12,), max_iter=800, random_state=1), tolerance=1e-5)
    regression("mlp-float64", MLPRegressor(hidden_layer_sizes=(12,), max_iter=800, random_state=1), DOUBLE, 1e-12)
    regression("polynomial", make_pipeline(PolynomialFeatures(2), Ridge()), tolerance=1e-5)

    regression("ada-boost-regressor", AdaBoostRegressor(n_estimators=5, random_state=1))
    regression("hist-gradient-boosting-regressor", HistGradientBoostingRegressor(max_iter=10, max_depth=3, random_state=1))
    regression("gaussian-process", GaussianProcessRegressor(alpha=0.5), DOUBLE, 1e-10, train[:40], truth[:40], "GPmean")
    regression("poisson", PoissonRegressor(), known=train, values=np.abs(truth))

    # Whole numbers in.
    counts = np.floor(3 * np.abs(train)).astype(np.int64)
    asked = np.floor(3 * np.abs(ask)).astype(np.int64)
    model = DecisionTreeClassifier(max_depth=5, random_state=1).fit(counts, yes)
    save(
        "integers",
        by,
        convert(model, [("X", Int64TensorType([None, 4]))], zipmap=False),
        [numbers("X", LONG, 4)],
        tensor("probabilities", FLOAT, 2),
        asked.astype(np.float64),
        model.predict_proba(asked)[:, 1],
        [(tensor("label", LONG, 0), model.predict(asked))],
    )

    # Columns of three types, a text among them, each an input of its own.
    import pandas

    rng = np.random.default_rng(11)
    channels = ["pos", "web", "app"]
    total = TRAINED + ASKED
    frame = pandas.DataFrame(
        {
            "amount": rng.gamma(2, 20, total).astype(np.float32),
            "items": rng.integers(1, 9, total),
            "channel": rng.choice(channels, total),
            "country": rng.choice(["at", "ch", "de"], total),
        }
    )
    risky = (frame["amount"] / 40 + (frame["channel"] == "web") + 0.1 * frame["items"] > 2).to_numpy().astype(np.int64)
    model = make_pipeline(
        ColumnTransformer(
            [
                ("numbers", StandardScaler(), ["amount", "items"]),
                ("channel", OneHotEncoder(handle_unknown="ignore"), ["channel"]),
                ("country", OrdinalEncoder(), ["country"]),
            ]
        ),
        LogisticRegression(),
    ).fit(frame[:TRAINED], risky[:TRAINED])
    asked = frame[TRAINED:]
    save(
        "columns",
        by,
        convert(
            model,
            [
                ("amount", FloatTensorType([None, 1])),
                ("items", Int64TensorType([None, 1])),
                ("channel", StringTensorType([None, 1])),
                ("country", StringTensorType([None, 1])),
            ],
            zipmap=False,
        ),
        [
            tensor("amount", FLOAT, 1, features=["amount"]),
            tensor("items", LONG, 1, features=["items"]),
            tensor("channel", STRING, 1, features=["channel"], categories={"channel": channels}),
            tensor("country", STRING, 1, features=["country"], categories={"country": ["at", "ch", "de"]}),
        ],
        tensor("probabilities", FLOAT, 2),
        np.column_stack(
            [
                asked["amount"].astype(np.float64),
                asked["items"],
                asked["channel"].map(channels.index),
                asked["country"].map(["at", "ch", "de"].index),
            ]
        ).astype(np.float64),
        model.predict_proba(asked)[:, 1],
        [(tensor("label", LONG, 0), model.predict(asked))],
        1e-5,
    )

    # What finds the odd ones out, and what makes coordinates.
    model = IsolationForest(n_estimators=10, max_samples=32, random_state=1).fit(train)
    save(
        "isolation-forest",
        by,
        to_onnx(model, initial_types=float_type, target_opset=opsets),
        [numbers("X", FLOAT, 4)],
        tensor("scores", FLOAT, 1),
        ask,
        model.decision_function(ask),
        [(tensor("label", LONG, 1), model.predict(ask))],
        1e-5,
    )
    model = OneClassSVM(nu=0.1).fit(train[:150])
    save(
        "one-class-svm",
        by,
        convert(model),
        [numbers("X", FLOAT, 4)],
        tensor("scores", FLOAT, 1),
        ask,
        model.decision_function(ask),
        [(tensor("label", LONG, 1), model.predict(ask))],
        1e-5,
    )
    model = LocalOutlierFactor(5, novelty=True).fit(train[:60])
    save(
        "local-outlier-factor",
        by,
        convert(model),
        [numbers("X", FLOAT, 4)],
        tensor("scores", FLOAT, 1),
        ask,
        model.decision_function(ask),
        [(tensor("label", LONG, 1), model.predict(ask))],
        1e-5,
    )
    model = GaussianMixture(3, random_state=1).fit(train)
    save(
        "gaussian-mixture",
        by,
        convert(model),
        [numbers("X", FLOAT, 4)],
        tensor("probabilities", FLOAT, 3, classes=["a", "b", "c"], **{"class": "c"}),
        ask,
        model.predict_proba(ask)[:, 2],
        [(tensor("label", LONG, 0), model.predict(ask))],
        1e-4,
    )
    model = PCA(3, random_state=1).fit(train)
    axes = ["first", "second", "third"]
    save(
        "pca",
        by,
        convert(model),
        [numbers("X", FLOAT, 4)],
        tensor("variable", FLOAT, 3, classes=axes, **{"class": "first"}),
        ask,
        model.transform(ask)[:, 0],
    )
    model = KMeans(3, n_init=3, random_state=1).fit(train)
    save(
        "k-means",
        by,
        convert(model),
        [numbers("X", FLOAT, 4)],
        tensor("scores", FLOAT, 3, classes=axes, **{"class": "second"}),
        ask,
        model.transform(ask)[:, 1],
        [(tensor("label", LONG, 0), model.predict(ask))],
        1e-5,
    )


def xgboost():
    import onnxmltools
    import xgboost as library
    from onnxmltools.convert.common.data_types import FloatTensorType

    by = f"xgboost {library.__version__}, onnxmltools {onnxmltools.__version__}"
    train, ask, truth = table()
    asked_holes = ask.copy()
    asked_holes[np.random.default_rng(5).random(ask.shape) < 0.2] = np.nan

    def convert(model):
        return onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, 4]))], target_opset=15)

    inputs = [numbers("X", FLOAT, 4)]
    model = library.XGBClassifier(n_estimators=12, max_depth=3).fit(train, truth > 0)
    save(
        "xgboost",
        by,
        convert(model),
        inputs,
        tensor("probabilities", FLOAT, 2),
        asked_holes,
        model.predict_proba(asked_holes)[:, 1],
        [(tensor("label", LONG, 0), model.predict(asked_holes))],
    )
    model = library.XGBClassifier(n_estimators=6, max_depth=3).fit(train, np.digitize(truth, [-0.6, 0.6]))
    save(
        "xgboost-three-classes",
        by,
        convert(model),
        inputs,
        tensor("probabilities", FLOAT, 3, classes=CLASSES, **{"class": "forged"}),
        ask,
        model.predict_proba(ask)[:, 0],
        [(tensor("label", LONG, 0), model.predict(ask))],
    )
    model = library.XGBRegressor(n_estimators=12, max_depth=3).fit(train, truth)
    save("xgboost-regressor", by, convert(model), inputs, tensor("variable", FLOAT, 1), ask, model.predict(ask))


def lightgbm():
    import lightgbm as library
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    by = f"lightgbm {library.__version__}, onnxmltools {onnxmltools.__version__}"
    train, ask, truth = table()
    options = {"n_estimators": 12, "num_leaves": 7, "verbose": -1, "n_jobs": 1}

    def convert(model, **more):
        return onnxmltools.convert_lightgbm(
            model, initial_types=[("X", FloatTensorType([None, 4]))], target_opset=15, **more
        )

    inputs = [numbers("X", FLOAT, 4)]
    model = library.LGBMClassifier(**options).fit(train, (truth > 0).astype(np.int64))
    save(
        "lightgbm",
        by,
        convert(model, zipmap=False),
        inputs,
        tensor("probabilities", FLOAT, 2),
        ask,
        model.predict_proba(ask)[:, 1],
        [(tensor("label", LONG, 0), model.predict(ask))],
    )
    save(
        "lightgbm-zipmap",
        by,
        convert(model),
        inputs,
        tensor("probabilities", FLOAT, 0, classes=["0", "1"], **{"class": "1"}),
        ask,
        model.predict_proba(ask)[:, 1],
        [(tensor("label", LONG, 0), model.predict(ask))],
    )
    model = library.LGBMClassifier(**{**options, "n_estimators": 5}).fit(train, np.digitize(truth, [-0.6, 0.6]))
    save(
        "lightgbm-three-classes",
        by,
        convert(model, zipmap=False),
        inputs,
        tensor("probabilities", FLOAT, 3, classes=CLASSES, **{"class": "stolen"}),
        ask,
        model.predict_proba(ask)[:, 2],
        [(tensor("label", LONG, 0), model.predict(ask))],
    )
    kinds = np.column_stack([np.floor(3 * np.abs(train[:, 0])), train[:, 1:]])
    asked = np.column_stack([np.floor(3 * np.abs(ask[:, 0])), ask[:, 1:]])
    model = library.LGBMClassifier(**options).fit(kinds, (truth > 0).astype(np.int64), categorical_feature=[0])
    save(
        "lightgbm-categories",
        by,
        convert(model, zipmap=False),
        inputs,
        tensor("probabilities", FLOAT, 2),
        asked,
        model.predict_proba(asked)[:, 1],
        [(tensor("label", LONG, 0), model.predict(asked))],
    )
    model = library.LGBMRegressor(**options).fit(train, truth)
    save("lightgbm-regressor", by, convert(model), inputs, tensor("variable", FLOAT, 1), ask, model.predict(ask))


def catboost():
    import catboost as library

    by = f"catboost {library.__version__}, its own exporter"
    train, ask, truth = table()
    options = {"iterations": 12, "depth": 3, "verbose": False, "random_seed": 1, "allow_writing_files": False, "thread_count": 1}

    def convert(model):
        file = FOLDER / "catboost.part"
        model.save_model(str(file), format="onnx", export_parameters={"onnx_graph_name": "model"})
        exported = file.read_bytes()
        file.unlink()
        return exported

    inputs = [numbers("features", FLOAT, 4)]
    model = library.CatBoostClassifier(**options).fit(train, (truth > 0).astype(np.int64))
    save(
        "catboost",
        by,
        convert(model),
        inputs,
        tensor("probabilities", FLOAT, 0, classes=["0", "1"], **{"class": "1"}),
        ask,
        model.predict_proba(ask)[:, 1],
        [(tensor("label", LONG, 0), model.predict(ask).reshape(-1))],
    )
    model = library.CatBoostClassifier(**options).fit(train, np.array(CLASSES)[np.digitize(truth, [-0.6, 0.6])])
    save(
        "catboost-three-classes",
        by,
        convert(model),
        inputs,
        tensor("probabilities", FLOAT, 0, classes=CLASSES, **{"class": "stolen"}),
        ask,
        model.predict_proba(ask)[:, list(model.classes_).index("stolen")],
        [(tensor("label", STRING, 0), model.predict(ask).reshape(-1))],
    )
    model = library.CatBoostRegressor(**options).fit(train, truth)
    save("catboost-regressor", by, convert(model), inputs, tensor("predictions", FLOAT, 1), ask, model.predict(ask))


def pytorch():
    import io

    import torch
    from torch import nn

    torch.manual_seed(1)
    by = f"torch {torch.__version__}, torch.onnx"

    def trained(model, rows, truth):
        """A few steps: enough that its weights are no longer those that chance gave."""
        optimizer = torch.optim.Adam(model.parameters(), 0.01)
        for _ in range(60):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(rows).reshape(-1), truth).backward()
            optimizer.step()
        return model.eval()

    def export(name, model, asked, inputs, output, scores, outputs=(), rows=None, tolerance=1e-5, fixed_rows=0):
        file = io.BytesIO()
        names = [one["name"] for one in inputs], [output["name"], *(one["name"] for one, _ in outputs)]
        torch.onnx.export(
            model,
            tuple(one[:fixed_rows] if fixed_rows else one for one in asked),
            file,
            opset_version=16,
            input_names=names[0],
            output_names=names[1],
            dynamic_axes=None if fixed_rows else {one: {0: "rows"} for one in names[0] + names[1]},
        )
        if rows is None:
            rows = asked[0].numpy().astype(np.float64)
        outputs = [(one, values.detach().numpy()) for one, values in outputs]
        save(name, by, file.getvalue(), inputs, output, rows, scores.detach().numpy(), outputs, tolerance)

    train, ask, truth = table()
    probability = torch.tensor(truth > 0)

    for of, torch_type, tolerance in [(FLOAT, torch.float32, 1e-5), (DOUBLE, torch.float64, 1e-10)]:
        mlp = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.BatchNorm1d(16), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
        mlp = trained(mlp.to(torch_type), torch.tensor(train, dtype=torch_type), probability.to(torch_type))
        asked = torch.tensor(ask, dtype=torch_type)
        export(
            "torch-mlp-" + of, mlp, [asked], [numbers("features", of, 4)], tensor("score", of, 1), mlp(asked), tolerance=tolerance
        )

    network = nn.Sequential(nn.Linear(4, 8), nn.ELU(), nn.LayerNorm(8), nn.Linear(8, 1))
    network = trained(network, torch.tensor(train).float(), torch.tensor(truth).float())
    asked = torch.tensor(ask).float()
    fixed = {**numbers("features", FLOAT, 4), "shape": [5, 4]}, {**tensor("score", FLOAT, 1), "shape": [5, 1]}
    export("torch-fixed-rows", network, [asked], [fixed[0]], fixed[1], network(asked), fixed_rows=5)

    rng = np.random.default_rng(3)
    words, width = 20, 8
    tokens = torch.tensor(rng.integers(0, words, (TRAINED + ASKED, width)))
    longest = (tokens == 7).any(1).float()
    amounts = torch.tensor(rng.normal(size=(TRAINED + ASKED, 2)), dtype=torch.float32)
    token_input = [tensor("tokens", LONG, width, features=[f"t{i}" for i in range(width)])]

    class Convolution(nn.Module):
        """Words and numbers in; a score and an embedding out."""

        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(words, 6)
            self.over = nn.Conv1d(6, 8, 3, padding=1)
            self.head = nn.Linear(10, 1)

        def both(self, tokens, amounts):
            inner = torch.relu(self.over(self.words(tokens).transpose(1, 2))).max(2).values
            embedding = torch.cat([inner, amounts], 1)
            return torch.sigmoid(self.head(embedding)).squeeze(1), embedding

        def forward(self, tokens, amounts=None):
            score, embedding = self.both(tokens, amounts if amounts is not None else known)
            return (score, embedding) if not self.training else score

    known = amounts[:TRAINED]
    model = trained(Convolution(), tokens[:TRAINED], longest[:TRAINED])
    asked = [tokens[TRAINED:], amounts[TRAINED:]]
    score, embedding = model(*asked)
    export(
        "torch-convolution",
        model,
        asked,
        [*token_input, tensor("amounts", FLOAT, 2, features=["a0", "a1"])],
        tensor("score", FLOAT, 0),
        score,
        [(tensor("embedding", FLOAT, 10), embedding)],
        np.hstack([one.numpy().astype(np.float64) for one in asked]),
    )

    class Attention(nn.Module):
        """A transformer's block: attention of two heads, two norms, and a feed-forward part."""

        def __init__(self, size=8, heads=2):
            super().__init__()
            self.heads, self.size = heads, size
            self.words = nn.Embedding(words, size)
            self.places = nn.Parameter(torch.randn(width, size))
            self.ask, self.answer = nn.Linear(size, 3 * size), nn.Linear(size, size)
            self.norms = nn.ModuleList([nn.LayerNorm(size), nn.LayerNorm(size)])
            self.forth = nn.Sequential(nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))
            self.head = nn.Linear(size, 1)

        def forward(self, tokens):
            seen = self.words(tokens) + self.places
            query, key, value = (
                part.reshape(-1, width, self.heads, self.size // self.heads).transpose(1, 2)
                for part in self.ask(self.norms[0](seen)).chunk(3, 2)
            )
            weights = (query @ key.transpose(2, 3) / key.shape[-1] ** 0.5).softmax(-1)
            seen = seen + self.answer((weights @ value).transpose(1, 2).flatten(2))
            seen = seen + self.forth(self.norms[1](seen))
            return torch.sigmoid(self.head(seen.mean(1)))

    model = trained(Attention(), tokens[:TRAINED], longest[:TRAINED])
    export("torch-attention", model, [tokens[TRAINED:]], token_input, tensor("score", FLOAT, 1), model(tokens[TRAINED:]))

    class Masked(nn.Module):
        """Words, some of which do not count; whole numbers of 32 bits, and truth values."""

        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(words, 6)
            self.head = nn.Linear(6, 1)

        def forward(self, tokens, counts):
            seen = self.words(tokens) * counts.unsqueeze(2)
            return torch.sigmoid(self.head(seen.sum(1) / counts.sum(1, keepdim=True).clamp(min=1)))

    counts = torch.tensor(rng.random((TRAINED + ASKED, width)) < 0.7)
    asked = [tokens[TRAINED:].int(), counts[TRAINED:]]
    model = Masked().eval()
    export(
        "torch-masked",
        model,
        asked,
        [
            tensor("tokens", "int32", width, features=[f"t{i}" for i in range(width)]),
            tensor("counts", "bool", width, features=[f"c{i}" for i in range(width)]),
        ],
        tensor("score", FLOAT, 1),
        model(*asked),
        rows=np.hstack([one.numpy().astype(np.float64) for one in asked]),
    )

    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(words, 6)
            self.steps = nn.GRU(6, 8, batch_first=True)
            self.head = nn.Linear(8, 1)

        def forward(self, tokens):
            return self.head(self.steps(self.words(tokens))[1][0])

    model = trained(Recurrent(), tokens[:TRAINED], longest[:TRAINED])
    export("torch-recurrent", model, [tokens[TRAINED:]], token_input, tensor("score", FLOAT, 1), model(tokens[TRAINED:]))


FAMILIES = {
    "scikit-learn": scikit_learn,
    "xgboost": xgboost,
    "lightgbm": lightgbm,
    "catboost": catboost,
    "pytorch": pytorch,
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for family in sys.argv[1:] or FAMILIES:
        FAMILIES[family]()
