"""Posteriors of other frameworks by their weights; what needs sbi is skipped without it."""

import json
import pickle

import numpy as np
import pytest

from sidereus.bundle import case, command, safetensors
from sidereus.bundle.errors import Unsupported
from sidereus.bundle.network import Flow, Layer, Transform, degrees_of
from sidereus.errors import SidereusError

CASE = {
    "format": 1,
    "name": "line",
    "parameters": [{"name": "a"}, {"name": "b"}],
    "covariates": [{"name": "t"}],
    "measured_parameters": [{"name": "b", "error_lower": 0.1, "error_upper": 1}],
    "observables": [
        {"name": "y1", "error": 0.1, "error_lower": 0.01, "error_upper": 1},
        {"name": "y2", "error": 0.2, "may_be_missing": True},
    ],
}


@pytest.fixture
def case_file(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE))
    return path


def test_should_name_the_columns_as_the_case_does(case_file):
    of_case = case.read(case_file, None)
    assert of_case.parameters == ["a", "b"]
    assert of_case.features == ["y1", "y2", "y1_error", "y2_mask", "b", "b_error", "b_mask", "t"]
    assert case.read(case_file, ["y2", "y1"]).features == ["y2", "y1"]


def test_should_take_rows_from_a_table(case_file, tmp_path):
    table = tmp_path / "draws.csv"
    table.write_text("a,b,t,y1,y2\n1,2,3,4,5\n1,2,3,,5\n")
    rows = case.rows(case.read(case_file, ["y2", "y1", "y1_error", "y2_mask", "t"]), table)
    assert rows.tolist() == [[5, 4, 0.1, 1, 3]]
    assert case.rows(case.read(case_file, ["unknown"]), table) is None
    np.savez(tmp_path / "draws.npz", y1=np.arange(3.0), y2=np.arange(3.0) + 1)
    rows = case.rows(case.read(case_file, ["y2", "y1"]), tmp_path / "draws.npz")
    assert rows.tolist() == [[1, 0], [2, 1], [3, 2]]


def test_should_read_what_it_writes(tmp_path):
    tensors = {"b": np.arange(6.0).reshape(2, 3), "a": np.array([0.5])}
    safetensors.write(tmp_path / "x.safetensors", tensors)
    found = safetensors.read(tmp_path / "x.safetensors")
    assert set(found) == {"a", "b"}
    assert all((found[name] == values).all() for name, values in tensors.items())


def test_should_find_degrees_from_masks():
    position = np.array([1, 0, 2])  # the second column comes first
    first = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0]])
    second = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 1]])
    degrees = degrees_of([first, second], position)
    assert [one.tolist() for one in degrees] == [[2, 1, 0], [1, 2, 0]]


@pytest.mark.parametrize("embedded", [True, False])
def test_should_move_a_scaling_of_the_features_into_weights(embedded):
    random = np.random.default_rng(1)
    layer = Layer(random.normal(size=(4, 2)), random.normal(size=4), "tanh")
    width = 4 if embedded else 2
    one = Transform(
        {}, [0], [(np.zeros((3, 1)), random.normal(size=3))], [np.zeros(3)], random.normal(size=(3, width)),
        random.normal(size=(2, 3)), random.normal(size=2), random.normal(size=(2, width)),
    )  # fmt: skip
    scaling = [{"shift": 0.0, "scale": 1.0}, {"shift": 2.0, "scale": 0.5}]
    flow = Flow([], scaling, [layer] if embedded else [], [one])
    x = random.normal(size=2)

    def outputs():
        scaled = (x - [s["shift"] for s in scaling]) / [s["scale"] for s in scaling]
        context = np.tanh(flow.embedding[0].weight @ scaled + flow.embedding[0].bias) if embedded else scaled
        hidden = np.tanh(one.layers[0][1] + one.context @ context)
        return one.output @ hidden + one.output_context @ context + one.output_bias

    before = outputs()
    flow.take_features(np.array([30.0, -1.0]), np.array([4.0, 0.1]))
    assert scaling[0] == {"shift": 30.0, "scale": 4.0}
    assert np.allclose(outputs(), before, atol=1e-12)


def test_should_keep_what_a_feature_does_that_is_constant_in_the_table(tmp_path):
    """An error that the table lacks is constant there, and not in a survey."""
    random = np.random.default_rng(1)
    one = Transform(
        {}, [0], [(np.zeros((3, 1)), random.normal(size=3))], [np.zeros(3)], random.normal(size=(3, 2)),
        random.normal(size=(2, 3)), random.normal(size=2), None,
    )  # fmt: skip
    flow = Flow([], [{"shift": 0.0, "scale": 1.0}, {"shift": 0.0, "scale": 1.0}], [], [one])

    def first_layer(x):
        limit = json.loads((tmp_path / "flow.json").read_text())["feature_limit"]
        scaled = [(value - s["shift"]) / s["scale"] for value, s in zip(x, flow.feature_scaling, strict=True)]
        return one.layers[0][1] + one.context @ np.clip(scaled, -limit, limit)

    flow.save(tmp_path)
    unscaled = np.array([6e4, 0.05])  # counts
    expected, counts = first_layer([3.0, 0.05]), one.layers[0][1] + one.context @ unscaled
    assert np.allclose(first_layer(unscaled), counts)
    flow.standardise(np.column_stack([random.normal(size=100), np.full(100, 0.02)]))
    flow.save(tmp_path)
    assert np.allclose(first_layer([3.0, 0.05]), expected)


def test_should_say_that_reading_runs_code(capsys):
    with pytest.raises(SystemExit):
        command.main(["bundle", "--help"])
    assert "runs the code in its file" in capsys.readouterr().out


def test_should_not_write_over_a_folder(case_file, tmp_path, capsys):
    arguments = ["bundle", "posterior.pkl", "--case", str(case_file), "--out", str(tmp_path)]
    assert command.main(arguments) == 1
    assert "exists already" in capsys.readouterr().err


class TestWithSbi:
    """What the frameworks give; the Java tests compare graphs with their numbers."""

    @pytest.fixture(autouse=True)
    def frameworks(self):
        pytest.importorskip("sbi", reason="sbi is not installed")

    @staticmethod
    def theta_and_x():
        import torch

        torch.manual_seed(1)
        return torch.randn(200, 2), torch.randn(200, 3) * 2 + 1

    def test_should_write_the_weights_of_a_file(self, tmp_path, capsys):
        from sbi.neural_nets.net_builders import flow as build

        theta, x = self.theta_and_x()
        with (tmp_path / "posterior.pkl").open("wb") as file:
            pickle.dump(build.build_maf(theta, x, hidden_features=5, num_transforms=2), file)
        (tmp_path / "case.json").write_text(
            json.dumps({**CASE, "covariates": [], "measured_parameters": [], "observables": [{"name": "y"}]})
        )
        arguments = ["bundle", str(tmp_path / "posterior.pkl"), "--case", str(tmp_path / "case.json")]
        arguments += ["--weights-only", "--out", str(tmp_path / "out")]
        assert command.main([*arguments, "--features", "y1,y2"]) == 1
        assert "takes 3 numbers for each object, but the case has 2 features" in capsys.readouterr().err
        assert command.main([*arguments, "--features", "y1,y2,y3"]) == 0
        assert (tmp_path / "out/flow.json").exists()
        parity = safetensors.read(tmp_path / "out/parity.safetensors")
        assert parity["theta"].shape == (16, 64, 2)

    def test_should_have_the_density_of_its_own_samples(self):
        from sbi.neural_nets.net_builders import flow as build

        from sidereus.bundle import posteriors

        theta, x = self.theta_and_x()
        known = posteriors.of(build.build_zuko_maf(theta, x, hidden_features=5, num_transforms=1), 3)
        rows, noise = x[:5].numpy(), np.zeros((5, 2))
        step, density = 1e-5, known.log_prob(rows, known.sample(rows, noise))
        slopes = [
            (known.sample(rows, noise + step * unit) - known.sample(rows, noise - step * unit)) / (2 * step)
            for unit in np.eye(2)
        ]
        determinant = np.linalg.det(np.stack(slopes, axis=2))
        assert np.allclose(density, -np.log(2 * np.pi) - np.log(np.abs(determinant)), atol=1e-6)

    def test_should_refuse_by_name_what_it_cannot_take(self, tmp_path):
        import torch
        from sbi.neural_nets.embedding_nets import CNNEmbedding
        from sbi.neural_nets.net_builders import build_flow_matching_estimator
        from sbi.neural_nets.net_builders import flow as build
        from torch import nn

        from sidereus.bundle import layers, loading, posteriors

        theta, x = self.theta_and_x()
        small = {"hidden_features": 5, "num_transforms": 1}
        refused = {
            "flow matching": build_flow_matching_estimator(theta, x),
            "sequences or images": build.build_maf(
                theta, torch.randn(200, 16), embedding_net=CNNEmbedding((16,), kernel_size=3), **small
            ),
        }
        for message, posterior in refused.items():
            with pytest.raises(Unsupported, match=message) as error:
                posteriors.of(posterior, 16 if "sequences" in message else 3)
            assert not error.value.traceable
        with pytest.raises(Unsupported, match="without running statistics") as error:
            layers.Embedding(3).take(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, track_running_stats=False)))
        assert not error.value.traceable
        traced = {
            "coupling": build.build_nsf(theta, x, **small),
            "LayerNorm": build.build_maf(theta, x, embedding_net=nn.LayerNorm(3), **small),
            "CELU": build.build_zuko_maf(theta, x, activation=lambda: nn.CELU(2.0), **small),
        }
        for message, posterior in traced.items():
            with pytest.raises(Unsupported, match=message) as error:
                posteriors.of(posterior, 3)
            assert error.value.traceable
        torch.save(traced["coupling"].state_dict(), tmp_path / "weights.pt")
        with pytest.raises(Unsupported, match="weights alone"):
            posteriors.of(loading.load(tmp_path / "weights.pt"), 3)
        (tmp_path / "broken.pkl").write_bytes(b"no pickle")
        with pytest.raises(SidereusError, match="cannot read"):
            loading.load(tmp_path / "broken.pkl")
