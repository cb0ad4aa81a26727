"""The faster steps of flows that are known by their weights: the same numbers as the framework's own."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="posteriors are read by torch")
pytest.importorskip("onnx", reason="torch writes graphs with the package onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="the graph is run by onnxruntime")
zuko = pytest.importorskip("zuko", reason="zuko is not installed")
pytest.importorskip("sbi", reason="sbi is not installed")

from sbi.inference.posteriors import DirectPosterior, EnsemblePosterior  # noqa: E402
from sbi.neural_nets.embedding_nets import FCEmbedding  # noqa: E402
from sbi.neural_nets.net_builders import build_mdn  # noqa: E402
from sbi.neural_nets.net_builders import flow as build  # noqa: E402
from sbi.utils import BoxUniform  # noqa: E402

from sidereus.bundle import members, safetensors, trace  # noqa: E402

D, F = 4, 5
SMALL = {"hidden_features": 12, "num_transforms": 3}
PRIOR = BoxUniform(torch.tensor([0.0, -1.0, 2.0, -40.0]), torch.tensor([1.0, 1.0, 9.0, 60.0]))


def theta_and_x():
    torch.manual_seed(5)
    return PRIOR.sample((300,)), torch.randn(300, F) * torch.tensor([3.0, 1e-3, 1e3, 1.0, 1.0]) + 7


def trained(network):
    """Far from the start of a training, where all is close to 0."""
    torch.manual_seed(6)
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(1.2).add_(0.1 * torch.randn_like(weight))
    return network.eval()


def known():
    theta, x = theta_and_x()
    coupling = zuko.flows.NSF(D, F, transforms=3, passes=2, hidden_features=(16, 16), bins=5)
    return {
        "maf": build.build_maf(theta, x, **SMALL),
        "maf with an embedding": build.build_maf(theta, x, embedding_net=FCEmbedding(F, output_dim=3), **SMALL),
        "maf_rqs": build.build_maf_rqs(theta, x, **SMALL),
        "zuko_maf": build.build_zuko_maf(theta, x, **SMALL),
        "zuko_nsf": build.build_zuko_nsf(theta, x, **SMALL),
        "zuko_nsf in unbounded parameters": build.build_zuko_nsf(
            theta, x, z_score_x="transform_to_unconstrained", x_dist=PRIOR, **SMALL
        ),
        "coupling of zuko": coupling,
        "one layer": zuko.flows.MAF(D, F, transforms=2, hidden_features=(8,), activation=torch.nn.Tanh),
    }


@pytest.mark.parametrize("name", list(known()))
def test_should_give_what_the_framework_gives(name):
    member = members.of(trained(known()[name])).double()
    x = theta_and_x()[1][:6].double()
    noise = torch.randn(50, D, dtype=torch.float64)
    with torch.no_grad():
        expected, density = member.draw(x, noise, members.places(noise))
        member.take_weights(F)
        assert member.stepwise is not None, "its weights are known"
        theta, log_prob = member.draw(x, noise, members.places(noise))
        again = member.densities(x, theta)
    assert torch.allclose(theta, expected, rtol=1e-7, atol=1e-7)
    assert torch.allclose(log_prob, density, atol=1e-6)
    assert torch.allclose(again, density, atol=1e-6)


def test_should_stay_with_the_framework_where_weights_say_something_else(monkeypatch):
    member = members.of(trained(known()["maf"]))
    by_weights = type(member).by_weights

    def other(self, features):
        flow, columns = by_weights(self, features)
        flow.transforms[0].output_bias = flow.transforms[0].output_bias + 0.01
        return flow, columns

    monkeypatch.setattr(type(member), "by_weights", other)
    member.take_weights(F)
    assert member.stepwise is None


def test_should_record_an_ensemble_for_any_number_of_samples(tmp_path):
    theta, x = theta_and_x()
    parts = [known()[name] for name in ("maf", "zuko_nsf in unbounded parameters", "zuko_maf")]
    parts += [build.build_nsf(theta, x, **SMALL), build_mdn(theta, x, hidden_features=8, num_components=3)]
    ensemble = EnsemblePosterior([DirectPosterior(trained(part), PRIOR) for part in parts])
    trace.write(trace.module_of(ensemble), tmp_path, F, D, x[:20].numpy())
    parity = safetensors.read(tmp_path / "parity.safetensors")
    session = onnxruntime.InferenceSession(str(tmp_path / "posterior.onnx"))
    for samples in (64, 7, 2, 1):  # with fewer samples than members, some draw none
        inputs = {"x": parity["x"], "noise": parity["noise"][:samples]}
        found = session.run(["theta", "log_prob"], inputs)
        spread = parity["theta"].std(axis=1, keepdims=True)
        assert np.abs((found[0] - parity["theta"][:, :samples]) / spread).max() < 1e-3
        assert np.abs(found[1] - parity["log_prob"][:, :samples]).max() < 1e-3


def test_should_compute_each_unit_once(tmp_path):
    """The products of all parameters together are about as large as the network, not D + 1 times as large."""
    theta, x = theta_and_x()
    posterior = trained(build.build_maf(theta, x, hidden_features=30, num_transforms=2))
    trace.write(trace.module_of(DirectPosterior(posterior, PRIOR)), tmp_path, F, D, x[:20].numpy())
    onnx = pytest.importorskip("onnx")
    model = onnx.load(str(tmp_path / "posterior.onnx"))
    weights = {one.name: list(one.dims) for one in model.graph.initializer}
    assert all(0 not in dims for dims in weights.values())  # ONNX Runtime 1.29 gives any numbers for their products
    size = 0
    for node in model.graph.node:
        if node.op_type in ("MatMul", "Gemm"):
            size += sum(int(np.prod(weights[name])) for name in node.input[:2] if name in weights)
    of_one_network = 30 * (D + F) + 2 * 30 * 30 + 2 * D * 30
    assert size < 2 * 2 * of_one_network  # two transforms; half of it is for each object, not for each sample
