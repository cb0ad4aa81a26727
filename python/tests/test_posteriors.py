"""Posteriors of many kinds: what a bundle gives is what the framework's own methods give, or it is refused by name."""

import copy
import io
import pickle
import re
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="posteriors are read by torch")
onnx = pytest.importorskip("onnx", reason="torch writes graphs with the package onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="the graph is run by onnxruntime")
zuko = pytest.importorskip("zuko", reason="zuko is not installed")
lampe = pytest.importorskip("lampe", reason="lampe is not installed")
pytest.importorskip("sbi", reason="sbi is not installed")

from sbi.inference.posteriors import DirectPosterior, EnsemblePosterior  # noqa: E402
from sbi.inference.posteriors.npe_a_posterior import NPE_A_Posterior  # noqa: E402
from sbi.neural_nets.net_builders import build_mdn  # noqa: E402
from sbi.neural_nets.net_builders import flow as build  # noqa: E402
from sbi.utils import BoxUniform  # noqa: E402
from torch import nn  # noqa: E402

from sidereus.bundle import loading, posteriors, priors, safetensors, trace  # noqa: E402
from sidereus.bundle.case import Case  # noqa: E402
from sidereus.bundle.errors import Unsupported  # noqa: E402
from sidereus.errors import SidereusError  # noqa: E402

SMALL = {"hidden_features": 8, "num_transforms": 2}
D, F = 3, 2


def theta_and_x():
    torch.manual_seed(3)
    return torch.randn(200, D) * torch.tensor([1.0, 0.1, 5.0]) + 2, torch.randn(200, F) * 3 - 20


def trained(network):
    """Far from the start of a training, where all is close to 0."""
    torch.manual_seed(4)
    with torch.no_grad():
        for weight in network.parameters():
            weight.mul_(1.2).add_(0.1 * torch.randn_like(weight))
    return network.eval()


class Asinh(nn.Module):
    """Standardises, and what sbi calls so, but then compresses."""

    def __init__(self):
        super().__init__()
        self.register_buffer("_mean", torch.tensor([-20.0, -20.0]))
        self.register_buffer("_std", torch.tensor([3.0, 3.0]))

    def forward(self, x):
        return torch.asinh((x - self._mean) / self._std)


class Embedded(nn.Module):
    """A flow behind an embedding as wide as the features, as users of lampe write it."""

    def __init__(self, embedding=None):
        super().__init__()
        self.flow = zuko.flows.MAF(D, F, transforms=2, hidden_features=(8,))
        self.embedding = nn.Sequential(nn.Linear(F, 4), nn.GELU(), nn.Linear(4, F))

    def forward(self, theta, x):
        return self.flow(self.embedding(x)).log_prob(theta)


class Twice(Embedded):
    """Its flow gets the embedding of the embedding."""

    def forward(self, theta, x):
        return self.flow(self.embedding(self.embedding(x))).log_prob(theta)


class Dense(nn.Module):
    """A flow behind dense layers, without a method of its own."""

    def __init__(self):
        super().__init__()
        self.flow = zuko.flows.MAF(D, F, transforms=1, hidden_features=(8,))
        self.dense = nn.Sequential(nn.Linear(F, 4), nn.Tanh(), nn.Linear(4, F))


class XFirst(Dense):
    def forward(self, x, theta):
        return self.flow(self.dense(x)).log_prob(theta)


class OfX(Dense):
    def forward(self, x):
        return self.flow(self.dense(x))


class LogProb(Dense):
    def log_prob(self, theta, x):
        return self.flow(self.dense(x)).log_prob(theta)


class Scaled(LogProb):
    """Its forward is in the units of the training, its density in those of theta."""

    def forward(self, theta, x):
        return super().log_prob(theta, x)

    def log_prob(self, theta, x):
        return super().log_prob((theta - 5) / 2, x) - D * np.log(2)


class Steps(Dense):
    """What the documentation asks of a class that scales around its flow; it keeps its flow."""

    def sample(self, x, samples):
        return self(x, torch.randn(samples, D))[0]

    def forward(self, x, noise):
        objects, samples = x.shape[0], noise.shape[0]
        context = self.dense(x).unsqueeze(1).expand(objects, samples, F)
        distribution = self.flow(context)
        z = distribution.transform.inv(noise.unsqueeze(0).expand(objects, samples, D))
        return 5 + 2 * z, distribution.log_prob(z) - D * np.log(2)


def of_sbi(estimator):
    double = copy.deepcopy(estimator).double()
    if hasattr(double.net, "_epsilon"):  # a mixture's density has this term, its samples have not
        double.net._epsilon = 0.0
    return lambda x, theta: double.log_prob(theta.transpose(0, 1), condition=x).T


def of_zuko(flow):
    double = copy.deepcopy(flow).double()
    return lambda x, theta: double(x.unsqueeze(1)).log_prob(theta)


def recorded():
    """Name, posterior and its log density [B,S] by the framework."""
    theta, x = theta_and_x()
    kinds = {
        "coupling layers": build.build_nsf(theta, x, **SMALL),
        "coupling layers behind an embedding": build.build_nsf(
            theta, x, embedding_net=nn.Sequential(nn.Linear(F, 6), nn.ReLU(), nn.Linear(6, 3)), **SMALL
        ),
        "mixture": build_mdn(theta, x, hidden_features=8, num_components=3),
        "mixture of one": build_mdn(theta, x, hidden_features=8, num_components=1),
        "mixture of parameters that nothing scales": build_mdn(
            100 * theta, x, hidden_features=8, num_components=2, z_score_x="none"
        ),
        "mixture of unconstrained parameters": build_mdn(
            torch.tanh(theta), x, hidden_features=8, num_components=2, z_score_x="transform_to_unconstrained",
            x_dist=BoxUniform(-torch.ones(D), torch.ones(D)),
        ),
        "circular": build.build_zuko_ncsf(theta, x, **SMALL),
        "residual": build.build_zuko_maf(theta, x, residual=True, **SMALL),
        "asinh": build.build_maf(theta, x, embedding_net=Asinh(), z_score_y="none", **SMALL),
        "relu6": build.build_maf(
            theta, x, embedding_net=nn.Sequential(nn.Linear(F, 6), nn.ReLU6(), nn.Linear(6, 3)), **SMALL
        ),
    }
    for name, estimator in kinds.items():
        yield name, trained(estimator), of_sbi(estimator)
    maf = zuko.flows.MAF(D, F, transforms=1, hidden_features=(8,))
    step = maf.transform.transforms[0]
    matrix = torch.tensor([[1.0, 0.3, -0.2], [0.1, 0.9, 0.4], [-0.5, 0.2, 1.1]])
    linear = [
        zuko.flows.UnconditionalTransform(kind, matrix)
        for kind in (zuko.transforms.LULinearTransform, zuko.transforms.RotationTransform)
    ]
    base = zuko.flows.UnconditionalDistribution(
        zuko.distributions.DiagNormal, torch.tensor([1.0, -2.0, 0.5]), torch.tensor([0.5, 2.0, 1.0])
    )
    for name, flow in {
        "linear": zuko.flows.Flow([step, linear[0], copy.deepcopy(step), linear[1]], maf.base),
        "another base": zuko.flows.Flow(maf.transform, base),
    }.items():
        yield name, trained(flow), of_zuko(flow)
    owner = trained(Embedded())
    double = copy.deepcopy(owner).double()
    yield "own class", owner, lambda x, theta: double(theta, x.unsqueeze(1).expand(-1, theta.shape[1], -1))
    first, second = trained(build.build_maf(theta, x, **SMALL)), trained(build.build_zuko_nsf(theta, x, **SMALL))
    prior = BoxUniform(-100 * torch.ones(D), 100 * torch.ones(D))
    ensemble = EnsemblePosterior(
        [DirectPosterior(first, prior), DirectPosterior(second, prior)], weights=torch.tensor([0.3, 0.7])
    )
    one, other = of_sbi(first), of_sbi(second)

    def both(x, theta):
        return torch.logaddexp(np.log(0.3) + one(x, theta), np.log(0.7) + other(x, theta))

    yield "ensemble", ensemble, both
    third = of_sbi(kinds["mixture"])
    nested = EnsemblePosterior([ensemble, DirectPosterior(kinds["mixture"], prior)], weights=torch.tensor([0.6, 0.4]))
    yield "ensemble of an ensemble and a mixture", nested, lambda x, theta: torch.logaddexp(
        np.log(0.6) + both(x, theta), np.log(0.4) + third(x, theta)
    )
    steps = trained(Steps())
    inner = copy.deepcopy(steps).double()
    yield "own steps", steps, lambda x, theta: (
        inner.flow(inner.dense(x.unsqueeze(1))).log_prob((theta - 5) / 2) - D * np.log(2)
    )


def operators(path):
    return {node.op_type for node in onnx.load(path).graph.node}


def allowed():
    """Operators of a bundle, as its documentation lists them."""
    text = (Path(__file__).parents[2] / "docs" / "reference" / "bundle.md").read_text()
    return set(re.search(r"<!-- operators -->\n(.*?)\n\n", text, re.DOTALL)[1].split())


def test_should_record_what_the_framework_gives(tmp_path):
    rows = theta_and_x()[1][:20].numpy()
    for name, posterior, log_prob in recorded():
        with pytest.raises(Unsupported) as error:
            posteriors.of(posterior, F)
        assert error.value.traceable, name
        folder = tmp_path / name
        folder.mkdir()
        trace.write(trace.module_of(posterior), folder, F, D, rows / 10 if isinstance(posterior, Embedded) else rows)
        assert operators(folder / "posterior.onnx") <= allowed(), name
        numbers = safetensors.read(folder / "parity.safetensors")
        session = onnxruntime.InferenceSession(str(folder / "posterior.onnx"))
        theta, density = session.run(["theta", "log_prob"], {key: numbers[key] for key in ("x", "noise")})
        with torch.no_grad():
            expected = log_prob(torch.tensor(numbers["x"]).double(), torch.tensor(numbers["theta"]).double())
        assert np.abs(numbers["log_prob"] - expected.numpy()).max() < 2e-3, name
        assert np.abs(theta - numbers["theta"]).max() < 1e-3, name
        assert np.abs(density - numbers["log_prob"]).max() < 1e-3, name


def test_should_sample_the_components_of_a_mixture_by_their_weight():
    theta, x = theta_and_x()
    estimator = trained(build_mdn(theta, x, hidden_features=8, num_components=4))
    noise = torch.randn(4000, D)
    far = trained(build.build_maf(theta + 1e4, x, **SMALL))
    prior = BoxUniform(-1e5 * torch.ones(D), 1e5 * torch.ones(D))
    half = EnsemblePosterior([DirectPosterior(estimator, prior), DirectPosterior(far, prior)])
    with torch.no_grad():
        expected = estimator.sample((4000,), x[:3]).transpose(0, 1)
        for posterior, samples in ((estimator, noise), (half, torch.cat([noise, torch.randn(4000, D)]))):
            found, _ = trace.module_of(posterior)(x[:3], samples)
            found = found[:, (found[:, :, 0] < 5e3).all(dim=0)]
            assert abs(found.shape[1] - 4000) < 20
            error = expected.std(dim=1) * (2 / 4000) ** 0.5
            assert ((found.mean(dim=1) - expected.mean(dim=1)) / error).abs().max() < 4.5
            assert (found.std(dim=1) / expected.std(dim=1) - 1).abs().max() < 0.08


def by_weights():
    theta, x = theta_and_x()
    normed = nn.Sequential(nn.Linear(F, 5), nn.BatchNorm1d(5), nn.Dropout(0.3), nn.Tanh(), nn.Linear(5, 3))
    for name, estimator in {
        "batch norm": build.build_maf(theta, x, use_batch_norm=True, **SMALL),
        "batch norm in the embedding": build.build_maf(theta, x, embedding_net=normed.eval(), **SMALL),
        "coupling of zuko": build.build_zuko_nice(theta, x, **SMALL),
    }.items():
        for part in estimator.modules():
            if "BatchNorm" in type(part).__name__:
                part.running_mean.normal_()
                part.running_var.uniform_(0.5, 2)
        yield name, trained(estimator)


def test_should_know_more_kinds_by_their_weights():
    """The fixtures of the exporter compare the graphs of such flows with the frameworks."""
    for name, estimator in by_weights():
        assert len(posteriors.of(estimator, F).flow.transforms) == 2, name


@pytest.mark.parametrize("kind", ["naf", "unaf", "bpf", "gf", "sospf"])
def test_should_refuse_a_search(kind, tmp_path):
    theta, x = theta_and_x()
    with pytest.raises(Unsupported, match="search for the inverse"):
        posterior = trained(getattr(build, f"build_zuko_{kind}")(theta, x, **SMALL))
        trace.write(trace.module_of(posterior), tmp_path, F, D)


def test_should_refuse_what_is_no_flow_of_its_own(tmp_path):
    class Noisy(nn.Module):
        def forward(self, x):
            return x + 0.1 * torch.randn_like(x)

    theta, x = theta_and_x()
    refused = {
        "random numbers": build.build_maf(theta, x, embedding_net=Noisy(), **SMALL),
        "MADEMoG": build.build_made(theta, x, hidden_features=8),
        "GMM": zuko.flows.GMM(D, F),
        "differs by": Twice(),
        "NRE": lampe.inference.NRE(D, F),
        "no samples from noise": nn.Linear(F, D),
    }
    for message, posterior in refused.items():
        with pytest.raises(Unsupported, match=message):
            trace.write(trace.module_of(trained(posterior)), tmp_path, F, D)


def test_should_compare_a_class_of_ones_own_with_its_flow():
    dense = nn.Sequential(nn.Linear(F, 4), nn.Tanh(), nn.Linear(4, F))
    for kind in (Embedded, Twice):
        owner = kind()
        owner.embedding = dense
        trained(owner)
        if kind is Embedded:
            assert len(posteriors.of(owner, F).flow.embedding) == 2
        else:
            with pytest.raises(Unsupported, match="another density"):
                posteriors.of(owner, F)


@pytest.mark.parametrize("kind", [XFirst, OfX, LogProb])
def test_should_find_the_density_of_a_class_of_ones_own(kind):
    assert len(posteriors.of(trained(kind()), F).flow.embedding) == 2
    trace.module_of(trained(kind()))


def test_should_say_what_a_class_of_ones_own_lacks():
    with pytest.raises(Unsupported, match="another density"):
        posteriors.of(trained(Scaled()), F)
    with pytest.raises(Unsupported, match="no log density of its own"):
        posteriors.of(trained(Dense()), F)


def test_should_say_what_else_a_file_holds():
    class Training:
        def build_posterior(self):
            pass

    flow = zuko.flows.MAF(D, F)
    for loaded, message in (
        ({"flow": flow, "mean": 1.0}, r"several things \(flow: MAF, mean: float\)"),
        ((Training(), flow), r"several things \(0: Training, 1: MAF\)"),
        (Training(), r"build_posterior\(\)"),
    ):
        for read in (trace.module_of, lambda one: posteriors.of(one, F)):
            with pytest.raises(Unsupported, match=message):
                read(loaded)


class TestPriors:
    CASE = Case(
        ["a", "b"],
        [],
        {},
        [{"kind": "normal", "mean": 1, "sd": 2}, {"kind": "truncated_normal", "mean": 0, "sd": 1, "lower": 0}],
    )

    class Prior:
        def __init__(self, *columns):
            self.columns = columns

        def sample(self, shape):
            return torch.stack([one(torch.randn(*shape), torch.rand(*shape)) for one in self.columns], dim=1)

    def difference(self, *columns, case=None):
        class Posterior:
            prior = self.Prior(*columns)

        return priors.difference(Posterior(), self.CASE if case is None else case)

    def test_should_take_the_prior_of_the_case(self):
        def normal(z, u):
            return 1 + 2 * z

        def half(z, u):
            return z.abs()

        assert self.difference(normal, half) is None
        assert self.difference(half, normal).startswith("a has the median")
        assert "3 parameters" in self.difference(normal, half, half)
        assert self.difference(normal, lambda z, u: 1.3 * z.abs()).startswith("b has the median 0.8")
        assert priors.difference(nn.Linear(1, 1), self.CASE) is None

    def test_should_know_every_prior(self):
        case = Case(
            ["a", "b"],
            [],
            {},
            [{"kind": "uniform", "lower": -1, "upper": 3}, {"kind": "log_uniform", "lower": 0.1, "upper": 10}],
        )
        assert self.difference(lambda z, u: 4 * u - 1, lambda z, u: 10 ** (2 * u - 1), case=case) is None
        assert self.difference(lambda z, u: 4 * u - 1, lambda z, u: 10 * u, case=case).startswith("b has")

    @pytest.mark.parametrize(
        ("low", "high", "words"),
        [(-1.08, 3, "% of it outside of"), (-1, 3.08, "outside of"), (-0.9, 3, "narrower"), (-1, 2.9, "narrower")],
    )
    def test_should_find_a_range_that_is_a_little_different(self, low, high, words):
        case = Case(["a", "b"], [], {}, [{"kind": "uniform", "lower": -1, "upper": 3}, self.CASE.priors[1]])
        found = self.difference(lambda z, u: low + (high - low) * u, lambda z, u: z.abs(), case=case)
        assert found is not None
        assert words in found

    def test_should_take_a_prior_of_any_class(self):
        class Arrays(self.Prior):
            def sample(self, shape):
                return super().sample(shape).numpy()

        class Broken(self.Prior):
            def sample(self, shape):
                raise ValueError("no device")

        class Posterior:
            prior = Arrays(lambda z, u: 1 + 2 * z, lambda z, u: z.abs())

        assert priors.difference(Posterior(), self.CASE) is None
        Posterior.prior = Broken()
        assert "Broken cannot be sampled here (ValueError: no device)" in priors.difference(Posterior(), self.CASE)

    def test_should_find_a_correlation(self):
        normals = [{"kind": "normal", "mean": 0, "sd": 1}] * 2
        shared = torch.randn(4000, generator=torch.Generator().manual_seed(5))
        columns = [lambda z, u: 0.8 * shared + 0.6 * z] * 2
        found = self.difference(*columns, case=Case(["a", "b"], [], {}, normals))
        assert found is not None
        assert found.startswith("a and b have the correlation 0.6")
        assert self.difference(*columns, case=Case(["a", "b"], [], {}, normals, {frozenset("ab"): 0.64})) is None


class TestFiles:
    def test_should_put_weights_into_what_a_file_builds(self, tmp_path):
        (tmp_path / "network.py").write_text(
            "import zuko\n\ndef posterior():\n    return zuko.flows.MAF(3, 2, transforms=2)\n"
        )
        flow = trained(zuko.flows.MAF(D, F, transforms=2))
        torch.save(flow.state_dict(), tmp_path / "weights.pt")
        read = loading.load(tmp_path / "weights.pt", tmp_path / "network.py")
        theta, x = torch.randn(4, D), torch.randn(4, F)
        assert torch.equal(read(x).log_prob(theta), flow(x).log_prob(theta))
        (tmp_path / "other.py").write_text("import zuko\n\ndef posterior():\n    return zuko.flows.MAF(3, 5)\n")
        with pytest.raises(SidereusError, match="are not those of what"):
            loading.load(tmp_path / "weights.pt", tmp_path / "other.py")
        (tmp_path / "none.py").write_text("x = 1\n")
        with pytest.raises(SidereusError, match="no function posterior"):
            loading.load(tmp_path / "weights.pt", tmp_path / "none.py")

    def test_should_read_the_format_of_old_versions_of_torch(self, tmp_path):
        flow = trained(zuko.flows.MAF(D, F))
        torch.save(flow, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
        theta, x = torch.randn(4, D), torch.randn(4, F)
        assert torch.equal(loading.load(tmp_path / "old.pt")(x).log_prob(theta), flow(x).log_prob(theta))

    def test_should_read_what_dill_wrote(self, tmp_path):
        """It has classes and functions of a script, which pickle cannot write."""
        dill = pytest.importorskip("dill", reason="dill is not installed")
        flow = trained(zuko.flows.MAF(D, F))
        flow.note = lambda one: one + 1
        with (tmp_path / "dill.pkl").open("wb") as file:
            dill.dump(flow, file)
        torch.save(flow, tmp_path / "dill.pt", pickle_module=dill)
        theta, x = torch.randn(4, D), torch.randn(4, F)
        for name in ("dill.pkl", "dill.pt"):
            read = loading.load(tmp_path / name)
            assert read.note(1) == 2
            assert torch.equal(read(x).log_prob(theta), flow(x).log_prob(theta))

    def test_should_say_that_dill_is_needed(self, tmp_path, monkeypatch):
        (tmp_path / "dill.pkl").write_bytes(b"\x80\x04cdill._dill\n_create_type\n.")
        monkeypatch.setitem(sys.modules, "dill", None)
        with pytest.raises(SidereusError, match="needs the package dill"):
            loading.load(tmp_path / "dill.pkl")

    @pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x93NUMPY", b"PK\x03\x04"])
    def test_should_say_what_is_no_posterior(self, tmp_path, content):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(SidereusError, match="cannot read"):
            loading.load(tmp_path / "file")

    def test_should_name_a_class_of_the_script(self, tmp_path):
        import __main__

        class_of_script = type("OwnPrior", (), {"__module__": "__main__"})
        __main__.OwnPrior = class_of_script
        try:
            (tmp_path / "posterior.pkl").write_bytes(pickle.dumps(class_of_script()))
        finally:
            del __main__.OwnPrior
        with pytest.raises(SidereusError, match="--code"):
            loading.load(tmp_path / "posterior.pkl")
        (tmp_path / "script.py").write_text("import math\n\nclass OwnPrior:\n    pass\n\ndef own():\n    pass\n")
        try:
            assert type(loading.load(tmp_path / "posterior.pkl", tmp_path / "script.py")).__name__ == "OwnPrior"
            (tmp_path / "function.pkl").write_bytes(b"c__main__\nown\n.")
            assert loading.load(tmp_path / "function.pkl", tmp_path / "script.py")() is None
        finally:
            del __main__.OwnPrior, __main__.own, __main__.math

    def test_should_read_tensors_of_a_graphics_card(self, tmp_path, monkeypatch):
        flow = trained(zuko.flows.MAF(D, F))
        monkeypatch.setattr(torch.serialization, "location_tag", lambda storage: "cuda:0")
        saved, pickled = tmp_path / "saved.pt", tmp_path / "pickled.pkl"
        torch.save(flow, saved)
        pickled.write_bytes(pickle.dumps(flow))
        monkeypatch.undo()
        with pytest.raises(RuntimeError, match="CUDA"):
            torch.load(io.BytesIO(saved.read_bytes()), weights_only=False)
        theta, x = torch.randn(4, D), torch.randn(4, F)
        for path in (saved, pickled):
            assert torch.equal(loading.load(path)(x).log_prob(theta), flow(x).log_prob(theta))


class Log(nn.Module):
    def forward(self, x):
        return torch.log(x)


class Unnamed(nn.Module):
    def forward(self, x, noise):
        return of_the_script(x, noise)  # noqa: F821 - that is the mistake


def test_should_say_where_there_are_no_numbers(tmp_path):
    theta, x = theta_and_x()
    estimator = trained(build.build_maf(theta, x.abs(), embedding_net=nn.Sequential(Log(), nn.LayerNorm(F)), **SMALL))
    with pytest.raises(Unsupported, match=r"not finite for \d of 8 objects with the features \["):
        trace.write(trace.module_of(estimator), tmp_path, F, D, x.abs().numpy())
    with pytest.raises(Unsupported, match="name 'of_the_script' is not defined.*--code"):
        trace.write(Unnamed(), tmp_path, F, D, x.numpy())


def test_should_refuse_a_posterior_with_a_correction_after_its_network():
    """Sbi's NPE_A after its first round divides by the proposal; its network alone is another density."""
    theta, x = theta_and_x()
    prior = BoxUniform(-9 * torch.ones(D), 9 * torch.ones(D))
    first = NPE_A_Posterior(trained(build_mdn(theta, x, hidden_features=8)), prior)
    trace.module_of(first)
    first._apply_correction = True
    for read in (trace.module_of, lambda one: posteriors.of(one, F)):
        with pytest.raises(Unsupported, match="NPE_A_Posterior was trained in several rounds"):
            read(first)
    with pytest.raises(Unsupported, match="several rounds"):
        trace.module_of(EnsemblePosterior([first, first]))
