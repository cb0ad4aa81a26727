"""
Posteriors whose operations are recorded: any torch module ``(x, noise) -> theta, log_prob``.

What is written, ``posterior.onnx`` and ``parity.safetensors``, is for ``sidereus import``.
"""

from __future__ import annotations

import contextlib
import copy
import math
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import safetensors
from .errors import Unsupported

OPSET = 17
_OBJECTS, _SAMPLES = 8, 64
_TRACED_OBJECTS, _TRACED_SAMPLES = 3, 5


class Member(nn.Module):
    """
    A normalised density of theta given x that can be sampled from standard normal noise.

    Subclasses have ``sample(x, noise)``, [N,F] and [N,D] to theta [N,D], and ``log_prob(x, theta)``,
    the natural log density [N].
    """

    def sample(self, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def log_prob(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError


class _Nflows(Member):
    """A flow of nflows, as sbi has it."""

    def __init__(self, flow):
        super().__init__()
        if type(flow._distribution).__name__ != "StandardNormal":
            raise Unsupported(
                f"the flow begins with {type(flow._distribution).__name__}, and the noise of a bundle is "
                "standard normal; train one of sbi's flows ('maf', 'nsf', 'zuko_maf', 'zuko_nsf')"
            )
        self.flow = flow

    def sample(self, x, noise):
        return self.flow._transform.inverse(noise, context=self.flow._embedding_net(x))[0]

    def log_prob(self, x, theta):
        z, log_det = self.flow._transform(theta, context=self.flow._embedding_net(x))
        return _normal(z) + log_det


class _Zuko(Member):
    """A flow of zuko, with the embedding before it."""

    def __init__(self, flow, embedding: nn.Module | None = None):
        super().__init__()
        self.flow = flow
        self.embedding = nn.Identity() if embedding is None else embedding

    def sample(self, x, noise):
        return self.flow(self.embedding(x)).transform.inv(noise)

    def log_prob(self, x, theta):
        z, log_det = self.flow(self.embedding(x)).transform.call_and_ladj(theta)
        return _normal(z) + log_det


class _Lampe(Member):
    """A member of an ensemble of ltu-ili: standardised x and theta around a flow of zuko."""

    def __init__(self, npe):
        super().__init__()
        self.inner = _Zuko(npe.nde.flow, npe.embedding_net)
        self.x_transform = npe.x_transform
        self.theta_transform = npe.theta_transform

    def sample(self, x, noise):
        return self.theta_transform(self.inner.sample(self.x_transform.inv(x), noise))

    def log_prob(self, x, theta):
        z = self.theta_transform.inv(theta)
        log_det = self.theta_transform.log_abs_det_jacobian(z, theta)
        log_det = log_det.sum(dim=-1) if log_det.dim() > 1 else log_det
        return self.inner.log_prob(self.x_transform.inv(x), z) - log_det


class Single(nn.Module):
    """One density as a module ``(x, noise) -> theta, log_prob``."""

    def __init__(self, member: Member):
        super().__init__()
        self.member = member

    def forward(self, x, noise):
        each_x, each_noise = _pairs(x, noise)
        theta = self.member.sample(each_x, each_noise)
        log_prob = self.member.log_prob(each_x, theta)
        return _by_object(theta, x, noise), _by_object(log_prob.unsqueeze(1), x, noise).squeeze(2)


class Mixture(nn.Module):
    """
    An ensemble as the mixture of its members, for samples and density alike.

    The member of a sample follows from its number s alone: that in which the fractional part of s
    times the golden ratio falls, if each member has its weight of [0, 1). So each has its share of
    every stretch of samples. Every K-th sample would not do: the noise of the engine is a Sobol
    sequence, in which the points of every second, fourth, ... number lie in one half, quarter, ... of
    the space.
    """

    _STEP, _MODULUS = 40_503, 65_537  # their quotient is the golden ratio to 5 digits

    def __init__(self, members: list[Member], weights=None):
        super().__init__()
        shares = torch.ones(len(members)) if weights is None else torch.as_tensor(weights).flatten().cpu()
        shares = shares.detach().double()
        if len(shares) != len(members) or not bool((shares >= 0).all()) or not float(shares.sum()) > 0:
            raise Unsupported(
                f"{len(members)} members cannot have the weights {shares.tolist()}; give one weight that is "
                "not negative for each"
            )
        shares = shares / shares.sum()
        used = [i for i in range(len(members)) if shares[i] > 0]
        self.members = nn.ModuleList(members[i] for i in used)
        self.register_buffer("log_weights", torch.log(shares[used]))
        ends = torch.cumsum(shares[used], 0)
        self.register_buffer("ends", torch.round(ends[:-1] * self._MODULUS).to(torch.int64))

    def forward(self, x, noise):
        each_x, each_noise = _pairs(x, noise)
        place = torch.cumsum(torch.ones_like(noise[:, 0], dtype=torch.int64), 0)
        place = torch.remainder(place * self._STEP, self._MODULUS)
        chosen = (place.unsqueeze(1) >= self.ends).to(torch.int64).sum(dim=1)  # [S]
        chosen = chosen.unsqueeze(0).expand(x.shape[0], noise.shape[0]).reshape(-1, 1)
        theta = self.members[0].sample(each_x, each_noise)
        for k in range(1, len(self.members)):
            theta = torch.where(chosen == k, self.members[k].sample(each_x, each_noise), theta)
        densities = [
            member.log_prob(each_x, theta) + self.log_weights[k].to(theta.dtype)
            for k, member in enumerate(self.members)
        ]
        log_prob = torch.logsumexp(torch.stack(densities, dim=1), dim=1, keepdim=True)
        return _by_object(theta, x, noise), _by_object(log_prob, x, noise).squeeze(2)


def module_of(loaded) -> nn.Module:
    """
    The module ``(x, noise) -> theta, log_prob`` of an object that was loaded from a file.

    :param loaded: an ensemble of sbi or ltu-ili, a posterior of sbi, lampe or zuko, a :class:`Member`,
        or such a module itself
    :raises Unsupported: where it cannot be sampled from noise in a fixed number of steps
    """
    if hasattr(loaded, "posteriors"):  # sbi's and ltu-ili's ensembles
        members = [_member(one) for one in loaded.posteriors]
        return Mixture(members, getattr(loaded, "weights", None))
    try:
        return Single(_member(loaded))
    except Unsupported:
        if isinstance(loaded, nn.Module) and not hasattr(loaded, "sample"):
            return loaded
        raise


def _member(loaded) -> Member:
    kind = type(loaded).__name__
    if isinstance(loaded, Member):
        return loaded
    if hasattr(loaded, "posterior_estimator"):  # sbi's DirectPosterior
        return _member(loaded.posterior_estimator)
    if kind == "NFlowsFlow":
        return _Nflows(loaded.net)
    if kind == "ZukoFlow":
        return _Zuko(loaded.net, loaded.embedding_net)
    if hasattr(loaded, "_transform") and hasattr(loaded, "_distribution"):
        return _Nflows(loaded)
    if hasattr(loaded, "nde") and hasattr(loaded, "theta_transform"):
        if not hasattr(getattr(loaded.nde, "flow", None), "transform"):
            raise Unsupported(
                f"{type(getattr(loaded.nde, 'flow', loaded.nde)).__name__} of ltu-ili is no flow; train 'maf' "
                "or 'nsf'"
            )
        return _Lampe(loaded)
    if hasattr(loaded, "flow") and hasattr(loaded.flow, "transform"):  # lampe's NPE
        return _Zuko(loaded.flow)
    if hasattr(loaded, "transform") and hasattr(loaded, "base"):
        return _Zuko(loaded)
    raise Unsupported(
        f"{kind} of {type(loaded).__module__} has no samples from noise in a fixed number of steps; give a "
        "torch.nn.Module with forward(x, noise) -> theta, log_prob, or a subclass of "
        "sidereus.bundle.trace.Member"
    )


def write(
    module: nn.Module,
    folder: Path,
    features: int,
    parameters: int,
    rows: np.ndarray | None = None,
    seed: int = 1,
) -> None:
    """
    Writes ``posterior.onnx`` and ``parity.safetensors`` to a folder that exists.

    :param module: ``forward(x [B,F], noise [S,D]) -> theta [B,S,D], log_prob [B,S]``
    :param rows: features [N,F] of simulated or observed objects, some of which become the objects of
        the parity; None: standard normal ones, which fit a posterior that standardises nothing
    :raises Unsupported: where the module gives other shapes, or has an operation that no graph has
    """
    random = np.random.default_rng(seed)
    if rows is None:
        rows = random.normal(size=(_OBJECTS, features))
    rows = np.asarray(rows, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != features:
        raise Unsupported(f"the rows have the shape {rows.shape} instead of [N,{features}]")
    rows = rows[random.permutation(len(rows))[:_OBJECTS]]
    noise = random.normal(size=(_SAMPLES, parameters)).astype(np.float32)
    theta, log_prob = _framework(module, rows, noise)
    _check_shapes(theta, log_prob, len(rows), _SAMPLES, parameters)
    _export(module, folder / "posterior.onnx", rows, noise)
    safetensors.write(
        folder / "parity.safetensors",
        {"x": rows, "noise": noise, "theta": theta, "log_prob": log_prob},
    )


def _framework(module: nn.Module, rows: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the framework computes, in double precision."""
    double = copy.deepcopy(module).cpu().eval().double()
    with torch.no_grad(), _double_transforms(double):
        theta, log_prob = double(torch.tensor(rows).double(), torch.tensor(noise).double())
    return theta.numpy(), log_prob.numpy()


def _check_shapes(theta, log_prob, objects: int, samples: int, parameters: int) -> None:
    if theta.shape != (objects, samples, parameters) or log_prob.shape != (objects, samples):
        raise Unsupported(
            f"the module gives theta {list(theta.shape)} and log_prob {list(log_prob.shape)} for {objects} "
            f"objects, {samples} samples and {parameters} parameters; they must be "
            f"{[objects, samples, parameters]} and {[objects, samples]}"
        )


def _export(module: nn.Module, path: Path, rows: np.ndarray, noise: np.ndarray) -> None:
    single = copy.deepcopy(module).cpu().eval().float()
    for parameter in single.parameters():
        parameter.requires_grad_(False)
    x = torch.tensor(np.resize(rows, (_TRACED_OBJECTS, rows.shape[1])))
    z = torch.tensor(noise[:_TRACED_SAMPLES])
    axes = {"x": {0: "B"}, "noise": {0: "S"}, "theta": {0: "B", 1: "S"}, "log_prob": {0: "B", 1: "S"}}
    try:
        with torch.no_grad(), warnings.catch_warnings(), _exportable():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                single,
                (x, z),
                str(path),
                dynamo=False,  # the newer exporter takes a minute and fills a second file
                opset_version=OPSET,
                input_names=["x", "noise"],
                output_names=["theta", "log_prob"],
                dynamic_axes=axes,
            )
    except torch.onnx.errors.OnnxExporterError as e:
        first = str(e).strip().splitlines()[0]
        raise Unsupported(f"torch cannot write the posterior as a graph ({first})") from e


@contextlib.contextmanager
def _double_transforms(module: nn.Module) -> Iterator[None]:
    """Transforms of torch.distributions are no modules: their tensors are converted here."""
    for part in module.modules():
        for name in ("x_transform", "theta_transform"):
            transform = getattr(part, name, None)
            for key in ("loc", "scale"):
                value = getattr(transform, key, None)
                if torch.is_tensor(value):
                    setattr(transform, key, value.double().cpu())
    yield


@contextlib.contextmanager
def _exportable() -> Iterator[None]:
    """Replaces functions that no graph has by others with the same result, while a graph is traced."""
    originals = torch.searchsorted, torch.distributions.Distribution.set_default_validate_args

    def searchsorted(sequence, values, *args, right=False, side=None, **kwargs):
        below = sequence.unsqueeze(-2) <= values.unsqueeze(-1)
        if not (right or side == "right"):
            below = sequence.unsqueeze(-2) < values.unsqueeze(-1)
        return below.to(torch.int64).sum(dim=-1)

    validates = torch.distributions.Distribution._validate_args
    torch.searchsorted = searchsorted
    torch.distributions.Distribution.set_default_validate_args(False)
    try:
        yield
    finally:
        torch.searchsorted = originals[0]
        originals[1](validates)


def _pairs(x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each object with each sample, [B*S,F] and [B*S,D]."""
    objects, samples = x.shape[0], noise.shape[0]
    each_x = x.unsqueeze(1).expand(objects, samples, x.shape[1]).reshape(-1, x.shape[1])
    each_noise = noise.unsqueeze(0).expand(objects, samples, noise.shape[1]).reshape(-1, noise.shape[1])
    return each_x, each_noise


def _by_object(values: torch.Tensor, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    return values.reshape(x.shape[0], noise.shape[0], values.shape[1])


def _normal(z: torch.Tensor) -> torch.Tensor:
    return -0.5 * (z * z).sum(dim=-1) - 0.5 * z.shape[-1] * math.log(2 * math.pi)
