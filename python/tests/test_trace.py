"""Posteriors of torch as graphs: what the graph gives is what torch gives."""

import math
from typing import ClassVar

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="recording a posterior needs torch")
pytest.importorskip("onnx", reason="torch writes graphs with the package onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="the graph is run by onnxruntime")

from sidereus.bundle import safetensors, trace  # noqa: E402
from sidereus.bundle.errors import Unsupported  # noqa: E402


class Normal(trace.Member):
    """theta = x + mean + sd noise in two dimensions."""

    def __init__(self, mean, sd):
        super().__init__()
        self.mean, self.sd = mean, sd

    def sample(self, x, noise):
        return x + self.mean + self.sd * noise

    def log_prob(self, x, theta):
        z = (theta - x - self.mean) / self.sd
        return -0.5 * (z * z).sum(dim=-1) - math.log(2 * math.pi) - 2 * math.log(self.sd)


def run(folder, x, noise):
    session = onnxruntime.InferenceSession(str(folder / "posterior.onnx"))
    inputs = {"x": x.astype(np.float32), "noise": noise.astype(np.float32)}
    return session.run(["theta", "log_prob"], inputs)


def density(theta, mean, sd):
    z = (theta - mean) / sd
    return np.exp(-0.5 * (z * z).sum(axis=-1)) / (2 * np.pi * sd * sd)


def test_should_write_what_torch_computes(tmp_path):
    trace.write(trace.module_of(Normal(1.0, 0.5)), tmp_path, features=2, parameters=2)
    parity = safetensors.read(tmp_path / "parity.safetensors")
    theta, log_prob = run(tmp_path, parity["x"], parity["noise"])
    assert np.abs(theta - parity["theta"]).max() < 1e-5
    assert np.abs(log_prob - parity["log_prob"]).max() < 1e-5
    one, _ = run(tmp_path, parity["x"][:1], parity["noise"][:7])
    assert np.abs(one[0] - theta[0, :7]).max() < 1e-6


def test_should_make_a_mixture_of_samples_and_of_densities(tmp_path):
    class Ensemble:
        posteriors: ClassVar = [Normal(-3.0, 0.5), Normal(0.0, 1.0), Normal(3.0, 1.0)]
        weights = torch.tensor([1.4, 0.0, 0.6])

    trace.write(trace.module_of(Ensemble()), tmp_path, features=2, parameters=2)
    random = np.random.default_rng(1)
    x = np.zeros((2, 2))
    theta, log_prob = run(tmp_path, x, random.normal(size=(1000, 2)))
    first = theta[0, :, 0] < 0
    assert abs(first.mean() - 0.7) < 0.01
    for start in range(0, 1000, 100):  # also of the samples that an engine with fewer draws
        assert abs(first[start : start + 100].mean() - 0.7) < 0.05
    expected = np.log(0.7 * density(theta, -3.0, 0.5) + 0.3 * density(theta, 3.0, 1.0))
    assert np.abs(log_prob - expected).max() < 1e-4


@pytest.mark.parametrize("members", [2, 3, 4, 8])
def test_should_give_each_member_points_of_the_whole_space(tmp_path, members):
    """The points of a Sobol sequence with every K-th number lie in one part of the space."""
    mixture = trace.Mixture([Normal(100.0 * k, 1.0) for k in range(members)])
    points = torch.quasirandom.SobolEngine(2).draw(4097)[1:]
    noise = torch.special.ndtri(points)
    theta, _ = mixture(torch.zeros(1, 2), noise)
    member = torch.round(theta[0, :, 0] / 100)
    for k in range(members):
        own = noise[member == k]
        assert abs(len(own) - 4096 / members) < 8
        assert own.mean(dim=0).abs().max() < 0.05
        assert (own.std(dim=0) - 1).abs().max() < 0.05


def test_should_refuse_weights_that_are_none():
    with pytest.raises(Unsupported, match="weights"):
        trace.Mixture([Normal(0.0, 1.0)] * 2, [1.0, -1.0])
    with pytest.raises(Unsupported, match="weights"):
        trace.Mixture([Normal(0.0, 1.0)] * 2, [1.0])


def test_should_take_a_module_of_ones_own(tmp_path):
    class Own(torch.nn.Module):
        def forward(self, x, noise):
            theta = x[:, None, :] + noise
            return theta, -0.5 * (noise * noise).sum(dim=1) - math.log(2 * math.pi) + 0 * theta[:, :, 0]

    trace.write(trace.module_of(Own()), tmp_path, features=2, parameters=2)
    theta, _ = run(tmp_path, np.ones((3, 2)), np.zeros((5, 2)))
    assert theta.shape == (3, 5, 2)


def test_should_refuse_other_shapes(tmp_path):
    class Wrong(torch.nn.Module):
        def forward(self, x, noise):
            theta = noise[:, None, :] + x
            return theta, theta.sum(dim=2)

    with pytest.raises(Unsupported, match=r"theta \[64, 8, 2\]"):
        trace.write(Wrong(), tmp_path, features=2, parameters=2)


def test_should_name_what_has_no_samples_of_noise():
    with pytest.raises(Unsupported, match="forward"):
        trace.module_of(object())
    with pytest.raises(Unsupported, match="weights alone"):
        trace.module_of({"weights": 1})
